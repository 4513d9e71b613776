import Backplane
import DashboardModel
import NIOCore
import Synchronization
import WebServer

/// Counts what happens to a page in this front, so that a kept answer can be seen to be still right without the lock.
///
/// Invariant: whatever changes what a poll of the page is answered (its contents, whether the store is behind, its end)
/// beats first; when it stops being fresh by time alone is in `freshUntil`.
final class PagePulse: Sendable {
  private let beats = Atomic<UInt64>(0)

  var count: UInt64 { beats.load(ordering: .acquiring) }

  func beat() { beats.add(1, ordering: .releasing) }
}

/// What decides about all pages of a front at once.
final class FrontPulse: Sendable {
  /// Changes whenever a session may have begun or ceased to be valid.
  let sessions: PagePulse
  private let shards = Atomic<Int>(1)
  /// By shard: until when its owner's last word counts, in nanoseconds of the monotonic clock.
  private let freshUntil: [Atomic64]

  /// Shards at most, see docs/protocol.md.
  private static let mostShards = 64

  init(sessions: PagePulse) {
    self.sessions = sessions
    freshUntil = (0..<Self.mostShards).map { _ in Atomic64() }
  }

  func heard(_ shard: Int, at now: NIODeadline) {
    guard freshUntil.indices.contains(shard) else { return }
    freshUntil[shard].value.store((now + Freshness.patience).uptimeNanoseconds, ordering: .releasing)
  }

  func found(shards: Int) { self.shards.store(shards, ordering: .releasing) }

  func isFresh(_ page: PageKey, _ now: NIODeadline) -> Bool {
    let shard = Backplane.shard(of: page, among: shards.load(ordering: .acquiring))
    return freshUntil.indices.contains(shard) && now.uptimeNanoseconds < freshUntil[shard].value.load(ordering: .acquiring)
  }
}

/// An atomic number that can be in an array.
final class Atomic64: Sendable {
  let value = Atomic<UInt64>(0)
}

/// The answer last given to one repeated request, and the beats at which it is right. On its event loop only.
final class KeptAnswer {
  private var kept: WebAnswer?
  private var since: Version?
  private var pulses: [(pulse: PagePulse, count: UInt64)] = []
  private var until = NIODeadline.uptimeNanoseconds(0)

  /// A page must be seen to be used, or it is let go.
  private static let longest = TimeAmount.seconds(1)

  func answer(since: Version?, now: NIODeadline) -> WebAnswer? {
    guard let kept, self.since == since, now < until, pulses.allSatisfy({ $0.pulse.count == $0.count }) else { return nil }
    return kept
  }

  func keep(_ answer: WebAnswer, since: Version?, _ pulses: [PagePulse], now: NIODeadline) {
    kept = answer
    self.since = since
    self.pulses = pulses.map { ($0, $0.count) }
    until = now + Self.longest
  }
}
