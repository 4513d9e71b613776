/// Parts a fragment into text and tags: a strict subset of HTML's own rules.
///
/// A `<` before a letter begins a tag, `</` before a letter an end tag, `<!--` a comment; other declarations end at the
/// next `>`; any other `<` is text. What does not end runs to the end and is left out.
struct HTMLTokenizer {
  enum Token: Hashable {
    case text(String)
    case start(tag: String, attributes: [Attribute])
    case end(tag: String)
  }

  struct Attribute: Hashable {
    var name: String
    var value: String
  }

  private let bytes: [UInt8]
  private var index = 0
  private var held: Token?

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// `nil` at the end.
  mutating func next() -> Token? {
    if let token = held {
      held = nil
      return token
    }
    var text: [UInt8] = []
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<"), let found = markup() else {
        text.append(bytes[index])
        index += 1
        continue
      }
      guard case .token(let token) = found else { continue }
      guard !text.isEmpty else { return token }
      held = token
      break
    }
    return text.isEmpty ? nil : .text(HTMLEntities.decoded(text))
  }

  private enum Markup { case token(Token), nothing }

  // At a `<`: reads past it, or leaves it to be text.
  private mutating func markup() -> Markup? {
    let second = index + 1 < bytes.count ? bytes[index + 1] : 0
    if starts(with: "<!--") {
      skip(past: "-->", from: index + 4)
      return .nothing
    }
    if second == UInt8(ascii: "!") || second == UInt8(ascii: "?") {
      skip(past: ">", from: index + 2)
      return .nothing
    }
    if second == UInt8(ascii: "/"), isLetter(at: index + 2) { return endTag() }
    return isLetter(at: index + 1) ? startTag() : nil
  }

  private mutating func endTag() -> Markup {
    index += 2
    let tag = name()
    skip(past: ">", from: index)
    return .token(.end(tag: tag))
  }

  private mutating func startTag() -> Markup {
    index += 1
    let tag = name()
    var attributes: [Attribute] = []
    while skipSpace(), bytes[index] != UInt8(ascii: ">") {
      if let attribute = attribute(), attributes.count < Self.mostAttributes { attributes.append(attribute) }
    }
    guard index < bytes.count else { return .nothing }
    index += 1
    if HTMLAllowance.swallowed.contains(tag) {
      skipContents(of: tag)
      return .nothing
    }
    return .token(.start(tag: tag, attributes: attributes))
  }

  private static let mostAttributes = 50

  private mutating func attribute() -> Attribute? {
    let name = name()
    guard !name.isEmpty else {
      index += 1
      return nil
    }
    guard skipSpace(), bytes[index] == UInt8(ascii: "=") else { return Attribute(name: name, value: "") }
    index += 1
    guard skipSpace() else { return nil }
    return Attribute(name: name, value: HTMLEntities.decoded(value()))
  }

  private mutating func value() -> [UInt8] {
    let quote = bytes[index]
    let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
    if isQuoted { index += 1 }
    let start = index
    while index < bytes.count,
      isQuoted ? bytes[index] != quote : bytes[index] != UInt8(ascii: ">") && !Self.isSpace(bytes[index])
    { index += 1 }
    let value = Array(bytes[start..<index])
    if isQuoted { index = min(index + 1, bytes.count) }
    return value
  }

  // A tag's or an attribute's, in lower case.
  private mutating func name() -> String {
    let start = index
    while index < bytes.count, !Self.isSpace(bytes[index]), !"/>=\"'".utf8.contains(bytes[index]) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
  }

  // What is inside is no text for anyone.
  private mutating func skipContents(of tag: String) {
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "<"), starts(with: "</\(tag)") {
        skip(past: ">", from: index)
        return
      }
      index += 1
    }
  }

  /// False at the end.
  private mutating func skipSpace() -> Bool {
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    return index < bytes.count
  }

  private mutating func skip(past mark: StaticString, from start: Int) {
    index = start
    let word = mark.description
    while index < bytes.count, !starts(with: word) { index += 1 }
    index = min(index + mark.utf8CodeUnitCount, bytes.count)
  }

  private func starts(with word: String) -> Bool {
    let end = index + word.utf8.count
    return end <= bytes.count && zip(bytes[index..<end], word.utf8).allSatisfy { Self.lower($0) == $1 }
  }

  private func isLetter(at index: Int) -> Bool {
    index < bytes.count && (0x61...0x7A).contains(Self.lower(bytes[index]))
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
