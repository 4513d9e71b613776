import DashboardModel

/// How a level's condition begins: the only declaration of it for parser, messages, schema and reference.
enum ConditionWord: String, CaseIterable, Sendable {
  case above, below, between, `is`, missing

  /// As people are told of it; capital letters stand for what is to be written there.
  var form: String {
    switch self {
    case .above: "above N"
    case .below: "below N"
    case .between: "between A and B"
    case .is: "is TEXT"
    case .missing: "missing"
    }
  }

  /// Lasting this long, at the end of any of them.
  static let hold = "for 2m"

  static var forms: String {
    let forms = allCases.map(\.form)
    return "\(forms.dropLast().joined(separator: ", ")) or \(forms.last ?? ""), each with: \(hold)"
  }

  /// What a whole text matches that may be a condition.
  static var pattern: String {
    let forms = allCases.map { word in
      word.form.split(separator: " ").map { $0.contains(where: \.isLowercase) ? String($0) : $0 == "TEXT" ? "\\S.*" : "\\S+" }
        .joined(separator: "\\s+")
    }
    return "^\\s*(\(forms.joined(separator: "|")))(\\s+for\\s+\\S+)?\\s*$"
  }
}

extension LevelRule {
  /// Reads `above 200 for 2m`.
  init(_ text: String, _ level: Level) throws(Mistake) {
    var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    var hold = 0.0
    if words.count > 2, words[words.count - 2] == "for", let seconds = try? Scalars.duration(words[words.count - 1]) {
      guard (0...86_400).contains(seconds) else { throw Mistake(.outOfRange, "a level waits for at most 24h") }
      hold = seconds
      words.removeLast(2)
    }
    self.init(level: level, condition: try Self.condition(words, text), hold: hold)
  }

  private static func condition(_ words: [String], _ text: String) throws(Mistake) -> LevelRule.Condition {
    switch words.first.flatMap(ConditionWord.init) {
    case .above where words.count == 2: return .above(try Scalars.number(words[1]))
    case .below where words.count == 2: return .below(try Scalars.number(words[1]))
    case .between where words.count == 4 && words[2] == "and":
      let (low, high) = (try Scalars.number(words[1]), try Scalars.number(words[3]))
      guard low < high else { throw Mistake(.badLevel, "\(words[1]) is not less than \(words[3])") }
      return .between(low, high)
    case .is where words.count > 1: return .equals(words.dropFirst().joined(separator: " "))
    case .missing where words.count == 1: return .missing
    default: throw Mistake(.badLevel, "\"\(text.shortened)\" is not a condition", hint: hint(words))
    }
  }

  private static func hint(_ words: [String]) -> String {
    let signs: [String: ConditionWord] = [">": .above, ">=": .above, "<": .below, "<=": .below, "=": .is, "==": .is]
    if let sign = words.first.flatMap({ signs[$0] }), words.count > 1 {
      return "write \(sign.rawValue) \(words.dropFirst().joined(separator: " "))"
    }
    let first = words.first ?? "", names = ConditionWord.allCases.map(\.rawValue)
    return names.contains(first) ? ConditionWord.forms : Suggestion.hint(for: first, among: names) ?? ConditionWord.forms
  }
}
