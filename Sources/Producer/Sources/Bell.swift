import Synchronization

/// Wakes one waiting task. Rings before it waits are remembered, any number as one.
final class Bell: Sendable {
  /// What the rings since the last answer asked for.
  struct Wish: OptionSet {
    let rawValue: UInt8
    static let refresh = Wish(rawValue: 1)
    static let announce = Wish(rawValue: 2)
  }

  // A waiter is only kept while no wish is open.
  private struct State {
    var wish: Wish = []
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func ring(_ wish: Wish) {
    let waiter = state.withLock { state in
      state.wish.formUnion(wish)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Returns at the next ring, at once if one is open, or when the task is cancelled. Takes nothing away.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOpen = state.withLock { state in
          guard state.wish.isEmpty, !Task.isCancelled else { return true }
          state.waiter = continuation
          return false
        }
        if isOpen { continuation.resume() }
      }
    } onCancel: {
      ring([])
    }
  }

  func takeWish() -> Wish {
    state.withLock { state in
      defer { state.wish = [] }
      return state.wish
    }
  }
}
