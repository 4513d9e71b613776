import DashboardModel

extension FileCompiler {
  /// `{ warn: above 200, bad: [above 400 for 2m, missing] }`; the worst level comes first in the result.
  mutating func checkLevels(_ value: YAMLValue) -> Checked? {
    guard let entries = value.entries, !entries.isEmpty else {
      report(.wrongKind, value.place, "\"levels\" takes \(Setting.Kind.levels.noun), found \(value.description)")
      return nil
    }
    var rules: [LevelRule] = []
    var isSound = true
    for entry in entries {
      guard let level = Level(rawValue: entry.key) else {
        report(.badLevel, entry.keyPlace, "there is no level \"\(entry.key.shortened)\"",
          hint: Suggestion.hintOrChoice(for: entry.key, among: Level.allCases.map(\.rawValue)))
        isSound = false
        continue
      }
      var conditions = [entry.value]
      if case .list(let list) = entry.value.kind { conditions = list }
      for condition in conditions {
        if let rule = readRule(condition, level) { rules.append(rule) } else { isSound = false }
      }
    }
    let worstFirst: [Level] = [.bad, .warn, .good]
    return isSound ? .levels(worstFirst.flatMap { level in rules.filter { $0.level == level } }) : nil
  }

  private mutating func readRule(_ value: YAMLValue, _ level: Level) -> LevelRule? {
    guard let scalar = value.scalar else {
      report(.badLevel, value.place, "a condition is wanted here, found \(value.description)", hint: Condition.forms)
      return nil
    }
    guard let text = insert(scalar, at: value.place, Setting("levels", .levels, ""), nil) else { return nil }
    do throws(Mistake) {
      return try Condition.read(text.text, level)
    } catch {
      guard !text.isInserted else {
        report(error.code, value.place, "with what is inserted here this is not a condition", hint: Condition.forms)
        return nil
      }
      report(error, value.place)
      return nil
    }
  }
}

/// Reads `above 200 for 2m`.
private enum Condition {
  static let forms = "above N, below N, between A and B, is TEXT or missing, each with: for 2m"

  static func read(_ text: String, _ level: Level) throws(Mistake) -> LevelRule {
    var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    var hold = 0.0
    if words.count > 2, words[words.count - 2] == "for", let seconds = try? Scalars.duration(words[words.count - 1]) {
      guard (0...86_400).contains(seconds) else { throw Mistake(.outOfRange, "a level waits for at most 24h") }
      hold = seconds
      words.removeLast(2)
    }
    return LevelRule(level: level, condition: try condition(words, text), hold: hold)
  }

  private static func condition(_ words: [String], _ text: String) throws(Mistake) -> LevelRule.Condition {
    switch words.first {
    case "above" where words.count == 2: return .above(try Scalars.number(words[1]))
    case "below" where words.count == 2: return .below(try Scalars.number(words[1]))
    case "between" where words.count == 4 && words[2] == "and":
      let (low, high) = (try Scalars.number(words[1]), try Scalars.number(words[3]))
      guard low < high else { throw Mistake(.badLevel, "\(words[1]) is not less than \(words[3])") }
      return .between(low, high)
    case "is" where words.count > 1: return .equals(words.dropFirst().joined(separator: " "))
    case "missing" where words.count == 1: return .missing
    default: throw Mistake(.badLevel, "\"\(text.shortened)\" is not a condition", hint: hint(words))
    }
  }

  private static func hint(_ words: [String]) -> String {
    let signs = [">": "above", ">=": "above", "<": "below", "<=": "below", "=": "is", "==": "is"]
    if let sign = words.first.flatMap({ signs[$0] }), words.count > 1 {
      return "write \(sign) \(words.dropFirst().joined(separator: " "))"
    }
    let first = words.first ?? ""
    let names = ["above", "below", "between", "is", "missing"]
    return names.contains(first) ? forms : Suggestion.hint(for: first, among: names) ?? forms
  }
}
