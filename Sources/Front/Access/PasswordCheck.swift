import DashboardModel
import NIOCore
import NIOPosix
import Synchronization

/// Compares passwords on threads of its own, two at a time, because each takes 32 MiB and a tenth of a second. At most
/// ``most`` wait; one more is told to come again.
final class PasswordCheck: Sendable {
  private let threads = NIOThreadPool(numberOfThreads: 2)
  private let waiting = Mutex(0)

  private static let most = 32

  init() { threads.start() }

  deinit { threads.shutdownGracefully { _ in } }

  /// `nil`: too many wait.
  func matches(_ password: String, _ record: PasswordRecord) async throws -> Bool? {
    let isTaken = waiting.withLock { waiting in
      guard waiting < Self.most else { return false }
      waiting += 1
      return true
    }
    guard isTaken else { return nil }
    defer { waiting.withLock { $0 -= 1 } }
    return try await threads.runIfActive { PasswordHash.matches(password, record) }
  }
}
