import NIOCore
import NIOWebSocket

/// Bytes of a WebSocket in, whole messages out; decides, performs nothing.
///
/// A length is judged from the frame's header, before any of its bytes arrive: a claim of 2^63 bytes is refused at
/// once. Fragments are put together up to the same limit. After a violation nothing more comes out.
struct WebSocketParser {
  enum Event: Equatable {
    case text(ByteBuffer)
    case ping(ByteBuffer)
    case pong
    /// The peer closes; the code is `nil` when it gave none.
    case close(WebSocketCloseCode?)
    case violation(WebSocketCloseCode)
  }

  private struct Header {
    var isFinal: Bool
    var isCompressed: Bool
    var opcode: UInt8
    var headerLength: Int
    var length: Int
    var isControl: Bool { opcode & 0x8 != 0 }
  }

  private let maximumBytes: Int
  /// permessage-deflate was agreed on, so a message may say that it is compressed.
  private let inflates: Bool
  private var isCompressedMessage = false
  private var pending = ByteBuffer()
  private var fragments: ByteBuffer?
  private var isOver = false

  init(maximumBytes: Int, inflates: Bool = false) {
    self.maximumBytes = maximumBytes
    self.inflates = inflates
  }

  /// True while a frame or message is incomplete and memory is held for it.
  var holdsBytes: Bool { pending.readableBytes > 0 || fragments != nil }

  mutating func append(_ bytes: ByteBuffer) {
    guard !isOver else { return }
    if pending.readableBytes == 0 { pending = bytes } else { pending.writeImmutableBuffer(bytes) }
  }

  /// The next event, or `nil` when more bytes are needed.
  mutating func next() -> Event? {
    while !isOver {
      switch header() {
      case .failure(let violation): return over(.violation(violation.code))
      case .success(nil): return nil
      case .success(let header?):
        guard let payload = takePayload(header) else { return nil }
        if let event = event(header, payload) { return event }
      }
    }
    return nil
  }

  private struct Violation: Error {
    let code: WebSocketCloseCode
  }

  private func header() -> Result<Header?, Violation> {
    let start = pending.readerIndex
    guard let first = pending.getInteger(at: start, as: UInt8.self),
      let second = pending.getInteger(at: start + 1, as: UInt8.self)
    else { return .success(nil) }
    var header = Header(
      isFinal: first & 0x80 != 0, isCompressed: first & 0x40 != 0, opcode: first & 0xF, headerLength: 6,
      length: Int(second & 0x7F))
    guard first & 0x30 == 0, second & 0x80 != 0, isExpected(header) else {
      return .failure(Violation(code: .protocolError))
    }
    switch header.length {
    case 126:
      guard let length = pending.getInteger(at: start + 2, as: UInt16.self) else { return .success(nil) }
      header.length = Int(length)
      header.headerLength += 2
    case 127:
      guard let length = pending.getInteger(at: start + 2, as: UInt64.self) else { return .success(nil) }
      header.length = Int(exactly: length) ?? .max
      header.headerLength += 8
    default: break
    }
    let room = maximumBytes - (header.isControl ? 0 : fragments?.readableBytes ?? 0)
    return header.length > room ? .failure(Violation(code: .messageTooBig)) : .success(header)
  }

  private func isExpected(_ header: Header) -> Bool {
    // Only the first frame of a message says that it is compressed (RFC 7692 §6).
    if header.isCompressed && !(inflates && (header.opcode == 0x1 || header.opcode == 0x2)) { return false }
    return switch header.opcode {
    case 0x0: fragments != nil
    case 0x1, 0x2: fragments == nil
    case 0x8, 0x9, 0xA: header.isFinal && header.length <= 125
    default: false
    }
  }

  private mutating func takePayload(_ header: Header) -> ByteBuffer? {
    let start = pending.readerIndex
    guard pending.readableBytes >= header.headerLength + header.length,
      let key = pending.getInteger(at: start + header.headerLength - 4, as: UInt32.self)
    else { return nil }
    pending.moveReaderIndex(forwardBy: header.headerLength)
    guard var payload = pending.readSlice(length: header.length) else { return nil }
    if pending.readableBytes == 0 { pending = ByteBuffer() }
    if key != 0 {
      let bytes = withUnsafeBytes(of: key.bigEndian) { Array($0) }
      if let mask = WebSocketMaskingKey(bytes) { payload.webSocketUnmask(mask) }
    }
    return payload
  }

  private mutating func event(_ header: Header, _ payload: ByteBuffer) -> Event? {
    switch header.opcode {
    case 0x0, 0x1: return message(header, payload)
    case 0x2: return over(.violation(.unacceptableData))
    case 0x8: return over(closing(payload))
    case 0x9: return .ping(payload)
    default: return .pong
    }
  }

  private mutating func message(_ header: Header, _ payload: ByteBuffer) -> Event? {
    if header.opcode == 0x1 { isCompressedMessage = header.isCompressed }
    var whole = payload
    if var begun = fragments {
      fragments = nil
      begun.writeImmutableBuffer(payload)
      whole = begun
    }
    guard header.isFinal else {
      fragments = whole
      return nil
    }
    if isCompressedMessage {
      do throws(Compression.InflateError) {
        whole = try Compression.messageInflate(whole, maximum: maximumBytes)
      } catch {
        return over(.violation(error == .tooLong ? .messageTooBig : .invalidText))
      }
    }
    return Self.isText(whole) ? .text(whole) : over(.violation(.invalidText))
  }

  private func closing(_ payload: ByteBuffer) -> Event {
    var payload = payload
    guard payload.readableBytes > 0 else { return .close(nil) }
    guard let number = payload.readInteger(as: UInt16.self) else { return .violation(.protocolError) }
    let code = WebSocketCloseCode(number)
    guard code.maySend else { return .violation(.protocolError) }
    return Self.isText(payload) ? .close(code) : .violation(.invalidText)
  }

  private mutating func over(_ event: Event) -> Event {
    isOver = true
    pending = ByteBuffer()
    fragments = nil
    return event
  }

  private static func isText(_ bytes: ByteBuffer) -> Bool {
    (try? bytes.getUTF8ValidatedString(at: bytes.readerIndex, length: bytes.readableBytes)) != nil
  }
}
