import DashboardModel

/// Options that are lists and maps.
extension FileCompiler {
  mutating func checkMap(_ value: YAMLValue, _ setting: Setting, _ kind: Setting.Kind) -> Checked? {
    guard let entries = value.entries else { return wrongKind(value, setting) }
    var members: [JSON.Member] = []
    for entry in entries {
      guard case .json(let json)? = check(entry.value, Setting(entry.key, kind, "")) else { continue }
      members.append(JSON.Member(name: entry.key, value: json))
    }
    return members.count == entries.count ? .json(.object(JSON.Members(members))) : nil
  }

  mutating func checkWords(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    if let scalar = value.scalar {
      let words = scalar.text.shortened.split(separator: " ").joined(separator: ", ")
      report(.wrongKind, value.place, "\"\(setting.name)\" takes a list of words, found a text",
        hint: "write [\(words)]")
      return nil
    }
    guard case .list(let elements) = value.kind else { return wrongKind(value, setting) }
    guard (1...256).contains(elements.count) else {
      report(.outOfRange, value.place, "\"\(setting.name)\" takes 1 to 256 words")
      return nil
    }
    var words: [JSON] = []
    for (index, element) in elements.enumerated() {
      guard let scalar = element.scalar else {
        report(.wrongKind, element.place, "a word is wanted here, found \(element.description)", hint: "quote it")
        continue
      }
      // Which program or command is run, no viewer chooses.
      let variables = index == 0 ? nil : setting.variablePlace
      guard let word = insert(scalar, at: element.place, setting, variables) else { continue }
      words.append(.string(word.text))
    }
    guard words.count == elements.count else { return nil }
    guard words.first != .string("") else {
      report(.wrongKind, elements[0].place, "the first word is empty")
      return nil
    }
    return .json(.array(words))
  }

  /// A list of fields becomes a map of field and heading.
  mutating func checkColumns(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    guard case .list(let elements) = value.kind else { return checkMap(value, setting, .text) }
    var members: [JSON.Member] = []
    for element in elements {
      guard let field = element.scalar?.text, !field.isEmpty else {
        report(.wrongKind, element.place, "the name of a field is wanted here, found \(element.description)")
        continue
      }
      members.append(JSON.Member(name: field, value: .string(field.humanised)))
    }
    return members.count == elements.count ? .json(.object(JSON.Members(members))) : nil
  }

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

  private mutating func checkProgram(_ scalar: YAMLValue.Scalar, _ place: Place) -> Bool {
    guard let problem = programs.problem(in: scalar.text) else { return true }
    let inside = problem.offset.flatMap { self.place(at: $0, length: problem.length, in: scalar, at: place) }
    report(.badProgram, inside ?? place, "not a jq program: \(problem.message)", hint: problem.hint)
    return false
  }

  /// Where a part of a scalar's text stands in the file; `nil` where escapes or folded lines hide it.
  private func place(at offset: Int, length: Int, in scalar: YAMLValue.Scalar, at place: Place) -> Place? {
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

  mutating func wrongKind(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    report(.wrongKind, value.place, "\"\(setting.name)\" takes \(setting.kind.noun), found \(value.description)")
    return nil
  }
}
