/// Turns the last part of a class into a CSS value.
struct Scale: Sendable {
  /// `nil` for what is not of this scale. More than one value: one for each property, in order.
  private(set) var values: @Sendable (String) -> [String]?

  init(_ value: @escaping @Sendable (String) -> String?) { values = { value($0).map { [$0] } } }

  /// One value for each property.
  static func several(_ values: @escaping @Sendable (String) -> [String]?) -> Scale {
    var scale = Scale { _ in nil }
    scale.values = values
    return scale
  }

  /// What this one does not know, `other` may.
  func or(_ other: Scale) -> Scale { .several { [values] in values($0) ?? other.values($0) } }

  /// Fixed steps: `sm=0.125rem`; `.` stands for no value at all; `_` is a space.
  static func steps(_ list: String) -> Scale {
    var steps: [String: String] = [:]
    for entry in list.split(whereSeparator: \.isWhitespace) {
      let parts = entry.split(separator: "=", maxSplits: 1)
      guard let name = parts.first, let value = parts.last else { continue }
      steps[name == "." ? "" : String(name)] = String(value).replacing("_", with: " ")
    }
    return Scale { [steps] in steps[$0] }
  }

  /// A whole number within limits, as `write` puts it.
  static func whole(_ range: ClosedRange<Int>, _ write: @escaping @Sendable (Int) -> String) -> Scale {
    Scale { text in
      guard let number = Int(text), range.contains(number), String(number) == text else { return nil }
      return write(number)
    }
  }

  /// `4` is 1 rem, `0.5` an eighth of it, `px` one pixel.
  static let spacing = Scale { text in
    if text == "px" { return "1px" }
    guard let number = number(text), number <= 1000, (number * 4).rounded() == number * 4 else { return nil }
    return number == 0 ? "0px" : "\(short(number / 4))rem"
  }.or(arbitrary)

  /// `1/2` is 50 %.
  static let fraction = Scale { text in
    let parts = text.split(separator: "/").compactMap { Int($0) }
    guard parts.count == 2, (1...12).contains(parts[1]), (1...12).contains(parts[0]) else { return nil }
    return "\(short(Double(parts[0]) / Double(parts[1]) * 100))%"
  }

  /// `[12rem]`, `[calc(100%_-_2rem)]`: a value as it is, of harmless characters, with known functions only.
  static let arbitrary = Scale { text in
    guard text.hasPrefix("["), text.hasSuffix("]"), text.utf8.count > 2 else { return nil }
    let value = text.dropFirst().dropLast().replacing("_", with: " ")
    return isHarmless(value) ? String(value) : nil
  }

  private static let functions: Set<String> = [
    "", "calc", "min", "max", "clamp", "rgb", "rgba", "hsl", "hsla", "oklch", "oklab", "var", "minmax", "repeat",
    "fit-content", "light-dark", "color-mix",
  ]

  private static func isHarmless(_ value: some StringProtocol) -> Bool {
    var depth = 0, name = ""
    for character in value {
      guard character.isASCII, character.isLetter || character.isNumber || " .%#,()+-*/".contains(character) else {
        return false
      }
      if character == "(" {
        guard functions.contains(name.lowercased()) else { return false }
        depth += 1
      } else if character == ")" {
        depth -= 1
        if depth < 0 { return false }
      }
      name = character.isLetter || character.isNumber || character == "-" ? name + String(character) : ""
    }
    return depth == 0 && !value.contains("/*")
  }

  /// The opposite of a length; `nil` where there is none (`auto`).
  static func negated(_ value: String) -> String? {
    guard let first = value.first, first.isNumber || value.hasPrefix("calc(") else { return nil }
    return value.hasPrefix("calc(") ? "calc(\(value) * -1)" : value == "0px" ? value : "-\(value)"
  }

  /// A plain decimal number, not negative.
  static func number(_ text: String) -> Double? {
    guard text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), text.first?.isNumber == true else { return nil }
    return Double(text)
  }

  /// Up to six decimals, none that say nothing.
  static func short(_ number: Double) -> String {
    let rounded = (number * 1_000_000).rounded() / 1_000_000
    return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
  }
}
