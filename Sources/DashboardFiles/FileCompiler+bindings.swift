import DashboardModel

/// Options that refer to sources.
extension FileCompiler {
  mutating func checkBinding(_ value: YAMLValue, _ setting: Setting) -> Placed<Binding>? {
    guard let text = value.scalar?.text else {
      report(.wrongKind, value.place, "\"\(setting.name)\" takes \(setting.kind.noun), found \(value.description)")
      return nil
    }
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let isPath = parts.count < 2 || parts[1].split(separator: ".", omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && !$0.contains(" ") }
    guard isPath, let name = parts.first, !name.isEmpty else {
      report(.wrongKind, value.place, "\"\(text.shortened)\" is not source or source.field")
      return nil
    }
    let binding = Binding(source: name, field: parts.count == 2 ? parts[1] : nil)
    guard resolve(binding, at: value.place) else { return nil }
    return Placed(value: binding, place: value.place)
  }

  mutating func checkCurves(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    guard let entries = value.entries else { return checkBinding(value, setting).map { .bindings([$0]) } }
    guard (1...12).contains(entries.count) else {
      report(.outOfRange, value.place, "\"\(setting.name)\" takes 1 to 12 curves")
      return nil
    }
    var bindings: [Placed<Binding>] = []
    for entry in entries {
      guard var binding = checkBinding(entry.value, Setting(entry.key, .binding, "")) else { continue }
      binding.value.label = entry.key
      bindings.append(binding)
    }
    return bindings.count == entries.count ? .bindings(bindings) : nil
  }

  /// Whether source and field exist, as far as that can be known; marks the source as read.
  private mutating func resolve(_ binding: Binding, at place: Place) -> Bool {
    guard knows(source: binding.source, at: place) else { return false }
    guard let field = binding.field, let source = declared[binding.source], let fields = source.fields
    else { return true }
    let first = field.prefix { $0 != "." }
    let parents = fields.contains { $0.hasPrefix("\(first).") }
    if fields.contains(field) || (!parents && fields.contains(String(first))) { return true }
    let length = field.unicodeScalars.count
    let start = place.column + binding.source.unicodeScalars.count + 1 + quoteWidth(at: place)
    let fieldPlace = place.onLine(column: start, length: length)
    report(.unknownField, fieldPlace, fields.isEmpty
      ? "source \"\(binding.source)\" (\(source.type ?? "")) has no fields"
      : "source \"\(binding.source)\" has no field \"\(field.shortened)\"",
      hint: fields.isEmpty ? "write \(binding.source)"
        : Suggestion.hint(for: field, among: fields, effort: Suggestion.little) ?? Self.fieldHint(fields))
    return false
  }

  private static func fieldHint(_ fields: [String]) -> String {
    "fields: \(fields.prefix(12).joined(separator: ", "))\(fields.count > 12 ? ", …" : "")"
  }

  private func quoteWidth(at place: Place) -> Int {
    let first = texts[place].line(place.line).dropFirst(place.column - 1).first
    return first == "\"" || first == "'" ? 1 : 0
  }

  /// Whether there is a source of that name; marks it as read.
  mutating func knows(source name: String, at place: Place) -> Bool {
    guard declared[name] != nil else {
      guard !name.hasPrefix("${") else {
        report(.badInsertion, place, "nothing can be inserted into the name of a source", hint: "write the name")
        return false
      }
      guard !unknown.contains("sources") else { return false }
      let names = declared.keys.sorted()
      let column = place.column + quoteWidth(at: place)
      let word = place.onLine(column: column, length: name.unicodeScalars.count)
      report(.unknownSource, word, "there is no source \"\(name.shortened)\"",
        hint: names.isEmpty ? "this file declares no sources" : Suggestion.hintOrChoice(for: name, among: names, effort: Suggestion.little))
      return false
    }
    declared[name]?.isRead = true
    return true
  }

  // MARK: What a press does

  /// `{ refresh: SOURCE }`, `{ add: N, to: COUNTER }` or `{ reset: COUNTER }`.
  mutating func checkAction(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    if let scalar = value.scalar { return checkActionName(scalar, value.place) }
    guard let entries = value.entries else { return wrongKind(value, setting) }
    let known = ["refresh", "add", "to", "reset"]
    var isSound = true
    for entry in entries where !known.contains(entry.key) {
      report(.badAction, entry.keyPlace, "an action has no option \"\(entry.key.shortened)\"",
        hint: Suggestion.hintOrChoice(for: entry.key, among: known))
      isSound = false
    }
    guard isSound else { return nil }
    switch entries.map(\.key).sorted() {
    case ["refresh"]: return sourceName(entries[0]).map { action(.refresh(source: $0), value) }
    case ["reset"]: return counterName(entries[0]).map { action(.reset(source: $0), value) }
    case ["add", "to"]: return checkAdd(entries, value)
    default:
      report(.badAction, value.place, "this is no action",
        hint: "{ refresh: SOURCE }, { add: 1, to: COUNTER }, { reset: COUNTER }, or the name of an action")
      return nil
    }
  }

  private mutating func checkAdd(_ entries: [YAMLValue.Entry], _ value: YAMLValue) -> Checked? {
    guard let add = entries.first(where: { $0.key == "add" }), let to = entries.first(where: { $0.key == "to" })
    else { return nil }
    let number = check(add.value, Setting("add", .number(Settings.anyNumber), ""))
    guard let source = counterName(to), case .json(.number(let amount))? = number else { return nil }
    return action(.add(amount, source: source), value)
  }

  private func action(_ action: ButtonAction, _ value: YAMLValue) -> Checked {
    .action(Placed(value: action, place: value.place))
  }

  private mutating func sourceName(_ entry: YAMLValue.Entry) -> String? {
    guard let name = entry.value.scalar?.text else {
      report(.wrongKind, entry.value.place, "\"\(entry.key)\" takes a source, found \(entry.value.description)")
      return nil
    }
    return knows(source: name, at: entry.value.place) ? name : nil
  }

  private mutating func counterName(_ entry: YAMLValue.Entry) -> String? {
    guard let name = sourceName(entry) else { return nil }
    guard let type = declared[name]?.type, type != "counter" else { return name }
    report(.badAction, entry.value.place, "source \"\(name)\" (\(type)) is not a counter",
      hint: "{ refresh: \(name) } runs it now")
    return nil
  }
}
