package import NIOCore
package import NIOHTTP1

/// An answer with its whole body at hand.
package struct WebResponse: Sendable {
  package var status: HTTPResponseStatus
  package var headers: HTTPHeaders
  package var body: ByteBuffer

  package init(status: HTTPResponseStatus = .ok, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer of one media type.
  package init(status: HTTPResponseStatus = .ok, type: String, body: ByteBuffer) {
    self.init(status: status, headers: ["Content-Type": type], body: body)
  }

  /// Makes the body gzip where that pays; the entity's tag, if there is one, then says so (RFC 9110 §8.8.3.3).
  package mutating func compress() {
    if let gzip = Compression.gzip(body) { carry(gzip: gzip) }
  }

  /// Takes `gzip`, which is the body compressed, in its place.
  package mutating func carry(gzip: ByteBuffer) {
    body = gzip
    headers.add(name: "Content-Encoding", value: "gzip")
    guard let tag = headers.first(name: "ETag"), tag.hasSuffix("\"") else { return }
    headers.replaceOrAdd(name: "ETag", value: "\(tag.dropLast())-gzip\"")
  }

  /// The whole answer as bytes, to be kept and written many times (`.bytes`); it carries no date (``DatedAnswer`` does) and keeps alive.
  package func encoded() -> ByteBuffer {
    var buffer = ByteBuffer()
    write(into: &buffer, options: WriteOptions())
    return buffer
  }

  /// What depends on the request rather than on the answer.
  struct WriteOptions {
    var closes = false
    var leavesOutBody = false
    var date: String?
  }

  func write(into buffer: inout ByteBuffer, options: WriteOptions) {
    buffer.reserveCapacity(minimumWritableBytes: 512 + (options.leavesOutBody ? 0 : body.readableBytes))
    writeHead(into: &buffer, options: options, length: body.readableBytes)
    if !options.leavesOutBody && mayHaveBody { buffer.writeImmutableBuffer(body) }
  }

  /// Writes status line and headers; a `nil` length is left to the caller (chunked, or until close).
  func writeHead(into buffer: inout ByteBuffer, options: WriteOptions, length: Int?) {
    buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
    for (name, value) in headers where Self.isSafe(name, value) {
      buffer.writeString("\(name): \(value)\r\n")
    }
    SecurityHeaders.write(besides: headers, into: &buffer)
    if let length, mayHaveBody, !headers.contains(name: "Content-Length") {
      buffer.writeString("Content-Length: \(length)\r\n")
    }
    if let date = options.date, !headers.contains(name: "Date") { buffer.writeString("Date: \(date)\r\n") }
    if options.closes { buffer.writeString("Connection: close\r\n") }
    buffer.writeString("\r\n")
  }

  /// False for the statuses that end with their header.
  var mayHaveBody: Bool { status.code >= 200 && status.code != 204 && status.code != 304 }

  /// A line break in a value would let it write headers of its own; such a header is left out.
  private static func isSafe(_ name: String, _ value: String) -> Bool {
    !name.utf8.isEmpty && !name.utf8.contains { $0 <= 0x20 || $0 == 0x3A || $0 == 0x7F }
      && !value.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
  }
}

/// What a hot route answers with: bytes kept ready, or an answer to be laid out.
package enum WebAnswer: Sendable {
  /// A whole answer, status line to body, written as it is.
  case bytes(ByteBuffer)
  case response(WebResponse)
}
