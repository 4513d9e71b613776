import DashboardModel

/// Options that are lists and maps.
extension FileCompiler {
  mutating func checkMap(_ value: YAMLValue, _ setting: Setting, _ kind: Setting.Kind) -> Checked? {
    guard let entries = value.entries else { return wrongKind(value, setting) }
    var members: [JSON.Member] = []
    for entry in entries {
      guard !refuseInsertion(in: entry.key, at: entry.keyPlace) else { continue }
      guard case .json(let json)? = check(entry.value, Setting(entry.key, kind, "")) else { continue }
      members.append(JSON.Member(name: entry.key, value: json))
    }
    return members.count == entries.count ? .json(.object(JSON.Members(members))) : nil
  }

  mutating func checkWords(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    if let scalar = value.scalar {
      let words = scalar.text.shortened.split(separator: " ").joined(separator: ", ")
      let isForShell = setting.name == "run" && scalar.text.contains { "|&;<>$`*".contains($0) }
      report(.wrongKind, value.place, "\"\(setting.name)\" takes a list of words, found a text",
        hint: isForShell ? "write [sh, -c, '…'] if it needs a shell" : "write [\(words)]")
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
      let variables = index == 0 ? nil : CommandWords.place(of: index, in: elements.map { $0.scalar?.text ?? "" }, setting)
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
      guard !refuseInsertion(in: field, at: element.place) else { continue }
      members.append(JSON.Member(name: field, value: .string(field.humanised)))
    }
    return members.count == elements.count ? .json(.object(JSON.Members(members))) : nil
  }

  /// Names and keys are what the file itself says. True after a report.
  mutating func refuseInsertion(in name: String, at place: Place) -> Bool {
    guard ["${env.", "${secret.", "${var."].contains(where: name.contains) else { return false }
    report(.badInsertion, place, "nothing can be inserted into a name",
      hint: "insertions stand in texts, numbers, options and the conditions of levels")
    return true
  }

  mutating func wrongKind(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    report(.wrongKind, value.place, "\"\(setting.name)\" takes \(setting.kind.noun), found \(value.description)")
    return nil
  }
}
