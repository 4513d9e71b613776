import NIOPosix
import Synchronization

/// Does what may block (reading files, asking file systems) on NIO's pool of threads, one piece at a time. When the
/// caller is cancelled it gets its answer at once; the piece then ends alone, and until it did no other is begun: a
/// file system that hangs costs one thread, not one more at every run.
final class BlockingWork: Sendable {
  private let isBusy = Mutex(false)

  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    let mayStart = isBusy.withLock { busy in
      defer { busy = true }
      return !busy
    }
    guard mayStart else { throw SourceError("the last read has not come back yet") }
    let answer = Answer<Value>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        answer.expect(continuation)
        NIOThreadPool.singleton.submit { state in
          let result = state == .active ? Result { try body() } : .failure(CancellationError())
          self.isBusy.withLock { $0 = false }
          answer.give(result)
        }
      }
    } onCancel: {
      answer.give(.failure(CancellationError()))
    }
  }

  // The first answer counts, whether it comes before or after somebody waits for it.
  private final class Answer<Value: Sendable>: Sendable {
    private struct State {
      var continuation: CheckedContinuation<Value, any Error>?
      var early: Result<Value, any Error>?
    }
    private let state = Mutex(State())

    func expect(_ continuation: CheckedContinuation<Value, any Error>) {
      let early = state.withLock { state in
        if state.early == nil { state.continuation = continuation }
        return state.early
      }
      if let early { continuation.resume(with: early) }
    }

    func give(_ result: Result<Value, any Error>) {
      let waiting = state.withLock { state in
        defer { state.continuation = nil }
        if state.early == nil { state.early = result }
        return state.continuation
      }
      waiting?.resume(with: result)
    }
  }
}
