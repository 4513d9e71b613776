import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Requests that go to the router, in a task of their own, and answers that come back in pieces.
extension HTTPConnection {
  /// The header under which the router finds the client's address; one sent by the client itself is overwritten.
  static let clientAddressHeader = "x-client-address"

  func route(_ asked: Asked) {
    guard let channel = context?.channel else { return }
    isAnswerOwed = true
    let request = Self.request(asked)
    let stream = AnswerStream(connection: self, channel: channel)
    let router = server.router
    let logger = server.logger
    let isHead = current.isHead
    let outcome = channel.eventLoop.makeFutureWithTask {
      await router.answer(request, isHead: isHead, through: stream, logger: logger)
    }
    outcome.assumeIsolated().whenSuccess { [weak self] in self?.routed($0, isHead: isHead) }
  }

  private func routed(_ outcome: RouterBridge.Outcome, isHead: Bool) {
    guard isAnswerOwed, let context else { return }
    switch outcome {
    case .whole(let response): write(.response(response))
    case .headOnly(let response):
      var buffer = context.channel.allocator.buffer(capacity: 512)
      response.writeHead(into: &buffer, options: writeOptions, length: nil)
      write(buffer, through: context)
      finishAnswer()
    case .streamed:
      let isWhole = stream == nil
      if isWhole { finishAnswer() } else { context.close(promise: nil) }
    case .broken: context.close(promise: nil)
    }
  }

  private static func request(_ asked: Asked) -> Request {
    var fields = HTTPFields()
    for (name, value) in asked.head.headers {
      guard let name = HTTPField.Name(name), name.canonicalName != clientAddressHeader else { continue }
      fields.append(HTTPField(name: name, value: value))
    }
    if let name = HTTPField.Name(clientAddressHeader) { fields[name] = asked.head.clientAddress }
    let query = asked.head.query.isEmpty ? "" : "?\(asked.head.query)"
    let head = HTTPRequest(
      method: HTTPRequest.Method(rawValue: asked.head.method.rawValue) ?? .get, scheme: "http",
      authority: asked.head.host, path: encodedPath(asked) + query, headerFields: fields)
    return Request(head: head, body: RequestBody(buffer: asked.bytes ?? ByteBuffer()))
  }

  /// The path as it was sent, without the host of an absolute target.
  private static func encodedPath(_ asked: Asked) -> String {
    let target = asked.head.target
    guard target.utf8.first == UInt8(ascii: "/") else { return String(asked.head.path) }
    return String(target.prefix { $0 != "?" })
  }

  // MARK: Streaming

  func beginStream(_ head: WebResponse, length: Int?) throws {
    guard let context, isAnswerOwed else { throw AnswerStreamError.connectionClosed }
    var head = head
    head.headers.remove(name: "Content-Length")
    let isChunked = length == nil && current.version == .http1_1 && head.mayHaveBody
    if isChunked { head.headers.add(name: "Transfer-Encoding", value: "chunked") }
    stream = StreamedAnswer(owed: length, isChunked: isChunked, leavesOutBody: !head.mayHaveBody)
    var buffer = context.channel.allocator.buffer(capacity: 512)
    head.writeHead(into: &buffer, options: writeOptions, length: length)
    write(buffer, through: context)
  }

  func writeToStream(_ bytes: ByteBuffer) throws {
    guard let context, var stream else { throw AnswerStreamError.connectionClosed }
    guard bytes.readableBytes > 0, !stream.leavesOutBody else { return }
    if let owed = stream.owed {
      guard bytes.readableBytes <= owed else { throw AnswerStreamError.lengthBroken }
      stream.owed = owed - bytes.readableBytes
      self.stream = stream
    }
    if stream.isChunked {
      let size = String(bytes.readableBytes, radix: 16)
      write(ByteBuffer(string: "\(size)\r\n"), through: context)
    }
    write(bytes, through: context)
    if stream.isChunked { write(ByteBuffer(string: "\r\n"), through: context) }
    context.flush()
  }

  func endStream() throws {
    guard let context, let stream else { throw AnswerStreamError.connectionClosed }
    guard stream.owed ?? 0 == 0 || stream.leavesOutBody else { throw AnswerStreamError.lengthBroken }
    if stream.isChunked { write(ByteBuffer(string: "0\r\n\r\n"), through: context) }
    context.flush()
    self.stream = nil
  }

  /// Done at once unless the peer has too much to take already.
  func whenWritable() throws -> EventLoopFuture<Void> {
    guard let context else { throw AnswerStreamError.connectionClosed }
    guard !context.channel.isWritable, stream != nil else { return context.eventLoop.makeSucceededVoidFuture() }
    let waiter = context.eventLoop.makePromise(of: Void.self)
    stream?.waiter = waiter
    return waiter.futureResult
  }

  func resumeStream() {
    let waiter = stream?.waiter
    stream?.waiter = nil
    waiter?.succeed()
  }

  func failStream() {
    let waiter = stream?.waiter
    stream = nil
    waiter?.fail(AnswerStreamError.connectionClosed)
  }
}
