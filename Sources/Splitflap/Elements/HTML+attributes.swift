/// Attributes that most elements may have, with their types; ``HTMLElement/attributes`` has all of them by name.
extension HTMLElement {
  /// For links to it, and for tests.
  public var id: String { get { word("id") } set { say("id", newValue) } }
  /// Shown while the pointer rests on it.
  public var title: String { get { word("title") } set { say("title", newValue) } }
  public var role: String { get { word("role") } set { say("role", newValue) } }
  public var lang: String { get { word("lang") } set { say("lang", newValue) } }
  /// Its place in the order of the Tab key: 0 by where it stands, -1 not at all.
  public var tabIndex: Int? { get { number("tabindex").flatMap { Int(exactly: $0) } } set { say("tabindex", newValue.map(Double.init)) } }

  /// What screen readers are told: `button[aria: "label"] = "Close"`.
  public subscript(aria name: String) -> AttributeValue? {
    get { attributes["aria-\(name)"] }
    set { attributes["aria-\(name)"] = newValue }
  }

  fileprivate func word(_ name: String) -> String { if case .text(let text)? = attributes[name] { text } else { "" } }
  fileprivate func say(_ name: String, _ text: String) { attributes[name] = text.isEmpty ? nil : .text(text) }
  fileprivate func number(_ name: String) -> Double? {
    switch attributes[name] {
    case .number(let number): number
    case .text(let text): Double(text)
    default: nil
    }
  }
  fileprivate func say(_ name: String, _ number: Double?) { attributes[name] = number.map(AttributeValue.number) }
  fileprivate func holds(_ name: String) -> Bool { attributes[name] == true || attributes[name] == "" }
  fileprivate func say(_ name: String, _ flag: Bool) { attributes[name] = flag ? true : nil }
}

/// Tags that can be disabled; viewers cannot act on these, nor on what is inside.
public protocol DisablingTag: HTMLTag {}
extension ButtonTag: DisablingTag {}
extension FieldsetTag: DisablingTag {}
extension OptgroupTag: DisablingTag {}
extension OptionTag: DisablingTag {}

extension HTML where Tag: DisablingTag {
  public var isDisabled: Bool { get { holds("disabled") } set { say("disabled", newValue) } }
}

/// Tags of what viewers fill in.
public protocol FieldTag: DisablingTag {}
extension InputTag: FieldTag {}
extension TextareaTag: FieldTag {}
extension SelectTag: FieldTag {}

extension HTML where Tag: FieldTag {
  /// Under which a form has its value.
  public var name: String { get { word("name") } set { say("name", newValue) } }
  /// A form is not sent without it.
  public var isRequired: Bool { get { holds("required") } set { say("required", newValue) } }
  /// Shown while it is empty.
  public var placeholder: String { get { word("placeholder") } set { say("placeholder", newValue) } }
  /// Viewers can read and copy it, and not change it.
  public var isReadOnly: Bool { get { holds("readonly") } set { say("readonly", newValue) } }
}

extension HTML where Tag == InputTag {
  public var min: Double? { get { number("min") } set { say("min", newValue) } }
  public var max: Double? { get { number("max") } set { say("max", newValue) } }
  public var step: Double? { get { number("step") } set { say("step", newValue) } }
}

/// Cells of an ``HTMLTable``.
public protocol CellTag: HTMLTag {}
extension TdTag: CellTag {}
extension ThTag: CellTag {}

extension HTML where Tag: CellTag {
  public var colSpan: Int { get { number("colspan").flatMap { Int(exactly: $0) } ?? 1 } set { say("colspan", Double(newValue)) } }
  public var rowSpan: Int { get { number("rowspan").flatMap { Int(exactly: $0) } ?? 1 } set { say("rowspan", Double(newValue)) } }
}

/// Tags of what opens and closes.
public protocol OpeningTag: HTMLTag {}
extension DetailsTag: OpeningTag {}
extension DialogTag: OpeningTag {}

extension HTML where Tag: OpeningTag {
  /// As the program said last; whether a `Details` is open is its viewer's until then.
  public var isOpen: Bool { get { holds("open") } set { say("open", newValue) } }
}

extension HTML where Tag == ATag {
  /// An address that begins with `/` is below the app's own root.
  public var href: String { get { word("href") } set { say("href", newValue) } }
}

extension HTML where Tag == ImgTag {
  /// Picture data, or an address of the same site.
  public var src: String { get { word("src") } set { say("src", newValue) } }
  public var alt: String { get { word("alt") } set { attributes["alt"] = .text(newValue) } }
}
