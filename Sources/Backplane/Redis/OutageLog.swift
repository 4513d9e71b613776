import Logging
import NIOCore
import Synchronization

/// Tells people of an outage when it begins, then once a minute, or when it has another cause for some seconds; and when
/// it is over. However often a connection is tried, a log shows one line.
final class OutageLog: Sendable {
  private let logger: Logger
  private let begins: Logger.Message
  private let ends: Logger.Message?
  private let state = Mutex(State())

  struct State {
    private var told: (reason: String, at: NIODeadline)?

    private static let again = TimeAmount.seconds(60)
    private static let otherCause = TimeAmount.seconds(5)

    mutating func isNews(_ reason: String, now: NIODeadline) -> Bool {
      if let told, now - told.at < (told.reason == reason ? Self.again : Self.otherCause) { return false }
      told = (reason, now)
      return true
    }

    /// True when an outage was told that is over now.
    mutating func ended() -> Bool {
      defer { told = nil }
      return told != nil
    }
  }

  /// Without `ends` the end is told elsewhere.
  init(_ logger: Logger, begins: Logger.Message, ends: Logger.Message? = nil) {
    self.logger = logger
    self.begins = begins
    self.ends = ends
  }

  func began(_ reason: String) {
    guard state.withLock({ $0.isNews(reason, now: .now()) }) else { return }
    logger.warning(begins, metadata: ["reason": "\(reason)"])
  }

  func ended() {
    if state.withLock({ $0.ended() }), let ends { logger.notice(ends) }
  }
}
