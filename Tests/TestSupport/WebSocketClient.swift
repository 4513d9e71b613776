/// The client side of a WebSocket over raw bytes.
package struct WebSocketClient: Sendable {
  package struct Frame: Equatable, Sendable {
    package let opcode: UInt8
    package let payload: [UInt8]

    package init(_ opcode: UInt8, _ text: String) { self.init(opcode, Array(text.utf8)) }

    package init(_ opcode: UInt8, _ payload: [UInt8]) {
      self.opcode = opcode
      self.payload = payload
    }

    package var closeCode: UInt16? {
      guard opcode == 0x8, payload.count >= 2 else { return nil }
      return UInt16(payload[0]) << 8 | UInt16(payload[1])
    }
  }

  package let client: RawClient

  package init(client: RawClient) { self.client = client }

  /// Opens a socket; the answer to the handshake is taken and not looked at.
  package static func open(_ client: RawClient, handshake: String) async throws -> WebSocketClient {
    try await client.send(handshake)
    _ = try await client.readResponse()
    return WebSocketClient(client: client)
  }

  /// The RFC's example, or the same with one header's lines replaced.
  package static func handshake(path: String = "/ws", replacing replacement: String = "") -> String {
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
  package static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let key: [UInt8] = [0x11, 0x22, 0x33, 0x44]
    var frame = [first]
    switch payload.count {
    case ..<126: frame.append(0x80 | UInt8(payload.count))
    case ..<65_536: frame += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default: frame += [0xFF] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
    }
    return frame + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
  }

  package func send(_ opcode: UInt8, _ text: String) async throws { try await send(opcode, bytes: Array(text.utf8)) }

  package func send(_ opcode: UInt8, bytes: [UInt8]) async throws { try await sendRaw(0x80 | opcode, bytes) }

  package func sendRaw(_ first: UInt8, _ payload: [UInt8]) async throws { try await client.send(Self.frame(first, payload)) }

  package func read() async throws -> Frame {
    let head = try await client.read(2)
    let lengthBytes = [126: 2, 127: 8][head[1]] ?? 0
    let length = try await client.read(lengthBytes).reduce(lengthBytes == 0 ? Int(head[1]) : 0) { $0 << 8 | Int($1) }
    return Frame(head[0] & 0xF, try await client.read(length))
  }
}
