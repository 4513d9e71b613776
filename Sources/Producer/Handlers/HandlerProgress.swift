import DashboardModel
import Synchronization

/// What a handler has shown so far and the board has not taken yet. Bounded by the page: one value per component, the
/// newest.
final class HandlerProgress: Sendable {
  private let changes = Mutex<[ComponentID: ComponentValue]>([:])
  private let bell = Bell()

  func publish(_ new: [ComponentID: ComponentValue]) {
    changes.withLock { $0.merge(new) { $1 } }
    bell.ring(.announce)
  }

  func take() -> [ComponentID: ComponentValue] {
    _ = bell.takeWish()
    return changes.withLock { changes in
      defer { changes = [:] }
      return changes
    }
  }

  /// Returns when there is something to take, or when the task is cancelled.
  func wait() async { await bell.wait() }
}
