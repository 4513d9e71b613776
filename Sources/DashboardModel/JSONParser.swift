/// Reads one JSON value (RFC 8259) and keeps the order of members. Strict: no comments, no trailing commas, no byte
/// order mark, valid UTF-8, numbers that are finite. Of members with one name the last one's value counts.
///
/// Recurses as deep as the value nests, so its callers check that first (``JSON/depth(of:limit:)``). A value of sources
/// may be 5 MiB large: a decoder that tries one type after the other takes seconds for it.
struct JSONParser {
  private let bytes: [UInt8]
  private var index = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The whole input as one value.
  mutating func parse() throws(JSONError) -> JSON {
    let value = try value()
    skipSpace()
    guard index == bytes.count else { throw malformed("bytes after the value") }
    return value
  }

  private mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    index += 1
    var members: [JSON.Member] = []
    var places: [String: Int] = [:]
    skipSpace()
    if take("}") { return .object(JSON.Members()) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw malformed("a name is missing") }
      let name = try string()
      skipSpace()
      guard take(":") else { throw malformed("a colon is missing") }
      let value = try value()
      if let place = places.updateValue(members.count, forKey: name) {
        members[place].value = value
        places[name] = place
      } else {
        members.append(JSON.Member(name: name, value: value))
      }
      skipSpace()
    } while take(",")
    guard take("}") else { throw malformed("an object does not end") }
    return .object(JSON.Members(members))
  }

  private mutating func array() throws(JSONError) -> JSON {
    index += 1
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array([]) }
    repeat {
      elements.append(try value())
      skipSpace()
    } while take(",")
    guard take("]") else { throw malformed("a list does not end") }
    return .array(elements)
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let end = index + word.utf8CodeUnitCount
    let text = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard end <= bytes.count, bytes[index..<end].elementsEqual(text) else { throw malformed("not JSON") }
    index = end
    return value
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let peek, UInt32(peek) == character.value else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  private func malformed(_ reason: String) -> JSONError { .malformed(reason: reason, offset: index) }
}

extension JSONParser {
  // -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
  private mutating func number() throws(JSONError) -> Double {
    let start = index
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    guard let number = Double(String(decoding: bytes[start..<index], as: UTF8.self)), number.isFinite else {
      throw malformed("a number is too large")
    }
    return number
  }

  private mutating func digits() throws(JSONError) {
    let start = index
    while let byte = peek, (0x30...0x39).contains(byte) { index += 1 }
    guard index > start else { throw malformed("not JSON") }
  }

  private mutating func string() throws(JSONError) -> String {
    index += 1
    var text: [UInt8] = []
    while let byte = peek {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw malformed("text is not UTF-8") }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw malformed("a control character in text")
      default: text.append(byte)
      }
    }
    throw malformed("text does not end")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    let letter = peek
    index += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter ?? 0)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "u"): text += String(try escapedScalar()).utf8
    default: throw malformed("an escape that is none")
    }
  }

  /// After `\u`; two halves of a pair are one scalar.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let first = try fourDigits()
    guard (0xD800..<0xDC00).contains(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw malformed("half a surrogate pair") }
      return scalar
    }
    guard take("\\"), take("u") else { throw malformed("half a surrogate pair") }
    let second = try fourDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw malformed("half a surrogate pair") }
    return scalar
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    guard index + 4 <= bytes.count else { throw malformed("an escape that is none") }
    let digits = bytes[index..<(index + 4)]
    let isHexadecimal = digits.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
    }
    guard isHexadecimal, let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw malformed("an escape that is none")
    }
    index += 4
    return code
  }
}
