import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Runs a Hummingbird responder for one request, with its answer brought into this server's terms.
struct RouterBridge: Sendable {
  /// What became of a request.
  enum Outcome: Sendable {
    /// An answer in one piece.
    case whole(WebResponse)
    /// An answer to HEAD whose length nobody knows.
    case headOnly(WebResponse)
    /// Everything has been written to the connection already.
    case streamed
    /// The answer broke off; only closing the connection tells the peer.
    case broken
  }

  private let respond: @Sendable (Request, any Channel, Logger) async throws -> Response
  private let collectedBytes: Int

  init<Responder: HTTPResponder>(_ responder: Responder, collectedBytes: Int)
  where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    self.collectedBytes = collectedBytes
    respond = { request, channel, logger in
      let context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
      return try await responder.respond(to: request, context: context)
    }
  }

  /// Answers, streaming through `stream` when the body is long or its length unknown.
  func answer(_ request: Request, isHead: Bool, through stream: AnswerStream, logger: Logger) async -> Outcome {
    let requestID = WebError.makeRequestID()
    var logger = logger
    logger[metadataKey: "hb.request.id"] = "\(requestID)"
    do {
      let response = try await respond(request, stream.channel, logger)
      let head = Self.head(of: response)
      if isHead { return response.body.contentLength == nil ? .headOnly(head) : .whole(head) }
      if let error = Self.bareError(response) { return .whole(error.response(requestID: requestID)) }
      return try await send(response, head: head, through: stream, logger: logger)
    } catch {
      logger.debug("a route failed", metadata: ["error": "\(error)"])
      return .whole(Self.webError(for: error).response(requestID: requestID))
    }
  }

  private func send(_ response: Response, head: WebResponse, through stream: AnswerStream, logger: Logger) async throws
    -> Outcome
  {
    var head = head
    if let length = response.body.contentLength, length <= collectedBytes {
      let collected = CollectedBody()
      try await response.body.write(CollectingWriter(collected: collected))
      head.body = collected.bytes.withLock { $0 }
      head.headers.remove(name: "Content-Length")
      return .whole(head)
    }
    do {
      try await stream.begin(head, length: response.body.contentLength)
      try await response.body.write(stream)
      return .streamed
    } catch {
      logger.debug("an answer broke off", metadata: ["error": "\(error)"])
      return .broken
    }
  }

  private static func head(of response: Response) -> WebResponse {
    var headers = HTTPHeaders()
    for field in response.headers where field.name != .transferEncoding && field.name != .connection {
      headers.add(name: field.name.rawName, value: field.value)
    }
    return WebResponse(status: HTTPResponseStatus(statusCode: response.status.code), headers: headers)
  }

  private static func bareError(_ response: Response) -> WebError? {
    guard response.status.code >= 400, response.body.contentLength == 0 else { return nil }
    return plainError(status: response.status.code, headers: head(of: response).headers)
  }

  private static func webError(for error: any Error) -> WebError {
    switch error {
    case let error as WebError: error
    case let error as any HTTPResponseError: plainError(status: error.status.code, headers: [:])
    default: .internalError
    }
  }

  private static func plainError(status: Int, headers: HTTPHeaders) -> WebError {
    guard status != 404 else { return .notFound }
    let status = HTTPResponseStatus(statusCode: status)
    let code = status.reasonPhrase.lowercased().replacing(" ", with: "_")
    var error = WebError(status, code: code, message: status.reasonPhrase + ".")
    error.headers = headers
    error.headers.remove(name: "Content-Length")
    return error
  }
}

/// A body that is gathered before it is sent.
private final class CollectedBody: Sendable {
  let bytes = Mutex(ByteBuffer())
}

private struct CollectingWriter: ResponseBodyWriter {
  let collected: CollectedBody

  mutating func write(_ buffer: ByteBuffer) async throws {
    collected.bytes.withLock { _ = $0.writeImmutableBuffer(buffer) }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
