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
      report(.badLevel, value.place, "a condition is wanted here, found \(value.description)", hint: ConditionWord.forms)
      return nil
    }
    guard let text = insert(scalar, at: value.place, Setting("levels", .levels, ""), nil) else { return nil }
    do throws(Mistake) {
      return try LevelRule(text.text, level)
    } catch {
      guard !text.isInserted else {
        report(error.code, value.place, "with what is inserted here this is not a condition", hint: ConditionWord.forms)
        return nil
      }
      report(error, value.place)
      return nil
    }
  }
}
