import DashboardModel

/// What a browser does by itself when its viewer does something.
extension PageTester {
  /// True if a click on the innermost element of a path, or one around it, does something without a listener.
  func activate(_ path: [Element]) async throws -> Bool {
    for case let element as HTMLElement in path {
      if element.isCheckable { return try await turn(element) }
      if element.isSubmit { return try await submitForm(around: path, by: element) }
      if element.tag == "label", let field = labelled(by: element), !path.contains(where: { $0 === field }) {
        try await click(field)
        return true
      }
      if element.tag == "a", case .text(let address)? = element.attributes["href"] {
        redirect = address
        return true
      }
      if element.isControl { return element.isField }
    }
    return false
  }

  /// True if a key does something without a listener: Enter in a field, Enter and the space bar on a button.
  func activate(_ path: [Element], by key: String) async throws -> Bool {
    guard let element = path[0] as? HTMLElement else { return false }
    if key == "Enter", element.isTextField, element.tag == "input" { return try await submitForm(around: path, by: nil) }
    guard element.tag == "button" || element.isSubmit, key == "Enter" || key == " " else { return false }
    try await click(element)
    return true
  }

  private func turn(_ field: HTMLElement) async throws -> Bool {
    let isChecked = field.isRadio || !entries.isChecked(field)
    guard isChecked != entries.isChecked(field) else { return true }
    entries.enter(field) { $0.isChecked = isChecked }
    if field.isRadio, let name = field.fieldName {
      for other in fields(name) where other.isRadio && other !== field { entries.enter(other) { $0.isChecked = false } }
    }
    var data = JSON.Members([.init(name: "checked", value: .bool(isChecked))])
    if field.isRadio || field.entry.value != nil { data["value"] = .string(entries.value(of: field)) }
    try await tellChange(of: field, .object(data))
    return true
  }

  private func labelled(by label: HTMLElement) -> HTMLElement? {
    if case .element(let field)? = label.attributes["for"] {
      return field.id(on: instance).flatMap { instance.element($0) } as? HTMLElement
    }
    return label.descendants.compactMap { $0 as? HTMLElement }.first { $0.isControl }
  }

  // MARK: Forms

  /// By a button, or by Enter: then the form's first submit button does it, or the one field there is.
  private func submitForm(around path: [Element], by button: HTMLElement?) async throws -> Bool {
    guard let form = path.compactMap({ $0 as? HTMLElement }).first(where: { $0.tag == "form" }) else { return false }
    let all = controls(of: form, isDisabled: false)
    let submitter = button ?? all.first(where: \.isSubmit)
    guard submitter != nil || all.count(where: \.isTextField) == 1 else { return false }
    try await submit(form, by: submitter)
    return true
  }

  func submit(_ form: HTMLElement, by submitter: HTMLElement?) async throws {
    await leave(for: submitter ?? form)
    let contents = FormContents(controls: controls(of: form, isDisabled: false), entries: entries)
    if !form.isSet("novalidate"), let missing = contents.missing {
      throw TestProblem("browsers ask for the field \"\(missing.fieldName ?? "")\" before they submit the form")
    }
    guard let path = instance.path(to: form) else { throw Self.gone }
    guard await happen(.submit, path, ["form": contents.json(submitter: submitter)]).isHeard else { throw unheard(.submit) }
  }

  /// The controls inside that are not disabled, by themselves or by a fieldset.
  func controls(of element: HTMLElement, isDisabled: Bool) -> [HTMLElement] {
    element.children.compactMap { $0 as? HTMLElement }.flatMap { child -> [HTMLElement] in
      let isOff = isDisabled || child.isSet("disabled")
      return (child.isControl && !isOff ? [child] : []) + controls(of: child, isDisabled: isDisabled || (isOff && child.tag == "fieldset"))
    }
  }
}
