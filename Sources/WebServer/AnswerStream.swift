import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Writes a long answer of a route to its connection, piece by piece, waiting whenever the peer is slow.
struct AnswerStream: ResponseBodyWriter, Sendable {
  let channel: any Channel
  private let connection: NIOLoopBound<HTTPConnection>

  init(connection: HTTPConnection, channel: any Channel) {
    self.channel = channel
    self.connection = NIOLoopBound(connection, eventLoop: channel.eventLoop)
  }

  func begin(_ head: WebResponse, length: Int?) async throws {
    try await onLoop { try $0.beginStream(head, length: length) }
  }

  mutating func write(_ buffer: ByteBuffer) async throws {
    try await onLoop { try $0.writeToStream(buffer) }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
    try await onLoop { try $0.endStream() }
  }

  /// Does something on the connection's loop and waits until the peer can take more.
  private func onLoop(_ body: @escaping @Sendable (HTTPConnection) throws -> Void) async throws {
    try await channel.eventLoop.flatSubmit { [connection] () -> EventLoopFuture<Void> in
      let connection = connection.value
      do {
        try body(connection)
        return try connection.whenWritable()
      } catch {
        return channel.eventLoop.makeFailedFuture(error)
      }
    }.get()
  }
}

/// Where the answer being streamed stands.
struct StreamedAnswer {
  /// Bytes still owed of a declared length.
  var owed: Int?
  let isChunked: Bool
  let leavesOutBody: Bool
  /// Done when the peer takes more.
  var waiter: EventLoopPromise<Void>?
}

/// Why a streamed answer cannot go on.
enum AnswerStreamError: Error {
  case connectionClosed
  /// The route wrote more or less than the length it declared.
  case lengthBroken
}
