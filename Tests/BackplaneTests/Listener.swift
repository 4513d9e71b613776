import Backplane
import DashboardModel
import PageSync
import Testing

/// Writes down what it hears; the test takes it in order.
final class Listener: BackplaneListener {
  enum Heard: Equatable, Sendable {
    case connected, disconnected
    case found(Int)
    case subscribed(PageKey)
    case message(PageMessage, PageKey)
    case garbage(PageKey)
    case heartbeat(Heartbeat)
    case readOnly(shard: Int)
    case reply(EventReply, ViewerID, UInt64)
  }

  private let stream: AsyncStream<Heard>
  private let continuation: AsyncStream<Heard>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  /// The next thing heard; ends the test after five seconds of silence.
  func next() async throws -> Heard {
    try await withThrowingTaskGroup(of: Heard?.self) { group in
      group.addTask { [stream] in await stream.first { _ in true } }
      group.addTask {
        try await Task.sleep(for: .seconds(5))
        throw Unexpected(what: "nothing was heard")
      }
      defer { group.cancelAll() }
      return try #require(try await group.next() ?? nil)
    }
  }

  /// Skips to the given thing.
  func wait(for heard: Heard) async throws {
    while try await next() != heard {}
  }

  /// The next message of a page or reply; skips connections and heartbeats.
  func nextMessage() async throws -> Heard {
    while true {
      switch try await next() {
      case .connected, .disconnected, .found, .heartbeat, .readOnly, .subscribed: continue
      case let heard: return heard
      }
    }
  }

  func subscribed(_ page: PageKey) { continuation.yield(.subscribed(page)) }
  func received(_ message: PageMessage, for page: PageKey) { continuation.yield(.message(message, page)) }
  func receivedGarbage(for page: PageKey) { continuation.yield(.garbage(page)) }
  func received(_ heartbeat: Heartbeat) { continuation.yield(.heartbeat(heartbeat)) }
  func receivedReadOnly(shard: Int) { continuation.yield(.readOnly(shard: shard)) }
  func received(_ reply: EventReply, viewer: ViewerID, sequence: UInt64) {
    continuation.yield(.reply(reply, viewer, sequence))
  }
  func disconnected(reason: String) { continuation.yield(.disconnected) }
  func connected() { continuation.yield(.connected) }
  func found(shards: Int) { continuation.yield(.found(shards)) }
}
