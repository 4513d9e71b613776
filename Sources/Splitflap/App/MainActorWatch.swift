import Logging
import Synchronization

/// Sees when code of the app holds up the main actor: a loop without `await` in a handler or a task.
///
/// Beats and commits go on meanwhile, so no other producer would ever take over, and every page of the app stands still.
/// So the log says it after a second, and a producer that others may stand by for gives up: a little later than handlers do
/// (10 s), so that the event is answered first and does not follow to the next one.
struct MainActorWatch: Sendable {
  let logger: Logger
  var interval = Duration.milliseconds(250)
  /// `nil` where nobody could take over.
  let giveUp: (@Sendable () -> Void)?

  func run() async {
    let beats = Beats()
    await withDiscardingTaskGroup { group in
      group.addTask { await beat(beats) }
      group.addTask { await look(at: beats) }
    }
  }

  @MainActor
  private func beat(_ beats: Beats) async {
    while !Task.isCancelled {
      beats.count.withLock { $0 += 1 }
      try? await Task.sleep(for: interval)
    }
  }

  private func look(at beats: Beats) async {
    var stall = Stall()
    while !Task.isCancelled {
      try? await Task.sleep(for: interval)
      switch stall.looked(beats.count.withLock(\.self)) {
      case .nothing: break
      case .warn: logger.warning("the app holds up the main actor: its pages stand still; wait with await, or work elsewhere")
      case .recovered: logger.warning("the main actor goes on")
      case .giveUp:
        logger.error("the app has held up the main actor for too long")
        giveUp?()
      }
    }
  }

  private final class Beats: Sendable {
    let count = Mutex(0)
  }
}

/// Judges by looks, not by time: a process that was stopped as a whole has looked as little as it has beaten.
///
/// With beats 1, 2, 2, 2, 2, 2, … the fifth look at the same number warns, the 49th gives up.
struct Stall {
  enum Action: Hashable { case nothing, warn, recovered, giveUp }

  static let warnAfter = 4
  static let giveUpAfter = 48

  private var last = 0
  private var missed = 0

  mutating func looked(_ beats: Int) -> Action {
    guard beats == last else {
      defer { (last, missed) = (beats, 0) }
      return missed >= Self.warnAfter ? .recovered : .nothing
    }
    missed += 1
    return missed == Self.warnAfter ? .warn : missed == Self.giveUpAfter ? .giveUp : .nothing
  }
}
