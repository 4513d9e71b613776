import DashboardModel

/// What a viewer can do.
extension PageTester {
  /// Clicks, and does what a browser does by itself: a submit button submits its form, a checkbox turns, a label clicks
  /// its field, a link leads away (``redirect``).
  public func click(_ element: Element?) async throws {
    let path = try await reach(element)
    let told = await happen(.click, path)
    guard !told.isPrevented else { return }
    let isActive = try await activate(path)
    guard told.isHeard || isActive else { throw unheard(.click) }
  }

  /// Enters a text in place of what was there, as if it were typed: one event for each character.
  public func type(_ text: String, into element: HTMLElement?) async throws {
    let field = try await reachField(element)
    for length in 1...max(1, text.count) {
      let part = String(text.prefix(length))
      entries.enter(field) { $0.value = part }
      focus?.isEdited = true
      guard let path = instance.path(to: field) else { throw Self.gone }
      _ = await happen(.input, path, ["value": .string(part)])
    }
  }

  /// Chooses or enters a value at once: a text, or what a select offers.
  public func choose(_ value: String, in element: HTMLElement?) async throws {
    if element?.isMultiple == true { return try await choose([value], in: element) }
    let field = try await reachField(element)
    if field.tag == "select", !field.options.contains(where: { $0.optionValue == value && !$0.isSet("disabled") }) {
      throw TestProblem("the select does not offer \"\(value)\"")
    }
    entries.enter(field) { $0.value = value }
    try await tellChange(of: field, ["value": .string(value)])
  }

  /// Chooses from a select that takes several.
  public func choose(_ values: [String], in element: HTMLElement?) async throws {
    let field = try await reachField(element)
    guard field.isMultiple else { throw TestProblem("the field takes one value") }
    let chosen = field.options.map(\.optionValue).filter(values.contains)
    guard Set(values).isSubset(of: chosen) else { throw TestProblem("the select does not offer all of \(values)") }
    entries.enter(field) { $0.values = chosen }
    try await tellChange(of: field, ["values": .array(chosen.map(JSON.string))])
  }

  /// Has a checkbox or radio button checked, or not; does nothing if it is already.
  public func check(_ element: HTMLElement?, _ isChecked: Bool = true) async throws {
    let path = try await reach(element)
    guard let field = path[0] as? HTMLElement, field.isCheckable else { throw TestProblem("the element cannot be checked") }
    guard entries.isChecked(field) != isChecked else { return }
    guard isChecked || !field.isRadio else { throw TestProblem("a radio button is unchecked by checking another") }
    try await click(field)
  }

  /// Presses and lets go of a key, which types nothing: `press("Enter", on: input)`. Enter in a field submits its form as in
  /// browsers; keys that go to no field are for the page, too.
  public func press(_ key: String, code: String? = nil, modifiers: Set<Event.Modifier> = [], on element: Element?) async throws {
    let path = try await reach(element), field = path[0] as? HTMLElement
    var data = keyData(key, code, modifiers)
    if let field, field.isTextField { data["value"] = .string(entries.value(of: field)) }
    var down = await happen(.keyDown, path, .object(data))
    if !down.isStopped, field?.isTextField != true, field?.tag != "select" {
      down.isHeard = await happenToPage(.keyDown, .object(data)) || down.isHeard
    }
    let isActive = down.isPrevented ? false : try await activate(path, by: key)
    let up = instance.path(to: path[0]) == nil ? Told() : await happen(.keyUp, path, .object(data))
    guard down.isHeard || up.isHeard || isActive else { throw unheard(.keyDown) }
  }

  /// Presses a key while no field has the focus.
  public func press(_ key: String, code: String? = nil, modifiers: Set<Event.Modifier> = []) async throws {
    let data = JSON.object(keyData(key, code, modifiers))
    let isDownHeard = await happenToPage(.keyDown, data)
    let isUpHeard = await happenToPage(.keyUp, data)
    guard isDownHeard || isUpHeard else { throw TestProblem("the page does not listen to keys") }
  }

  /// Submits a form with what its fields hold, as its first submit button does.
  public func submit(_ form: Element?) async throws {
    guard let form = try await reach(form)[0] as? HTMLElement else { throw Self.gone }
    let submitter = controls(of: form, isDisabled: false).first(where: \.isSubmit)
    try await submit(form, by: submitter)
  }

  /// Has an event happen by itself, such as `.mouseEnter` or `.focus`.
  public func send(_ event: EventName, to element: Element?) async throws {
    guard await happen(event, try await reach(element)).isHeard else { throw unheard(event) }
  }

  private func keyData(_ key: String, _ code: String?, _ modifiers: Set<Event.Modifier>) -> JSON.Members {
    let held = Event.Modifier.allCases.filter(modifiers.contains).map { JSON.string($0.rawValue) }
    return JSON.Members([
      .init(name: "key", value: .string(key)), .init(name: "code", value: .string(code ?? key)),
      .init(name: "modifiers", value: .array(held)), .init(name: "repeat", value: false),
    ])
  }
}
