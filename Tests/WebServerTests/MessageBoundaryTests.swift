import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import WebServer

/// What is told of the decoder from outside, against what was sent.
struct MessageBoundaryTests {
  private static let requests = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab\r\n\r",
    "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\n\n\r\n0\r\nX: y\r\n\r\n",
  ]

  @Test func `it is clean where a request ends with an empty line and nowhere else, however requests are cut`() throws {
    var random = SeededNumbers(state: 3)
    for _ in 0..<400 {
      let chosen = (0..<4).compactMap { _ in Self.requests.randomElement(using: &random) }
      let bytes = Array(chosen.joined().utf8)
      let ends = chosen.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.utf8.count) }
      let cuts = Set((0..<6).map { _ in Int.random(in: 1...bytes.count, using: &random) } + [bytes.count]).sorted()
      let probe = Probe(), channel = EmbeddedChannel()
      try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(HTTPRequestDecoder()), probe])
      var from = 0
      for cut in cuts {
        probe.boundary.begin()
        let read = ByteBuffer(bytes: bytes[from..<cut])
        try channel.writeInbound(read)
        probe.boundary.finish(read)
        let isEnd = ends.contains(cut), isAtEmptyLine = bytes[..<cut].suffix(3) == [10, 13, 10]
        let said = Comment("\(chosen.joined().debugDescription) cut at \(cuts), at \(cut)")
        #expect(probe.boundary.isClean == (isEnd && isAtEmptyLine), said)
        #expect(!(isEnd && probe.boundary.isInsideHead), said)
        from = cut
      }
      _ = try channel.finish()
    }
  }

  private final class Probe: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    var boundary = MessageBoundary()
    func channelRead(context: ChannelHandlerContext, data: NIOAny) { boundary.note(unwrapInboundIn(data)) }
  }
}
