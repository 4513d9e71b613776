/// Text of a definition with places for the values of variables. Each place says how a value is to be written there.
///
/// A place is written `U+0001 encoding name U+0002`, or `U+0001 encoding name U+0003 default U+0002`. No YAML text can have these control characters, and the compiler
/// replaces them where the environment brings some, so nothing from outside looks like a place.
package enum VariableText {
  package enum Encoding: Character, Hashable, Sendable {
    case plain = "p"
    /// Percent-encoded, for an address.
    case address = "a"
    /// As inside a JSON string.
    case json = "j"
    /// With a backslash before everything that Markdown knows.
    case markdown = "m"
  }

  private static let opening: Unicode.Scalar = "\u{1}"
  private static let closing: Unicode.Scalar = "\u{2}"
  private static let otherwise: Unicode.Scalar = "\u{3}"

  package static func place(of name: String, _ encoding: Encoding) -> String {
    "\(opening)\(encoding.rawValue)\(name)\(closing)"
  }

  /// The same place, where an empty value stands for another.
  package static func place(_ place: String, default fallback: String) -> String {
    "\(place.dropLast())\(otherwise)\(clean(fallback))\(closing)"
  }

  /// Text from outside, in which nothing looks like a place.
  package static func clean(_ text: String) -> String {
    let marks = [opening, closing, otherwise]
    guard text.unicodeScalars.contains(where: marks.contains) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { marks.contains($0) ? "\u{FFFD}" : $0 }))
  }

  /// The variables that a text has places for.
  package static func names(in text: String) -> Set<String> { Set(pieces(of: text).compactMap(\.place?.name)) }

  /// The text piece by piece: what is written, and each place with the variable's name.
  package static func parts(of text: String) -> [(text: String, variable: String?)] {
    guard text.unicodeScalars.contains(opening) else { return [(text, nil)] }
    return pieces(of: text).map { piece in
      guard let place = piece.place else { return (piece.text, nil) }
      let written = Self.place(of: place.name, place.encoding)
      return (place.fallback.isEmpty ? written : Self.place(written, default: place.fallback), place.name)
    }
  }

  /// The text with values in its places.
  package static func filled(_ text: String, _ values: [String: String]) -> String {
    guard text.unicodeScalars.contains(opening) else { return text }
    return pieces(of: text).map { piece in
      guard let place = piece.place else { return piece.text }
      let value = values[place.name] ?? ""
      return written(value.isEmpty ? place.fallback : value, place.encoding)
    }.joined()
  }

  private struct Piece {
    var text = ""
    var place: (name: String, encoding: Encoding, fallback: String)?
  }

  private static func pieces(of text: String) -> [Piece] {
    let parts = text.unicodeScalars.split(separator: opening, omittingEmptySubsequences: false)
    return parts.enumerated().flatMap { index, part -> [Piece] in
      guard index > 0, let end = part.firstIndex(of: closing), let first = part.first,
        let encoding = Encoding(rawValue: Character(first))
      else { return [Piece(text: String(part))] }
      let inner = part[part.index(after: part.startIndex)..<end]
      let mark = inner.firstIndex(of: otherwise)
      let fallback = mark.map { String(inner[inner.index(after: $0)...]) } ?? ""
      return [Piece(place: (String(inner[..<(mark ?? end)]), encoding, fallback)), Piece(text: String(part[part.index(after: end)...]))]
    }
  }

  /// A value as a place of that encoding takes it.
  package static func written(_ value: String, _ encoding: Encoding) -> String {
    switch encoding {
    case .plain: return value
    case .address: return PercentEncoding.encoded(value)
    case .json: return String(decoding: JSON.string(value).encoded.dropFirst().dropLast(), as: UTF8.self)
    case .markdown:
      return String(value.flatMap { character -> [Character] in
        let isSign = character.isASCII && (character.isPunctuation || character.isSymbol)
        return isSign ? ["\\", character] : [character]
      })
    }
  }
}
