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

  /// The name of an action, or one of ``Settings/presses``.
  mutating func checkAction(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    if let scalar = value.scalar { return checkActionName(scalar, value.place) }
    guard let entries = value.entries else { return wrongKind(value, setting) }
    let known = Settings.press.map(\.name)
    var isSound = true
    for entry in entries where !known.contains(entry.key) {
      report(.badAction, entry.keyPlace, "an action has no option \"\(entry.key.shortened)\"",
        hint: Suggestion.hintOrChoice(for: entry.key, among: known))
      isSound = false
    }
    guard isSound else { return nil }
    guard Settings.presses.contains(where: { $0.keys == entries.map(\.key).sorted() }) else {
      report(.badAction, value.place, "this is no action",
        hint: "\(Settings.presses.map(\.example).joined(separator: ", ")), or the name of an action")
      return nil
    }
    var answers: [String: JSON] = [:]
    for setting in Settings.press {
      guard let entry = entries.first(where: { $0.key == setting.name }) else { continue }
      guard case .json(let json)? = check(entry.value, setting) else { continue }
      answers[setting.name] = json
    }
    return answers.count == entries.count ? press(answers).map { .action(Placed(value: $0, place: value.place)) } : nil
  }

  private func press(_ answers: [String: JSON]) -> ButtonAction? {
    if let source = answers["refresh"]?.text { return .refresh(source: source) }
    if let source = answers["reset"]?.text { return .reset(source: source) }
    guard let source = answers["to"]?.text, let amount = answers["add"]?.double else { return nil }
    return .add(amount, source: source)
  }

  /// The name of a source; with `.counter`, of one that counts.
  mutating func checkSource(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    guard let name = value.scalar?.text else {
      report(.wrongKind, value.place, "\"\(setting.name)\" takes a source, found \(value.description)")
      return nil
    }
    guard knows(source: name, at: value.place) else { return nil }
    if case .counter = setting.kind, let type = declared[name]?.type, type != "counter" {
      report(.badAction, value.place, "source \"\(name)\" (\(type)) is not a counter",
        hint: "{ refresh: \(name) } runs it now")
      return nil
    }
    return .json(.string(name))
  }
}
