import DashboardModel

/// The jq programs of `pick`.
extension FileCompiler {
  /// Programs are compiled here, so that a typing mistake is found before anything runs. Nothing is inserted into them:
  /// a program made of foreign text could be another program.
  mutating func checkPick(_ value: YAMLValue) -> Checked? {
    if let scalar = value.scalar {
      return checkProgram(scalar, value.place) ? .pick([], whole: scalar.text) : nil
    }
    guard let entries = value.entries, !entries.isEmpty else {
      report(.wrongKind, value.place, "\"pick\" takes \(Setting.Kind.pick.noun), found \(value.description)")
      return nil
    }
    var picks: [SourceDefinition.Pick] = []
    for entry in entries {
      guard !entry.key.isEmpty, !entry.key.contains(".") else {
        report(.badName, entry.keyPlace, "the name of a field is a word without points")
        continue
      }
      guard let scalar = entry.value.scalar else {
        report(.wrongKind, entry.value.place, "a jq program is wanted here, found \(entry.value.description)",
          hint: "quote it")
        continue
      }
      if checkProgram(scalar, entry.value.place) { picks.append(.init(field: entry.key, program: scalar.text)) }
    }
    return picks.count == entries.count ? .pick(picks, whole: nil) : nil
  }

  /// True if it compiles; else the dashboard has a mistake that is reported.
  private mutating func checkProgram(_ scalar: YAMLValue.Scalar, _ place: Place) -> Bool {
    switch judged.verdict(on: scalar.text) {
    case .fine: return true
    case .wrong(let problem): reportProblem(problem, scalar, place)
    case .refused(let message, let hint): report(.badProgram, place, message, hint: hint)
    case .silent: break
    }
    return false
  }

  private mutating func reportProblem(_ problem: JqProblem, _ scalar: YAMLValue.Scalar, _ place: Place) {
    let inside = problem.offset.flatMap { self.place(at: $0, length: problem.length, in: scalar, at: place) }
    report(.badProgram, inside ?? place, "not a jq program: \(problem.message)", hint: problem.hint)
  }

  /// Where a part of a scalar's text stands in the file; `nil` where escapes or folded lines hide it.
  func place(at offset: Int, length: Int, in scalar: YAMLValue.Scalar, at place: Place) -> Place? {
    let text = Array(scalar.text.unicodeScalars)
    guard offset + length <= text.count else { return nil }
    let wanted = text[offset..<(offset + length)]
    var result = place
    switch scalar.style {
    case .plain: result = place.onLine(column: place.column + offset, length: length)
    case .quoted: result = place.onLine(column: place.column + 1 + offset, length: length)
    case .folded: return nil
    case .literal:
      let before = text[..<offset]
      result.line += 1 + before.count { $0 == "\n" }
      let column = before.count - (before.lastIndex(of: "\n").map { $0 + 1 } ?? 0)
      var first = place
      first.line += 1
      let indent = texts[place].line(first.line).prefix { $0 == " " }.count
      result = result.onLine(column: indent + column + 1, length: length)
    }
    let line = texts[place].line(result.line).dropFirst(result.column - 1)
    return line.prefix(length).elementsEqual(wanted) ? result : nil
  }
}
