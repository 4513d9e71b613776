import DashboardModel

/// Checks in one pass, without recursion and without decoding, that bytes are one JSON value (RFC 8259, UTF-8).
///
/// Values from the store travel to browsers as bytes, so nothing may pass that `JSON.parse` refuses. Decoding a page
/// of 1 MB only to throw the result away took ten times as long.
struct JSONCheck {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  /// Closing brackets still to come, the innermost last.
  private var closers: [UInt8] = []

  static func isObject(_ bytes: [UInt8], maximumDepth: Int = ComponentValue.maximumDepth) -> Bool {
    bytes.first == UInt8(ascii: "{") && isValue(bytes, maximumDepth: maximumDepth)
  }

  static func isValue(_ bytes: [UInt8], maximumDepth: Int = ComponentValue.maximumDepth) -> Bool {
    guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else { return false }
    return bytes.withUnsafeBufferPointer { buffer in
      var check = JSONCheck(bytes: buffer)
      return check.document(maximumDepth)
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private mutating func document(_ maximumDepth: Int) -> Bool {
    while true {
      skipSpace()
      if peek == UInt8(ascii: "{") || peek == UInt8(ascii: "[") {
        guard closers.count < maximumDepth, let isEmpty = open() else { return false }
        if !isEmpty { continue }
      } else if !scalar() {
        return false
      }
      switch endOfValue() {
      case .more: continue
      case .end: return at == bytes.count
      case .broken: return false
      }
    }
  }

  private enum Next { case more, end, broken }

  private var peek: UInt8 { at < bytes.count ? bytes[at] : 0 }

  /// Steps into an object or array; true when it is empty and over, `nil` when it is broken.
  private mutating func open() -> Bool? {
    let closer = take() == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
    skipSpace()
    if peek == closer {
      at += 1
      return true
    }
    closers.append(closer)
    return closer == UInt8(ascii: "]") || name() ? false : nil
  }

  /// After a value: closes what closes, and goes on behind a comma.
  private mutating func endOfValue() -> Next {
    while let closer = closers.last {
      skipSpace()
      switch take() {
      case closer: closers.removeLast()
      case UInt8(ascii: ","):
        skipSpace()
        return closer == UInt8(ascii: "]") || name() ? .more : .broken
      default: return .broken
      }
    }
    skipSpace()
    return .end
  }

  /// A member's name and its colon.
  private mutating func name() -> Bool {
    guard peek == UInt8(ascii: "\""), string() else { return false }
    skipSpace()
    return take() == UInt8(ascii: ":")
  }

  private mutating func scalar() -> Bool {
    switch peek {
    case UInt8(ascii: "\""): string()
    case UInt8(ascii: "t"): word("true")
    case UInt8(ascii: "f"): word("false")
    case UInt8(ascii: "n"): word("null")
    default: number()
    }
  }

  private mutating func string() -> Bool {
    at += 1
    while at < bytes.count {
      let byte = take()
      if byte == UInt8(ascii: "\"") { return true }
      if byte < 0x20 || (byte == UInt8(ascii: "\\") && !escape()) { return false }
    }
    return false
  }

  private mutating func escape() -> Bool {
    switch take() {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): return true
    case UInt8(ascii: "u"):
      for _ in 0..<4 where !Self.isHex(take()) { return false }
      return true
    default: return false
    }
  }

  private mutating func number() -> Bool {
    if peek == UInt8(ascii: "-") { at += 1 }
    let start = at
    guard digits(), bytes[start] != UInt8(ascii: "0") || at == start + 1 else { return false }
    if peek == UInt8(ascii: ".") {
      at += 1
      guard digits() else { return false }
    }
    guard peek | 0x20 == UInt8(ascii: "e") else { return true }
    at += 1
    if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
    return digits()
  }

  private mutating func digits() -> Bool {
    let start = at
    while Self.isDigit(peek) { at += 1 }
    return at > start
  }

  private mutating func word(_ text: StaticString) -> Bool {
    let end = at + text.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    let fits = (0..<text.utf8CodeUnitCount).allSatisfy { bytes[at + $0] == text.utf8Start[$0] }
    at = end
    return fits
  }

  private mutating func take() -> UInt8 {
    let byte = peek
    at += 1
    return byte
  }

  private mutating func skipSpace() {
    while peek == 0x20 || peek == 0x0A || peek == 0x0D || peek == 0x09 { at += 1 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
}
