import DashboardModel

/// What viewers may choose, and where their choice is written in.
extension FileCompiler {
  /// What is known of a variable while other options are read; `variable` is `nil` when its declaration is not sound.
  struct DeclaredVariable: Sendable {
    var variable: PageVariable?
    var keyPlace: Place
    var isUsed = false
  }

  mutating func readVariables(_ value: YAMLValue) -> [PageVariable] {
    guard let entries = namedEntries(value, "variables") else { return [] }
    for entry in entries { variables[entry.key] = DeclaredVariable(variable: nil, keyPlace: entry.keyPlace) }
    guard entries.count <= Settings.mostVariables else {
      report(.outOfRange, value.place, "a dashboard has at most \(Settings.mostVariables) variables")
      return []
    }
    return entries.compactMap { entry in
      let variable = readVariable(entry)
      variables[entry.key]?.variable = variable
      return variable
    }
  }

  private mutating func readVariable(_ entry: YAMLValue.Entry) -> PageVariable? {
    guard !PageVariable.reservedNames.contains(entry.key) else {
      report(.badName, entry.keyPlace, "an address uses \"\(entry.key)\" for something else", hint: "choose another name")
      return nil
    }
    guard let entries = entry.value.entries else {
      report(.wrongKind, entry.value.place, "variable \"\(entry.key)\" takes a map, found \(entry.value.description)",
        hint: Self.gluedHint(entry.value) ?? "such as { type: select, options: [eu, us], default: eu }")
      return nil
    }
    guard let word = readType(entries, "variable", entry, Settings.variables.map(\.word)),
      let settings = Settings.variables.first(where: { $0.word == word })?.settings
    else { return nil }
    let answers = read(entries, settings, subject: "variable \"\(entry.key)\" (\(word))", at: entry.keyPlace)
    guard answers.isSound, ComponentID.isValid(entry.key), let kind = kind(word, answers) else { return nil }
    let fallback = answers.text("default") ?? answers.number("default").map(Scalars.plain) ?? ""
    let title = answers.text("title") ?? entry.key.humanised
    let variable = PageVariable(name: entry.key, title: title, kind: kind, fallback: fallback)
    guard let accepted = variable.accepted(fallback) else {
      reportDefault(fallback, variable, answers.places["default"] ?? entry.keyPlace)
      return nil
    }
    return PageVariable(name: entry.key, title: title, kind: kind, fallback: accepted)
  }

  private mutating func kind(_ word: String, _ answers: Answers) -> PageVariable.Kind? {
    switch word {
    case "select":
      return .select((answers.json("options")?.members ?? []).map { .init(value: $0.name, label: $0.value.text ?? $0.name) })
    case "text": return .text(longest: answers.number("longest").flatMap { Int(exactly: $0) } ?? 100)
    default:
      guard let low = answers.number("min"), let high = answers.number("max") else { return nil }
      guard low < high else {
        report(.outOfRange, answers.places["max"] ?? .start,
          "\"min\" (\(Scalars.plain(low))) must be less than \"max\" (\(Scalars.plain(high)))")
        return nil
      }
      return .number(low...high)
    }
  }

  private mutating func reportDefault(_ fallback: String, _ variable: PageVariable, _ place: Place) {
    switch variable.kind {
    case .select(let options):
      report(.notOneOf, place, "\"default\" cannot be \"\(fallback.shortened)\"",
        hint: Suggestion.hintOrChoice(for: fallback, among: options.map(\.value)))
    case .text(let longest):
      report(.outOfRange, place, "\"default\" is at most \(longest) bytes of plain text")
    case .number(let range):
      report(.outOfRange, place,
        "\"default\" is from \(Scalars.plain(range.lowerBound)) to \(Scalars.plain(range.upperBound))")
    }
  }

  /// `[eu, us]` or `{ eu: Europe, us: United States }`; as a map of value and label.
  mutating func checkOptions(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    var members: [JSON.Member] = []
    switch value.kind {
    case .list(let elements):
      for element in elements {
        guard let scalar = element.scalar else {
          report(.wrongKind, element.place, "a value is wanted here, found \(element.description)", hint: "quote it")
          return nil
        }
        guard let text = insert(scalar, at: element.place, setting, nil)?.text else { return nil }
        guard !members.contains(where: { $0.name == text }) else {
          report(.duplicateKey, element.place, "the option \"\(text.shortened)\" is already there")
          return nil
        }
        members.append(.init(name: text, value: .string(text)))
      }
    case .map(let entries):
      for entry in entries {
        guard !refuseInsertion(in: entry.key, at: entry.keyPlace) else { return nil }
        guard let scalar = entry.value.scalar else {
          report(.wrongKind, entry.value.place, "a label is wanted here, found \(entry.value.description)")
          return nil
        }
        guard let label = insert(scalar, at: entry.value.place, setting, nil)?.text else { return nil }
        members.append(.init(name: entry.key, value: .string(label)))
      }
    default: return wrongKind(value, setting)
    }
    guard (1...Settings.mostOptions).contains(members.count) else {
      report(.outOfRange, value.place, "\"\(setting.name)\" takes 1 to \(Settings.mostOptions) values")
      return nil
    }
    guard members.allSatisfy({ PageParameters.isValue($0.name) }) else {
      report(.outOfRange, value.place, "an option is one line of at most \(PageParameters.longestValue) bytes")
      return nil
    }
    return .json(.object(JSON.Members(members)))
  }

  /// Beside errors this would be noise, as for sources.
  mutating func warnOfUnusedVariables() {
    guard !told.hasErrors else { return }
    for (name, variable) in variables where !variable.isUsed {
      report(.unusedVariable, variable.keyPlace, "nothing uses the variable \"\(name)\"", hint: "${var.\(name)} is its value")
    }
  }

  // MARK: Places

  /// A place for a variable's value in the text of an option, by what the text holds before it.
  mutating func variablePlace(_ name: String, behind text: String, _ use: VariableUse) throws(Mistake) -> String {
    guard let declared = variables[name] else {
      guard !unknown.contains("variables") else { return VariableText.place(of: name, .plain) }
      let known = variables.keys.sorted()
      throw Mistake(.unknownVariable, "there is no variable \"\(name.shortened)\"",
        hint: known.isEmpty ? "this file declares no variables" : Suggestion.hintOrChoice(for: name, among: known))
    }
    variables[name]?.isUsed = true
    guard let place = use.place else {
      throw Mistake(.misplacedVariable, "\"\(use.option)\" cannot hold a variable", hint: use.hint)
    }
    let isFree = if case .text? = declared.variable?.kind { true } else { false }
    if isFree, let reason = refusal(of: place, behind: text) {
      throw Mistake(.misplacedVariable, "a viewer's own text cannot stand here", hint: reason)
    }
    return VariableText.place(of: name, encoding(place, behind: text, use))
  }

  private func encoding(
    _ place: Setting.VariablePlace, behind text: String, _ use: VariableUse
  ) -> VariableText.Encoding {
    switch place {
    case .text(let encoding): encoding
    case .body: use.isJSON ? .json : .address
    // At the beginning stands scheme and host, which the file itself lists.
    case .address: text.isEmpty ? .plain : .address
    case .word, .listed, .code, .part, .bound: .plain
    }
  }

  /// Why a viewer's own text must not be written there.
  private func refusal(of place: Setting.VariablePlace, behind text: String) -> String? {
    switch place {
    case .listed: return "a variable of type select or number can"
    case .code: return "it would be read as code; a variable of type select or number can"
    case .part: return "it could lead elsewhere; a variable of type select or number can"
    case .word: return text.isEmpty ? "it could be taken for an option; write some letters before it" : nil
    case .address:
      guard let scheme = text.firstRange(of: "://"), text[scheme.upperBound...].contains(where: { "/?#".contains($0) }) else {
        return "it could name another server; write it behind the host"
      }
      return isQuery(text) ? nil : "it could lead elsewhere; write it behind a \"?\""
    case .text(.address): return isQuery(text) ? nil : "it could lead elsewhere; write it behind a \"?\""
    default: return nil
    }
  }

  private func isQuery(_ text: String) -> Bool { text.contains(where: { $0 == "?" || $0 == "#" }) }

  /// The values with which a text that holds variables is read to see whether it can be what its option takes.
  func samples(of names: Set<String>) -> [(label: String, values: [String: String])] {
    let used = names.sorted().compactMap { variables[$0]?.variable }
    let usual = Dictionary(used.map { ($0.name, $0.fallback) }) { first, _ in first }
    return used.flatMap { variable in
      variable.samples.map { value in
        ("\(variable.name) = \(value.shortened)", usual.merging([variable.name: value]) { _, new in new })
      }
    }
  }
}

/// Where a variable is about to be written.
struct VariableUse {
  var option: String
  var place: Setting.VariablePlace?
  /// The whole text begins like JSON.
  var isJSON = false
  var hint: String?
}

extension PageVariable {
  fileprivate var samples: [String] {
    switch kind {
    case .select(let options): options.map(\.value)
    case .text: [fallback, "a"]
    case .number(let range): [fallback, Scalars.plain(range.lowerBound), Scalars.plain(range.upperBound)]
    }
  }
}
