import NIOCore

/// Whether the viewers of a front that lost its store are better off elsewhere (docs/decisions/0011).
///
/// This front cannot know whether the others lost the store too. So it first sends some viewers away, as scouts, when the
/// balancer must have seen that it is not ready. A scout or anybody else who comes back shows that there is nowhere better:
/// nobody else is moved, and nobody is a scout twice. When nobody comes, all others follow.
struct CutOff {
  enum Action: Hashable {
    case nothing
    /// Send a part of those away who were here before the outage.
    case sendScouts
    case sendAll
  }

  private enum Stage: Hashable {
    case waiting
    case scouting(until: NIODeadline)
    case done
  }

  private var stage = Stage.waiting
  private var scoutAt: NIODeadline?
  private var rounds: Int64 = 0
  private var hasArrived = false

  /// When the balancer has seen that the front is not ready: 5 s until it says so, 2 s until that is noticed.
  static let scoutsAfter = TimeAmount.seconds(7)
  /// A scout that is led back here is here by then.
  static let scoutsReturnWithin = TimeAmount.milliseconds(1500)
  /// Pause before the next scouts, doubled up to the longest.
  static let firstPause = TimeAmount.seconds(3)
  static let longestPause = TimeAmount.seconds(30)
  /// One in so many viewers is a scout, and at least one.
  static let viewersPerScout = 50

  /// A viewer opened a socket.
  mutating func viewerArrived() { hasArrived = true }

  /// Asked twice a second; `since`: when the store was last heard, `nil` while it is.
  mutating func tick(since: NIODeadline?, now: NIODeadline) -> Action {
    guard let since else {
      self = CutOff()
      return .nothing
    }
    switch stage {
    case .waiting:
      guard now >= scoutAt ?? since + Self.scoutsAfter else { return .nothing }
      (stage, hasArrived) = (.scouting(until: now + Self.scoutsReturnWithin), false)
      return .sendScouts
    case .scouting(let end):
      guard now >= end else { return .nothing }
      if hasArrived {
        stage = .waiting
        scoutAt = now + min(Self.longestPause, Self.firstPause * (1 << min(rounds, 10)))
        rounds += 1
        return .nothing
      }
      stage = .done
      return .sendAll
    case .done: return .nothing
    }
  }
}
