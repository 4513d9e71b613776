import Synchronization

/// Numbers what a front itself sends to producers, so that each finds its own reply.
final class ReplyNumbers: Sendable {
  private let last = Mutex<UInt64>(0)

  func next() -> UInt64 {
    last.withLock { last in
      last += 1
      return last
    }
  }
}
