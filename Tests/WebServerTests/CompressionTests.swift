import NIOCore
import TestSupport
import Testing

@testable import WebServer

@Suite struct CompressionTests {
  private static let text = ByteBuffer(string: String(repeating: #"{"value":503,"state":"ok"},"#, count: 100))

  @Test func `a message comes back from permessage-deflate as it was`() throws {
    let deflated = try #require(Compression.messageDeflate(Self.text))

    #expect(deflated.readableBytes < Self.text.readableBytes / 4)
    #expect(try Compression.messageInflate(deflated, maximum: 65_536) == Self.text)
  }

  @Test func `what does not pay is not compressed`() {
    var random = SystemRandomNumberGenerator()
    let noise = ByteBuffer(bytes: (0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) })

    #expect(Compression.messageDeflate(noise) == nil)
    #expect(Compression.gzip(noise) == nil)
    #expect(Compression.gzip(ByteBuffer(string: "short")) == nil)
  }

  @Test func `one new point of a chart is worth compressing, one number is not`() throws {
    let version = #"{"type":"delta","from":"1795490298439-ac5e01b2:15","to":"1795490298439-ac5e01b2:16","#
    let point = ByteBuffer(string: version + #""append":{"count":{"head":{},"points":[[1795490301962,515]],"keep":600}}}"#)
    let number = ByteBuffer(string: version + #""set":{"count":{"value":515}}}"#)

    #expect(try #require(Compression.messageDeflate(point)).readableBytes < 120)
    #expect(Compression.messageDeflate(number) == nil)
  }

  @Test func `a bomb is refused at the limit, not after it`() throws {
    // 16 MB of nothing is some 16 KB.
    let bomb = try #require(Compression.messageDeflate(ByteBuffer(repeating: 0, count: 16 << 20)))

    #expect(throws: Compression.InflateError.tooLong) { try Compression.messageInflate(bomb, maximum: 65_536) }
    #expect(try Compression.messageInflate(bomb, maximum: 16 << 20).readableBytes == 16 << 20)
  }

  @Test func `broken input is malformed or harmless, never a crash`() throws {
    let deflated = try #require(Compression.messageDeflate(Self.text))
    var refused = 0
    for _ in 0..<2000 {
      var bytes = Array(deflated.readableBytesView)
      for _ in 0..<Int.random(in: 1...4) { bytes[Int.random(in: 0..<bytes.count)] = .random(in: 0...255) }
      bytes = Array(bytes.prefix(Int.random(in: 1...bytes.count)))
      do throws(Compression.InflateError) {
        #expect(try Compression.messageInflate(ByteBuffer(bytes: bytes), maximum: 65_536).readableBytes <= 65_536)
      } catch { refused += 1 }
    }
    #expect(refused > 0)
  }

  @Test func `a compressed message is read, also in fragments, and a bomb closes the socket with 1009`() async throws {
    try await withServer { server in
      let socket = try await WebSocketClient.open(server, offering: "permessage-deflate; client_max_window_bits")
      let deflated = Array(try #require(Compression.messageDeflate(Self.text)).readableBytesView)

      try await socket.sendRaw(0x41, Array(deflated.prefix(9)))
      try await socket.sendRaw(0x80, Array(deflated.dropFirst(9)))
      #expect(try await socket.read() == .init(0x1, Array(Self.text.readableBytesView)))

      let bomb = try #require(Compression.messageDeflate(ByteBuffer(repeating: 0x61, count: 1 << 20)))
      try await socket.sendRaw(0xC1, Array(bomb.readableBytesView))
      #expect(try await socket.read().closeCode == 1009)
    }
  }

  @Test func `a compressed frame that was not agreed on is a breach of the protocol`() async throws {
    try await withServer { server in
      let socket = try await WebSocketClient.open(server)
      _ = try await socket.read()
      try await socket.sendRaw(0xC1, [0x00])
      #expect(try await socket.read().closeCode == 1002)
    }
    try await withServer { server in
      let socket = try await WebSocketClient.open(server, offering: "permessage-deflate")
      // A continuation never says that it is compressed.
      try await socket.sendRaw(0x41, [0x00])
      try await socket.sendRaw(0xC0, [0x00])
      #expect(try await socket.read().closeCode == 1002)
    }
  }

  @Test(arguments: [
    ("permessage-deflate", true), ("permessage-deflate; client_max_window_bits", true), ("foo, permessage-deflate", true),
    ("permessage-deflate; server_no_context_takeover; client_max_window_bits=\"10\"", true),
    ("permessage-deflate; server_max_window_bits=10", false), ("permessage-deflate; client_max_window_bits=20", false),
    ("permessage-deflate; x=1", false), ("x-webkit-deflate-frame", false), ("", false),
    ("permessage-deflate; server_max_window_bits=10, permessage-deflate", true),
    ("permessage-deflate; client_max_window_bits; client_max_window_bits", false),
  ])
  func `compression is agreed on when every parameter can be met`(offer: String, isAgreed: Bool) async throws {
    try await withServer { server in
      let client = try await server.connect()
      try await client.send(WebSocketClient.handshake(replacing: "Host: localhost\r\nSec-WebSocket-Extensions: \(offer)"))
      let answer = try await client.readResponse()
      #expect(answer.status == 101)
      #expect(answer.header("sec-websocket-extensions") == (isAgreed ? WebSocketHandshake.agreedCompression : nil))
      client.close()
    }
  }

  @Test(arguments: [
    ("gzip", true), ("gzip, deflate, br", true), ("br;q=1, GZIP;q=0.5", true), ("*", true), ("gzip;q=0", false),
    ("gzip; q=0.000", false), ("identity", false), ("", false), ("x-gzip", false),
  ])
  func `gzip is taken from whoever says so`(codings: String, isTaken: Bool) {
    #expect(ContentCoding.acceptsGzip(codings) == isTaken)
  }
}

extension WebSocketClient {
  /// Opens a socket that offers extensions, past its greeting.
  fileprivate static func open(_ server: TestServer, offering extensions: String) async throws -> WebSocketClient {
    let socket = try await open(
      try await server.connect(), handshake: handshake(replacing: "Host: localhost\r\nSec-WebSocket-Extensions: \(extensions)"))
    _ = try await socket.read()
    return socket
  }
}
