@testable import WebServer

/// The client side of a WebSocket over raw bytes.
struct WebSocketClient: Sendable {
  struct Frame: Equatable {
    let opcode: UInt8
    let payload: [UInt8]

    init(_ opcode: UInt8, _ text: String) { self.init(opcode, Array(text.utf8)) }

    init(_ opcode: UInt8, _ payload: [UInt8]) {
      self.opcode = opcode
      self.payload = payload
    }

    var closeCode: UInt16? {
      guard opcode == 0x8, payload.count >= 2 else { return nil }
      return UInt16(payload[0]) << 8 | UInt16(payload[1])
    }
  }

  let client: RawClient

  static func open(_ server: TestServer, path: String = "/ws") async throws -> WebSocketClient {
    let client = try await server.connect()
    try await client.send(handshake(path: path))
    _ = try await client.readResponse()
    return WebSocketClient(client: client)
  }

  /// The RFC's example, or the same with one header's lines replaced.
  static func handshake(path: String = "/ws", replacing replacement: String = "") -> String {
    var headers = [
      "Host: localhost", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    if let name = replacement.split(separator: ":").first {
      headers = headers.map { $0.hasPrefix("\(name):") ? replacement : $0 }
    }
    return "GET \(path) HTTP/1.1\r\n" + headers.map { "\($0)\r\n" }.joined() + "\r\n"
  }

  /// A masked frame.
  static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let key: [UInt8] = [0x11, 0x22, 0x33, 0x44]
    var frame = [first]
    switch payload.count {
    case ..<126: frame.append(0x80 | UInt8(payload.count))
    case ..<65_536: frame += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default: frame += [0xFF] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
    }
    return frame + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
  }

  func send(_ opcode: UInt8, _ text: String) async throws { try await send(opcode, bytes: Array(text.utf8)) }

  func send(_ opcode: UInt8, bytes: [UInt8]) async throws { try await sendRaw(0x80 | opcode, bytes) }

  func sendRaw(_ first: UInt8, _ payload: [UInt8]) async throws { try await client.send(Self.frame(first, payload)) }

  func read() async throws -> Frame {
    let head = try await client.read(2)
    let lengthBytes = [126: 2, 127: 8][head[1]] ?? 0
    let length = try await client.read(lengthBytes).reduce(lengthBytes == 0 ? Int(head[1]) : 0) { $0 << 8 | Int($1) }
    return Frame(head[0] & 0xF, try await client.read(length))
  }
}
