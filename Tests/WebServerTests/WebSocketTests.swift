import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import WebServer

struct WebSocketTests {
  @Test func `a socket greets, echoes, pongs and closes`() async throws {
    try await withServer { server in
      let socket = try await WebSocketClient.open(server)
      #expect(try await socket.read() == .init(0x1, "welcome"))

      try await socket.send(0x1, "hello")
      #expect(try await socket.read() == .init(0x1, "hello"))
      try await socket.send(0x9, "are you there")
      #expect(try await socket.read() == .init(0xA, "are you there"))
      try await socket.send(0x1, "please close")
      #expect(try await socket.read().closeCode == 4010)
      try await socket.send(0x8, bytes: [0x0F, 0xAA])
      _ = try await socket.client.readToEnd()
    }
  }

  @Test func `the handshake's answer is the one of the RFC's example`() async throws {
    try await withServer { server in
      let client = try await server.connect()

      try await client.send(WebSocketClient.handshake())

      let response = try await client.readResponse()
      #expect(response.status == 101)
      #expect(response.header("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }
  }

  @Test func `frames sent along with the handshake are not lost`() async throws {
    try await withServer { server in
      let client = try await server.connect()

      try await client.send(Array(WebSocketClient.handshake().utf8) + WebSocketClient.frame(0x81, Array("early".utf8)))

      #expect(try await client.readResponse().status == 101)
      let socket = WebSocketClient(client: client)
      #expect(try await socket.read() == .init(0x1, "welcome"))
      #expect(try await socket.read() == .init(0x1, "early"))
    }
  }

  @Test func `what is sent long after a frame that came with the handshake goes out at once`() async throws {
    try await withServer { server in
      let client = try await server.connect()
      try await client.send(Array(WebSocketClient.handshake(path: "/ws-late").utf8) + WebSocketClient.frame(0x81, Array("early".utf8)))

      #expect(try await client.readResponse().status == 101)
      #expect(try await WebSocketClient(client: client).read() == .init(0x1, "early"))
    }
  }

  @Test(arguments: [
    ("Sec-WebSocket-Version: 8", 426), ("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8", 426),
    ("Sec-WebSocket-Key: abc", 400), ("Upgrade: h2c", 426), ("Connection: keep-alive", 426),
    ("Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==", 400),
  ])
  func `a handshake with a wrong header is refused`(header: String, status: Int) async throws {
    try await withServer { server in
      let response = try await server.ask(WebSocketClient.handshake(replacing: header))

      #expect(response.status == status)
      if status == 426 { #expect(response.header("sec-websocket-version") == "13") }
    }
  }

  @Test func `a message of many fragments, with a ping between, arrives whole`() async throws {
    try await withServer { server in
      let socket = try await WebSocketClient.open(server)
      _ = try await socket.read()
      let text = Array("ü€😀".utf8)

      try await socket.sendRaw(0x01, [text[0]])
      for byte in text.dropFirst().dropLast() { try await socket.sendRaw(0x00, [byte]) }
      try await socket.send(0x9, "ping")
      try await socket.sendRaw(0x80, [text[text.count - 1]])

      #expect(try await socket.read() == .init(0xA, "ping"))
      #expect(try await socket.read() == .init(0x1, "ü€😀"))
    }
  }

  @Test(arguments: [0, 1, 125, 126, 127, 1000, 65_535, 65_536])
  func `messages up to 64 KiB come back unchanged`(size: Int) async throws {
    try await withServer { server in
      let socket = try await WebSocketClient.open(server)
      _ = try await socket.read()

      try await socket.send(0x1, bytes: Array(repeating: 0x61, count: size))

      #expect(try await socket.read().payload.count == size)
    }
  }

  @Test(arguments: Violation.all)
  func `a violation closes with its code, and only this socket`(violation: Violation) async throws {
    try await withServer { server in
      let neighbour = try await WebSocketClient.open(server)
      _ = try await neighbour.read()
      let socket = try await WebSocketClient.open(server)
      _ = try await socket.read()

      await socket.client.trySend(violation.bytes)

      #expect(try await socket.read().closeCode == violation.code)
      try await neighbour.send(0x1, "still here")
      #expect(try await neighbour.read() == .init(0x1, "still here"))
    }
  }

  @Test(arguments: [UInt16(1000), 1001, 1003, 1007, 1011, 1014, 3000, 4999])
  func `a valid close is answered with its own code`(code: UInt16) async throws {
    try await withServer { server in
      let socket = try await WebSocketClient.open(server)
      _ = try await socket.read()

      try await socket.send(0x8, bytes: [UInt8(code >> 8), UInt8(code & 0xFF)] + Array("bye".utf8))

      #expect(try await socket.read().closeCode == code)
      _ = try await socket.client.readToEnd()
    }
  }

  @Test func `a reader who reads nothing is noticed and dropped`() async throws {
    try await withServer { server in
      let client = try await server.connect()
      try await client.stopReading()

      try await client.send(WebSocketClient.handshake(path: "/ws-flood"))

      let deadline = ContinuousClock.now + .seconds(10)
      while server.server.counts.accepted == 0 || server.server.counts.connections > 0, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(server.server.counts.connections == 0)
    }
  }
}

/// Frames that break the protocol.
struct Violation: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  let code: UInt16
  var testDescription: String { name }

  private static func frame(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
    WebSocketClient.frame(first, payload)
  }

  static let all: [Violation] = [
    Violation(name: "unmasked", bytes: [0x81, 0x01, 0x61], code: 1002),
    Violation(name: "reserved bit 1", bytes: frame(0xC1), code: 1002),
    Violation(name: "reserved bit 3", bytes: frame(0x91), code: 1002),
    Violation(name: "reserved opcode 3", bytes: frame(0x83), code: 1002),
    Violation(name: "reserved opcode 11", bytes: frame(0x8B), code: 1002),
    Violation(name: "fragmented ping", bytes: frame(0x09), code: 1002),
    Violation(name: "ping of 126 bytes", bytes: frame(0x89, Array(repeating: 0, count: 126)), code: 1002),
    Violation(name: "continuation of nothing", bytes: frame(0x80), code: 1002),
    Violation(name: "text inside a message", bytes: frame(0x01, [0x61]) + frame(0x81, [0x61]), code: 1002),
    Violation(name: "claim of 2^63", bytes: [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], code: 1009),
    Violation(name: "claim of 2^64-1", bytes: [0x81] + Array(repeating: 0xFF, count: 9), code: 1009),
    Violation(name: "claim of 64 KiB and a byte", bytes: [0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1], code: 1009),
    Violation(
      name: "fragments beyond 64 KiB",
      bytes: frame(0x01, Array(repeating: 0x61, count: 40_000)) + frame(0x00, Array(repeating: 0x61, count: 40_000)),
      code: 1009),
    Violation(name: "binary", bytes: frame(0x82, [1, 2]), code: 1003),
    Violation(name: "invalid UTF-8", bytes: frame(0x81, [0xFF]), code: 1007),
    Violation(name: "overlong UTF-8", bytes: frame(0x81, [0xC0, 0xAE]), code: 1007),
    Violation(name: "surrogate", bytes: frame(0x81, [0xED, 0xA0, 0x80]), code: 1007),
    Violation(name: "surrogate over fragments", bytes: frame(0x01, [0xED]) + frame(0x80, [0xA0, 0x80]), code: 1007),
    Violation(name: "cut character", bytes: frame(0x81, [0xE2, 0x82]), code: 1007),
    Violation(name: "close 1005", bytes: frame(0x88, [0x03, 0xED]), code: 1002),
    Violation(name: "close 1006", bytes: frame(0x88, [0x03, 0xEE]), code: 1002),
    Violation(name: "close 1004", bytes: frame(0x88, [0x03, 0xEC]), code: 1002),
    Violation(name: "close 1015", bytes: frame(0x88, [0x03, 0xF7]), code: 1002),
    Violation(name: "close 999", bytes: frame(0x88, [0x03, 0xE7]), code: 1002),
    Violation(name: "close 5000", bytes: frame(0x88, [0x13, 0x88]), code: 1002),
    Violation(name: "close of one byte", bytes: frame(0x88, [0x03]), code: 1002),
    Violation(
      name: "reason of 124 bytes", bytes: frame(0x88, [0x03, 0xE8] + Array(repeating: 0x61, count: 124)), code: 1002),
    Violation(name: "invalid reason", bytes: frame(0x88, [0x03, 0xE8, 0xFF]), code: 1007),
  ]
}

@Suite struct UnreadPongTests {
  @Test func `a peer that takes nothing is sent no pongs, until it does`() throws {
    let handler = WebSocketHandler(maximumBytes: 1000, isCompressing: false, ledger: ConnectionLedger(limits: WebLimits()))
    let channel = EmbeddedChannel(handler: handler)
    let ping = ByteBuffer(bytes: WebSocketClient.frame(0x89, Array("a".utf8)))

    channel.isWritable = false
    for _ in 0..<100 { try channel.writeInbound(ping) }
    #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)

    channel.isWritable = true
    try channel.writeInbound(ping)
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [0x8A, 1, UInt8(ascii: "a")]))
  }
}
