package import NIOCore
import NIOHTTP1

/// What a WebSocket means to the application; every method is called on the socket's event loop.
package protocol WebSocketSession: AnyObject {
  /// The socket is open; writing is allowed from here on.
  func opened()
  /// A whole text message, valid UTF-8.
  func received(text: ByteBuffer)
  /// The peer's buffers are full, or have room again.
  func writabilityChanged(isWritable: Bool)
  /// The peer closes the socket, and says why; ``closed()`` follows.
  func peerCloses(_ code: WebSocketCloseCode?)
  /// The socket is gone; called exactly once after ``opened()``.
  func closed()
}

extension WebSocketSession {
  package func writabilityChanged(isWritable: Bool) {}
  package func peerCloses(_ code: WebSocketCloseCode?) {}
}

/// A close code and what it says.
package struct WebSocketCloseCode: Sendable, Hashable {
  package let number: UInt16
  package init(_ number: UInt16) { self.number = number }

  package static let normal = WebSocketCloseCode(1000)
  package static let goingAway = WebSocketCloseCode(1001)
  package static let protocolError = WebSocketCloseCode(1002)
  package static let unacceptableData = WebSocketCloseCode(1003)
  package static let invalidText = WebSocketCloseCode(1007)
  package static let messageTooBig = WebSocketCloseCode(1009)
  package static let serviceRestart = WebSocketCloseCode(1012)

  /// True for a code a peer may send: 1005, 1006, 1015 and everything unassigned are not.
  var maySend: Bool {
    switch number {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}

/// The writing side of one WebSocket; to be used on its event loop only.
package struct WebSocketOutbound {
  private let handler: WebSocketHandler
  package let eventLoop: any EventLoop

  init(handler: WebSocketHandler, eventLoop: any EventLoop) {
    self.handler = handler
    self.eventLoop = eventLoop
  }

  /// The peer understands compressed frames (``WebSocketFrames/compressedText(_:)``).
  package var isCompressing: Bool { handler.isCompressing }
  /// False once so much is unsent that more should wait.
  package var isWritable: Bool { handler.isWritable }
  /// Writes a whole encoded frame (``WebSocketFrames``), which may be shared by many sockets.
  package func write(frame: ByteBuffer) { handler.write(frame) }
  package func flush() { handler.flush() }
  /// Writes and flushes a whole encoded frame.
  package func send(frame: ByteBuffer) { handler.send(frame) }
  /// Encodes, writes and flushes one text message.
  package func send(text: String) { send(frame: WebSocketFrames.text(ByteBuffer(string: text))) }

  /// Sends a close frame and ends the socket when the peer answers, or after a while.
  package func close(_ code: WebSocketCloseCode, reason: String = "", answerWithin time: TimeAmount? = nil) {
    handler.close(code, reason: reason, answerWithin: time ?? WebSocketHandler.closeTime)
  }
}

/// Frames as the server sends them: unmasked, never fragmented.
package enum WebSocketFrames {
  /// A text frame, encoded once for all viewers.
  package static func text(_ payload: ByteBuffer) -> ByteBuffer { frame(opcode: 0x1, payload) }

  /// The same, compressed by permessage-deflate, for peers that agreed on it; `nil` where that does not pay.
  package static func compressedText(_ payload: ByteBuffer) -> ByteBuffer? {
    Compression.messageDeflate(payload).map { frame(opcode: 0x1 | 0x40, $0) }
  }

  static func pong(_ payload: ByteBuffer) -> ByteBuffer { frame(opcode: 0xA, payload) }

  static func close(_ code: WebSocketCloseCode?, reason: String) -> ByteBuffer {
    var payload = ByteBuffer()
    if let code {
      payload.writeInteger(code.number)
      payload.writeString(String(decoding: validPrefix(of: reason), as: UTF8.self))
    }
    return frame(opcode: 0x8, payload)
  }

  /// A control frame has room for 123 bytes of reason; a character is not cut in two.
  private static func validPrefix(of reason: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for character in reason.unicodeScalars {
      let encoded = Array(String(character).utf8)
      guard bytes.count + encoded.count <= 123 else { break }
      bytes += encoded
    }
    return bytes
  }

  private static func frame(opcode: UInt8, _ payload: ByteBuffer) -> ByteBuffer {
    let length = payload.readableBytes
    var frame = ByteBuffer()
    frame.reserveCapacity(length + 10)
    frame.writeInteger(0x80 | opcode)
    switch length {
    case ..<126: frame.writeInteger(UInt8(length))
    case ..<65536:
      frame.writeInteger(UInt8(126))
      frame.writeInteger(UInt16(length))
    default:
      frame.writeInteger(UInt8(127))
      frame.writeInteger(UInt64(length))
    }
    frame.writeImmutableBuffer(payload)
    return frame
  }
}
