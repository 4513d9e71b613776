import Synchronization

/// A clock that stands still until a test advances it.
final class ManualClock: AppClock {
  // Invariant: a sleeper is resumed by whoever takes it out.
  private struct State {
    var now = Duration.zero
    var sleepers: [Int: Sleeper] = [:]
    var nextID = 0
  }

  private struct Sleeper {
    var due: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private let state = Mutex(State())

  var now: Duration { state.withLock(\.now) }
  var sleeping: Int { state.withLock(\.sleepers.count) }

  func sleep(until instant: Duration) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOver = state.withLock { state in
          guard !Task.isCancelled, state.now < instant else { return true }
          state.sleepers[id] = Sleeper(due: instant, continuation: continuation)
          return false
        }
        if isOver { continuation.resume(with: Result { try Task.checkCancellation() }) }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Goes to the next instant somebody waits for, if that is not after `end`, and wakes who waits for it.
  func step(until end: Duration) -> Bool {
    let woken = state.withLock { state -> [Sleeper]? in
      guard let due = state.sleepers.values.map(\.due).min(), due <= end else {
        state.now = max(state.now, end)
        return nil
      }
      state.now = max(state.now, due)
      let woken = state.sleepers.filter { $0.value.due <= due }
      for id in woken.keys { state.sleepers[id] = nil }
      return Array(woken.values)
    }
    for sleeper in woken ?? [] { sleeper.continuation.resume() }
    return woken != nil
  }
}
