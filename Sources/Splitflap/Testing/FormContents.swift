import DashboardModel

/// What a form sends, by the rules of browsers (docs/elements.md, `client/element_values.js`).
@MainActor
struct FormContents {
  /// The controls of the form that are to be sent, in order.
  let controls: [HTMLElement]
  let entries: TypedEntries

  /// By name. Of several checkboxes of one name the checked values, of radio buttons the chosen one or `""`.
  func json(submitter: HTMLElement?) -> JSON {
    var members = JSON.Members()
    for control in controls where control.isField {
      guard let name = control.fieldName else { continue }
      members[name] = value(of: control, name, after: members[name])
    }
    if let submitter, let name = submitter.fieldName { members[name] = .string(submitter.buttonValue) }
    return .object(members)
  }

  private func value(of control: HTMLElement, _ name: String, after former: JSON?) -> JSON {
    let value = JSON.string(entries.value(of: control))
    if control.isRadio { return entries.isChecked(control) ? value : former ?? "" }
    if control.inputType == "checkbox" { return checkbox(control, name, value, after: former) }
    let own = control.isMultiple ? JSON.array(entries.values(of: control).map(JSON.string)) : value
    return former.map { .array(($0.elements ?? [$0]) + (own.elements ?? [own])) } ?? own
  }

  private func checkbox(_ control: HTMLElement, _ name: String, _ value: JSON, after former: JSON?) -> JSON {
    let isChecked = entries.isChecked(control)
    guard controls.count(where: { $0.inputType == "checkbox" && $0.fieldName == name }) > 1 else { return .bool(isChecked) }
    return .array((former?.elements ?? []) + (isChecked ? [value] : []))
  }

  /// The first field that browsers would ask the viewer to fill in before they send the form.
  var missing: HTMLElement? {
    controls.first { control in
      guard control.isField, control.isSet("required") else { return false }
      return control.isCheckable ? !isChosen(control) : entries.value(of: control).isEmpty
    }
  }

  private func isChosen(_ control: HTMLElement) -> Bool {
    entries.isChecked(control)
      || (control.isRadio && controls.contains { $0.isRadio && $0.fieldName == control.fieldName && entries.isChecked($0) })
  }
}

extension HTMLElement {
  fileprivate var buttonValue: String {
    if case .text(let value)? = attributes["value"] { value } else { entry.value ?? "" }
  }
}
