/// The target of a request, taken apart and made safe.
///
/// `/static/a%20b.js?v=1` is path `/static/a b.js` and query `v=1`. A path that could mean another place to somebody
/// who decodes it once more, or whose file system is more generous, has no `path` at all: `..`, `%2e%2e`, `//`,
/// an encoded slash, a backslash, control characters, `%252e`, invalid percent signs, invalid or overlong UTF-8.
struct RequestTarget {
  /// The path, percent-decoded; `nil` when it must not be served.
  let path: Substring?
  /// What follows `?`, still encoded.
  let query: Substring
  /// `host[:port]` of an absolute target (`GET http://host/path`), which then counts instead of the Host header.
  let authority: Substring?

  init(_ target: String) {
    var rest = target[...]
    if rest.utf8.first != UInt8(ascii: "/"), let scheme = Self.schemeLength(rest) {
      rest = rest.dropFirst(scheme)
      let end = rest.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
      authority = rest[..<end]
      rest = rest[end...].isEmpty ? "/" : rest[end...]
    } else {
      authority = nil
    }
    let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
    query = mark == rest.endIndex ? "" : rest[rest.utf8.index(after: mark)...]
    path = Self.decodedPath(rest[..<mark])
  }

  private static func schemeLength(_ text: Substring) -> Int? {
    for scheme in ["http://", "https://"] where text.utf8.count >= scheme.utf8.count {
      if text.prefix(scheme.count).lowercased() == scheme { return scheme.count }
    }
    return nil
  }

  private static func decodedPath(_ path: Substring) -> Substring? {
    guard path.utf8.first == UInt8(ascii: "/") else { return nil }
    var decoded = path
    if path.utf8.contains(UInt8(ascii: "%")) {
      guard let text = PercentCoding.decode(path), Self.addsNoSeparator(text, to: path) else { return nil }
      decoded = text[...]
    }
    return isSafe(decoded) ? decoded : nil
  }

  private static func addsNoSeparator(_ decoded: String, to path: Substring) -> Bool {
    let slash = UInt8(ascii: "/")
    return decoded.utf8.count(where: { $0 == slash }) == path.utf8.count(where: { $0 == slash })
  }

  private static func isSafe(_ path: Substring) -> Bool {
    var previous: UInt8 = 0
    for byte in path.utf8 {
      if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "%") { return false }
      if byte == UInt8(ascii: "/") && previous == byte { return false }
      previous = byte
    }
    guard path.utf8.contains(UInt8(ascii: ".")) else { return true }
    return !path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.allSatisfy { $0 == UInt8(ascii: ".") } }
  }
}

/// Percent-decoding that refuses what it cannot decode.
enum PercentCoding {
  /// The text with `%41` as `A`; `nil` for an incomplete escape or for bytes that are no UTF-8.
  static func decode(_ text: Substring, plusIsSpace: Bool = false) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
