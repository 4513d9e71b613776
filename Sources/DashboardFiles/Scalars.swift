/// Reads numbers, durations and switches. YAML's own guesses (octal, sexagesimal, `yes` for true) are not made.
enum Scalars {
  /// A decimal number as JSON writes it, a leading `+` allowed.
  static func number(_ text: String) throws(Mistake) -> Double {
    guard let value = decimal(text) else { throw notANumber(text) }
    guard value.isFinite else { throw Mistake(.wrongKind, "\(text.shortened) is too large for a number") }
    return value
  }

  /// `250ms 10s 5m 6h 1d`; a bare number is seconds.
  static func duration(_ text: String) throws(Mistake) -> Double {
    for (unit, seconds) in [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)]
    where text.hasSuffix(unit) {
      guard let value = decimal(String(text.dropLast(unit.count))) else { continue }
      return value * seconds
    }
    throw Mistake(.wrongKind, "\"\(text.shortened)\" is not a duration", hint: durationHint(text))
  }

  static func boolean(_ text: String) throws(Mistake) -> Bool {
    switch text {
    case "true": return true
    case "false": return false
    default:
      let meant: [String: String] = [
        "yes": "true", "on": "true", "y": "true", "1": "true", "no": "false", "off": "false", "n": "false",
        "0": "false", "true": "true", "false": "false",
      ]
      throw Mistake(.wrongKind, "\"\(text.shortened)\" is neither true nor false",
        hint: meant[text.lowercased()].map { "write \($0)" })
    }
  }

  /// Seconds as people write them: `250ms`, `10s`, `5m`, `24h`.
  static func written(seconds: Double) -> String {
    for (unit, size) in [("d", 86_400.0), ("h", 3600), ("m", 60), ("s", 1)] {
      let count = seconds / size
      if count >= 1, count == count.rounded(), count * size > 86_400 || unit != "d" { return "\(plain(count))\(unit)" }
    }
    return seconds < 1 ? "\(plain(seconds * 1000))ms" : "\(plain(seconds))s"
  }

  static func plain(_ number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? String(number)
  }

  private static func decimal(_ text: String) -> Double? {
    var digits = Substring(text)
    if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
    guard let first = digits.utf8.first, (0x30...0x39).contains(first), digits.utf8.last != UInt8(ascii: "."),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || ".eE+-".utf8.contains($0) })
    else { return nil }
    if first == 0x30, let second = digits.utf8.dropFirst().first, (0x30...0x39).contains(second) { return nil }
    return Double(text)
  }

  private static func notANumber(_ text: String) -> Mistake {
    let digits = text.drop { $0 == "-" || $0 == "+" }
    if digits.hasPrefix("0"), let value = Int64(digits) {
      return Mistake(.wrongKind, "a number does not begin with 0", hint: "write \(value), or quote a text")
    }
    if digits.lowercased() == ".nan" || digits.lowercased() == ".inf" {
      return Mistake(.wrongKind, "\"\(text)\" is not a number that can be used here")
    }
    if text.contains(","), decimal(text.replacing(",", with: ".")) != nil {
      return Mistake(.wrongKind, "\"\(text.shortened)\" is not a number",
        hint: "write \(text.replacing(",", with: "."))")
    }
    if text.hasSuffix(",") {
      return Mistake(.wrongKind, "\"\(text.shortened)\" is not a number", hint: "leave out the comma")
    }
    let parts = text.split(separator: ":").map { Int($0) }
    if parts.count == 2, let first = parts[0], let second = parts[1], first < 1_000_000, second < 60 {
      return Mistake(.wrongKind, "\"\(text.shortened)\" is not a number", hint: "write \(first * 60 + second)")
    }
    var joined = text.replacing("_", with: "").replacing("%", with: "").replacing(" ", with: "")
    if joined.hasPrefix(".") { joined = "0" + joined }
    if joined.hasSuffix(".") { joined.removeLast() }
    return Mistake(.wrongKind, "\"\(text.shortened)\" is not a number",
      hint: joined != text && decimal(joined) != nil ? "write \(joined)" : nil)
  }

  private static func durationHint(_ text: String) -> String {
    let parts = text.split(separator: ":").map { Int($0) }
    if parts.count == 2, let first = parts[0], let second = parts[1], first < 1_000_000, second < 60 {
      return "write \(first * 60 + second)s"
    }
    if text.hasSuffix(",") { return "leave out the comma" }
    let words = text.split(separator: " ")
    if words.count >= 2, let count = decimal(String(words[0])), let unit = words[1].first, "smhd".contains(unit) {
      return "write \(plain(count))\(words[1].hasPrefix("ms") || words[1].hasPrefix("milli") ? "ms" : String(unit))"
    }
    return "such as 250ms, 10s, 5m, 6h or 1d"
  }
}
