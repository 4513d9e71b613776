import DashboardModel

/// Reads `*/5 8-18 * * mon-fri`: minute, hour, day, month and weekday, each `*`, a number, a range, with a step, or
/// several of these with commas. Months and weekdays have names; Sunday is 0 and 7.
enum CronText {
  private struct Field {
    var name: String
    var range: ClosedRange<Int>
    var names: [String] = []
    /// What the first of the names stands for.
    var firstNamed = 0
  }

  private static let fields = [
    Field(name: "minute", range: 0...59), Field(name: "hour", range: 0...23), Field(name: "day", range: 1...31),
    Field(
      name: "month", range: 1...12,
      names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], firstNamed: 1),
    Field(name: "weekday", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
  ]

  static func rule(_ text: String) throws(Mistake) -> CronRule {
    let words = text.split(whereSeparator: \.isWhitespace)
    if let word = words.first.map(String.init), word.hasPrefix("@") {
      throw Mistake(.badCron, "\"\(word.shortened)\" is not a schedule", hint: nicknames[word].map { "write \"\($0)\"" } ?? form)
    }
    guard words.count == fields.count else {
      throw Mistake(.badCron, "a schedule has \(fields.count) words, this has \(words.count)", hint: form)
    }
    var sets: [UInt64] = []
    for (word, field) in zip(words, fields) {
      do throws(Mistake) {
        sets.append(try set(String(word), field))
      } catch {
        throw error.of(word, in: text)
      }
    }
    // 7 is Sunday as well.
    let weekdays = (sets[4] | sets[4] >> 7) & CronRule.everyWeekday
    let rule = CronRule(minutes: sets[0], hours: sets[1], days: sets[2], months: sets[3], weekdays: weekdays)
    guard mayCome(rule) else {
      throw Mistake(.badCron, "no month of these has such a day", hint: "this would never run")
    }
    return rule
  }

  static let example = "*/5 8-18 * * 1-5"
  private static let form = "\(fields.map(\.name).joined(separator: " ")), such as \(example)"
  /// What a whole text matches that may be a schedule.
  static let pattern = "^\\s*\\S+(\\s+\\S+){\(fields.count - 1)}\\s*$"
  private static let nicknames = [
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
  ]

  private static func set(_ word: String, _ field: Field) throws(Mistake) -> UInt64 {
    var set: UInt64 = 0
    for part in word.split(separator: ",", omittingEmptySubsequences: false) { set |= try numbers(String(part), field) }
    return set
  }

  private static func numbers(_ part: String, _ field: Field) throws(Mistake) -> UInt64 {
    let pieces = part.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard pieces.count <= 2, let base = pieces.first, !base.isEmpty else { throw unreadable(part, field) }
    var range = field.range
    // `*` in the weekday's field is each day once.
    if base == "*" { range = field.name == "weekday" ? 0...6 : field.range } else { range = try bounds(base, field) }
    guard pieces.count == 2 else { return bits(range, step: 1) }
    guard base == "*" || base.contains("-") else {
      throw Mistake(.badCron, "a step goes with * or with a range", hint: "write \(base)-\(field.range.upperBound)/\(pieces[1])")
    }
    guard let step = number(pieces[1]), step > 0, step <= field.range.upperBound else { throw unreadable(part, field) }
    return bits(range, step: step)
  }

  private static func bounds(_ text: String, _ field: Field) throws(Mistake) -> ClosedRange<Int> {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count <= 2, let low = value(ends[0], field) else { throw unreadable(text, field) }
    guard ends.count == 2 else { return low...low }
    guard let high = value(ends[1], field) else { throw unreadable(text, field) }
    guard low <= high else {
      throw Mistake(.badCron, "a range goes upwards, \(text.shortened) does not",
        hint: "write \(ends[0])-\(field.range.upperBound),\(field.range.lowerBound)-\(ends[1])")
    }
    return low...high
  }

  private static func value(_ text: String, _ field: Field) -> Int? {
    if let index = field.names.firstIndex(of: text.lowercased()) { return index + field.firstNamed }
    return number(text).flatMap { field.range.contains($0) ? $0 : nil }
  }

  private static func number(_ text: String) -> Int? {
    guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  private static func bits(_ range: ClosedRange<Int>, step: Int) -> UInt64 {
    stride(from: range.lowerBound, through: range.upperBound, by: step).reduce(0) { $0 | 1 << UInt64($1) }
  }

  private static func unreadable(_ text: String, _ field: Field) -> Mistake {
    if let meant = field.names.first(where: text.lowercased().hasPrefix) {
      return Mistake(.badCron, "\"\(text.shortened)\" is no \(field.name)", hint: "write \(meant)")
    }
    let names = field.names.isEmpty ? "" : ", or \(field.names[0]) to \(field.names[field.names.count - 1])"
    return Mistake(.badCron, "\"\(text.shortened)\" is no \(field.name)",
      hint: "\(field.range.lowerBound) to \(field.range.upperBound)\(names); * is every \(field.name)")
  }

  /// 31 February never comes.
  private static func mayCome(_ rule: CronRule) -> Bool {
    if rule.weekdays != CronRule.everyWeekday { return true }
    let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return lengths.enumerated().contains { index, length in
      rule.months.holds(index + 1) && (1...length).contains { rule.days.holds($0) }
    }
  }
}
