import DashboardModel

/// What buttons do.
extension FileCompiler {
  /// What is known of an action while buttons are read.
  struct DeclaredAction: Sendable {
    var keyPlace: Place
    /// The question to answer first.
    var confirm: JSON?
    var isUsed = false
  }

  mutating func readActions(_ value: YAMLValue) -> [ActionDefinition] {
    guard let entries = namedEntries(value, "actions") else { return [] }
    noteSecrets(value)
    for entry in entries { actions[entry.key] = DeclaredAction(keyPlace: entry.keyPlace) }
    return entries.compactMap { readAction($0) }
  }

  private mutating func readAction(_ entry: YAMLValue.Entry) -> ActionDefinition? {
    guard let entries = entry.value.entries else {
      report(.wrongKind, entry.value.place, "action \"\(entry.key)\" takes a map, found \(entry.value.description)",
        hint: Self.gluedHint(entry.value) ?? "such as { type: http, url: \"http://worker:8080/restart\" }")
      return nil
    }
    guard let word = readType(entries, "action", entry, Settings.actions.map(\.word)),
      let settings = Settings.actions.first(where: { $0.word == word })?.settings
    else { return nil }
    let answers = read(entries, settings, subject: "action \"\(entry.key)\" (\(word))", at: entry.keyPlace)
    warnOfSecrets(entries.filter { answers.checked[$0.key] != nil })
    actions[entry.key]?.confirm = answers.json("confirm")
    let after = answers.section("after").flatMap { readAfter($0) }
    guard let request = request(answers, bodyWith: ["POST", "PUT", "PATCH"]), answers.isSound else { return nil }
    var action = ActionDefinition(name: entry.key, request: request, timeout: answers.number("timeout") ?? 10)
    action.allow = audience(answers, "allow") ?? .anyone
    action.isRepeated = answers.text("on_uncertain") != "skip"
    action.refresh = after?.words("refresh") ?? []
    action.say = after?.text("say")
    return action
  }

  private mutating func readAfter(_ value: YAMLValue) -> Answers? {
    guard let entries = value.entries else {
      report(.wrongKind, value.place, "\"after\" takes a map, found \(value.description)",
        hint: "after: { refresh: [queue], say: Done }")
      return nil
    }
    return read(entries, Settings.after, subject: "\"after\"", at: value.place)
  }

  /// `queue` or `[queue, builds]`.
  mutating func checkSources(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    var elements = [value]
    if case .list(let list) = value.kind { elements = list }
    var names: [JSON] = []
    for element in elements {
      guard let name = element.scalar?.text else { return wrongKind(element, setting) }
      guard knows(source: name, at: element.place) else { return nil }
      names.append(.string(name))
    }
    return .json(.array(names))
  }

  /// `action: restart`.
  mutating func checkActionName(_ scalar: YAMLValue.Scalar, _ place: Place) -> Checked? {
    guard actions[scalar.text] != nil else {
      guard !unknown.contains("actions") else { return nil }
      let known = actions.keys.sorted()
      report(.unknownAction, place, "there is no action \"\(scalar.text.shortened)\"",
        hint: known.isEmpty ? "this file declares no actions" : Suggestion.hintOrChoice(for: scalar.text, among: known))
      return nil
    }
    actions[scalar.text]?.isUsed = true
    return .action(Placed(value: .run(scalar.text), place: place))
  }

  mutating func warnOfUnusedActions() {
    guard !told.hasErrors else { return }
    for (name, action) in actions where !action.isUsed {
      report(.unusedAction, action.keyPlace, "no button does \"\(name)\"", hint: "{ type: button, action: \(name) }")
    }
  }

  // MARK: Who may

  /// `anyone` or `[ops, sales]`.
  mutating func checkAudience(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    if let text = value.scalar?.text {
      if text == "anyone" { return .json("anyone") }
      let meant = Suggestion.hint(for: text, among: ["anyone"])
      report(.notOneOf, value.place, "\"\(setting.name)\" cannot be \"\(text.shortened)\"",
        hint: meant ?? (Audience.isRole(text) ? "anyone, or a list of roles: [\(text)]" : "anyone, or a list of roles"))
      return nil
    }
    guard case .list(let elements) = value.kind else { return wrongKind(value, setting) }
    guard (1...32).contains(elements.count) else {
      report(.outOfRange, value.place, "\"\(setting.name)\" takes 1 to 32 roles")
      return nil
    }
    var roles: [JSON] = []
    for element in elements {
      guard let role = element.scalar?.text, Audience.isRole(role), role != "anyone" else {
        report(.badName, element.place, "a role is wanted here, found \(element.description)",
          hint: element.scalar?.text == "anyone" ? "write \(setting.name): anyone"
            : "a small letter, then up to 63 small letters, digits, \"-\" or \"_\"")
        return nil
      }
      if !roles.contains(.string(role)) { roles.append(.string(role)) }
    }
    return .json(.array(roles))
  }

  func audience(_ answers: Answers, _ name: String) -> Audience? {
    guard let value = answers.json(name) else { return nil }
    return value == "anyone" ? .anyone : .roles(value.elements?.compactMap(\.text) ?? [])
  }
}
