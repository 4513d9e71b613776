import DashboardModel

/// What a viewer's fields hold: what was entered and the program has not heard of, and otherwise what the page says.
///
/// A value that the program sets on purpose replaces what was entered, as in browsers (docs/elements.md).
@MainActor
struct TypedEntries {
  struct Record {
    var value: String?
    var values: [String]?
    var isChecked: Bool?
    fileprivate var stamp = 0
  }

  /// The page they are on: another one after a restart, with the same ids.
  let page: @MainActor () -> PageInstance
  private var records: [ComponentID: Record] = [:]

  init(page: @escaping @MainActor () -> PageInstance) { self.page = page }

  /// What was entered, if it still stands.
  private func record(of field: HTMLElement) -> Record? {
    field.id(on: page()).flatMap { records[$0] }.flatMap { $0.stamp == field.entry.stamp ? $0 : nil }
  }

  mutating func enter(_ field: HTMLElement, _ change: (inout Record) -> Void) {
    guard let id = field.id(on: page()) else { return }
    var record = record(of: field) ?? Record(stamp: field.entry.stamp)
    change(&record)
    records[id] = record
  }

  /// The program has it now, or the viewer wants what the page says.
  mutating func forget(_ id: ComponentID) { records[id] = nil }

  /// The text in a field; of a checkbox or radio button what a form gets when it is checked.
  func value(of field: HTMLElement) -> String {
    if field.isCheckable { return field.entry.value ?? "on" }
    if let value = record(of: field)?.value ?? field.entry.value { return value }
    return field.tag == "select" ? field.options.first.map(\.optionValue) ?? "" : ""
  }

  /// What is chosen in a select that takes several.
  func values(of field: HTMLElement) -> [String] { record(of: field)?.values ?? field.values }

  func isChecked(_ field: HTMLElement) -> Bool { record(of: field)?.isChecked ?? field.isChecked }
}

extension HTMLElement {
  /// What `type` says, in small letters; `text` for an input that says nothing.
  var inputType: String {
    guard tag == "input", case .text(let type)? = attributes["type"] else { return tag == "input" ? "text" : "" }
    return type.lowercased()
  }

  var isRadio: Bool { inputType == "radio" }
  var isCheckable: Bool { isRadio || inputType == "checkbox" }
  /// Takes text, and so all keys.
  var isTextField: Bool { tag == "textarea" || (isField && tag == "input" && !isCheckable && inputType != "range") }
  /// Holds something of the viewer's.
  var isField: Bool { ["textarea", "select"].contains(tag) || (tag == "input" && !Self.pressed.contains(inputType)) }
  var isMultiple: Bool { isSet("multiple") }
  var fieldName: String? { if case .text(let name)? = attributes["name"], !name.isEmpty { name } else { nil } }

  /// A button, a field or a choice: what can be `disabled`.
  var isControl: Bool { ["button", "input", "select", "textarea"].contains(tag) }
  /// A button that submits the form around it.
  var isSubmit: Bool {
    inputType == "submit" || (tag == "button" && attributes["type"] == .text("submit"))
  }

  private static let pressed: Set<String> = ["button", "submit", "reset"]

  func isSet(_ attribute: String) -> Bool {
    switch attributes[attribute] {
    case .flag(let flag): flag
    case nil: false
    default: true
    }
  }

  /// The choices of a select.
  var options: [HTMLElement] {
    children.compactMap { $0 as? HTMLElement }.flatMap { $0.tag == "optgroup" ? $0.options : $0.tag == "option" ? [$0] : [] }
  }

  /// What a select holds when this one of its choices is taken.
  var optionValue: String { if case .text(let value)? = attributes["value"] { value } else { text } }
}
