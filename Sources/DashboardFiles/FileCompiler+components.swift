import DashboardModel

extension FileCompiler {
  static let mostComponents = 999

  mutating func readComponents(_ value: YAMLValue) -> [ComponentDefinition] {
    guard let entries = namedEntries(value, "components") else { return [] }
    if let flat = notIndented(entries) {
      report(.wrongKind, flat.keyPlace, "the options of \"\(flat.owner)\" are not indented below it",
        hint: "begin them deeper than \"\(flat.owner)\"")
      return []
    }
    guard (1...Self.mostComponents).contains(entries.count) || !hasMisplaced else {
      return []
    }
    guard (1...Self.mostComponents).contains(entries.count) else {
      report(.outOfRange, value.place, "a dashboard has 1 to \(Self.mostComponents) components",
        hint: entries.isEmpty ? "components: { hi: { type: hello } }" : nil)
      return []
    }
    return entries.compactMap { readComponent($0) }
  }

  /// `a:` with nothing below it, followed by an option where another component should be.
  private func notIndented(_ entries: [YAMLValue.Entry]) -> (keyPlace: Place, owner: String)? {
    for (owner, next) in zip(entries, entries.dropFirst()) {
      guard case .nothing = owner.value.kind, next.value.entries == nil, next.key == "type" else { continue }
      return (next.keyPlace, owner.key)
    }
    return nil
  }

  /// True when a component was found beside `components` and reported there.
  private var hasMisplaced: Bool { told.list.contains { $0.hint == "indent it below \"components\"" } }

  private mutating func readComponent(_ entry: YAMLValue.Entry) -> ComponentDefinition? {
    guard let entries = entry.value.entries else {
      report(.wrongKind, entry.value.place, "component \"\(entry.key)\" takes a map, found \(entry.value.description)",
        hint: Self.gluedHint(entry.value) ?? "such as { type: hello }")
      return nil
    }
    let words = ComponentType.allCases.map(\.rawValue)
    guard let word = readType(entries, "component", entry, words), let type = ComponentType(rawValue: word)
    else { return nil }
    let settings = Settings.component(type)
    let answers = read(entries, settings, subject: "component \"\(entry.key)\" (\(word))", at: entry.keyPlace)
    checkTogether(type, answers, entry)
    if type == .image { warnOfSecrets(entries.filter { $0.key == "url" && answers.checked["url"] != nil }) }
    guard let id = ComponentID(entry.key), answers.isSound else { return nil }
    return component(ComponentDefinition(id: id, type: type), settings, answers)
  }

  private func component(
    _ start: ComponentDefinition, _ settings: [Setting], _ answers: Answers
  ) -> ComponentDefinition {
    var component = start
    for setting in settings where setting.isProperty {
      let value = answers.json(setting.name) ?? lateDefault(setting.name, component, answers)
      if let value { component.properties.list.append(.init(name: setting.name, value: value)) }
    }
    component.stale = answers.number("stale")
    if case .bindings(let bindings)? = answers.checked["from"] { component.bindings = bindings.map(\.value) }
    if case .levels(let levels)? = answers.checked["levels"] { component.levels = levels }
    if case .action(let action)? = answers.checked["action"] { component.action = action.value }
    if case .run(let name)? = component.action { component.properties["confirm"] = actions[name]?.confirm }
    return component
  }

  /// Defaults that depend on other options.
  private func lateDefault(_ name: String, _ component: ComponentDefinition, _ answers: Answers) -> JSON? {
    switch (component.type, name) {
    case (_, "title"), (.button, "text"): return .string(component.id.name.humanised)
    case (.image, "every"): return answers.isWritten("url") ? 300 : nil
    case (.line, "legend"):
      guard case .bindings(let curves)? = answers.checked["from"] else { return false }
      return .bool(curves.count > 1)
    default: return nil
    }
  }

  // MARK: Options that depend on each other

  private mutating func checkTogether(_ type: ComponentType, _ answers: Answers, _ entry: YAMLValue.Entry) {
    switch type {
    case .text, .markdown: checkOneOf(["text", "from"], answers, type, entry)
    case .image:
      checkOneOf(["path", "url"], answers, type, entry)
      if answers.isWritten("path"), let place = answers.keyPlaces["every"] {
        report(.conflict, place, "\"every\" goes with \"url\"; a file is read again when it changes")
      }
    case .gauge, .line: checkScale(answers)
    case .progress:
      if let max = answers.number("max"), max <= 0, let place = answers.places["max"] {
        report(.outOfRange, place, "\"max\" must be greater than 0")
      }
    default: break
    }
    if [.number, .gauge, .progress, .status, .line].contains(type) { checkSingleValues(answers) }
  }

  private mutating func checkOneOf(
    _ names: [String], _ answers: Answers, _ type: ComponentType, _ entry: YAMLValue.Entry
  ) {
    let subject = "component \"\(entry.key)\" (\(type.rawValue))"
    let written = names.filter(answers.isWritten)
    if written.count == 2, let place = written.compactMap({ answers.keyPlaces[$0] }).max() {
      report(.conflict, place, "\(subject) takes \"\(names[0])\" or \"\(names[1])\", not both")
    } else if written.isEmpty, answers.isSound {
      report(.missingOption, entry.keyPlace, "\(subject) needs \"\(names[0])\" or \"\(names[1])\"")
    }
  }

  private mutating func checkScale(_ answers: Answers) {
    guard let low = answers.number("min"), let high = answers.number("max"), low >= high,
      let place = answers.places["max"] ?? answers.places["min"]
    else { return }
    report(
      .outOfRange, place, "\"min\" (\(Scalars.plain(low))) must be less than \"max\" (\(Scalars.plain(high)))")
  }

  /// A component that shows one value cannot show an object whose fields were named by `pick`.
  private mutating func checkSingleValues(_ answers: Answers) {
    guard case .bindings(let bindings)? = answers.checked["from"] else { return }
    for binding in bindings where binding.value.field == nil {
      guard let source = declared[binding.value.source], let field = source.fields?.first else { continue }
      report(.unknownField, binding.place, "one field of source \"\(binding.value.source)\" is wanted here",
        hint: "such as \(binding.value.source).\(field)")
    }
  }
}
