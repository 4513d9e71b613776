/// What an `Input` takes.
public enum InputType: String, Hashable, Sendable, CaseIterable {
  case text, password, email, search, tel, url, number, range, date, month, week, time, color, checkbox, radio, hidden, submit, reset, button
  case dateAndTime = "datetime-local"
}

extension HTML where Tag == InputTag {
  /// A field. `value` is what it holds; for checkboxes and radio buttons it is what a form gets when they are checked.
  public nonisolated convenience init(
    type: InputType, name: String? = nil, value: String? = nil, isChecked: Bool? = nil, placeholder: String? = nil,
    classes: String = "", style: Style = Style(), attributes: [String: AttributeValue] = [:]
  ) {
    let extra: [String: AttributeValue?] = [
      "type": .text(type.rawValue), "name": name.map(AttributeValue.text), "placeholder": placeholder.map(AttributeValue.text),
    ]
    self.init(
      "", classes: classes, style: style, attributes: attributes.adding(extra),
      entry: Entry(value: value, isChecked: isChecked), content: Content())
  }
}

extension HTML where Tag == TextareaTag {
  public nonisolated convenience init(
    name: String, value: String? = nil, placeholder: String? = nil, rows: Int = 4, classes: String = "",
    style: Style = Style(), attributes: [String: AttributeValue] = [:]
  ) {
    let extra: [String: AttributeValue?] = [
      "name": .text(name), "placeholder": placeholder.map(AttributeValue.text), "rows": .number(Double(rows)),
    ]
    self.init(
      "", classes: classes, style: style, attributes: attributes.adding(extra), entry: Entry(value: value),
      content: Content())
  }
}

extension HTML where Tag == SelectTag {
  /// A choice; the content are ``OptionElement``s.
  public nonisolated convenience init(
    name: String, value: String? = nil, classes: String = "", style: Style = Style(),
    attributes: [String: AttributeValue] = [:], @ContentBuilder content: () -> Content
  ) {
    self.init(
      "", classes: classes, style: style, attributes: attributes.adding(["name": .text(name)]),
      entry: Entry(value: value), content: content())
  }
}

extension HTML where Tag == SelectTag {
  /// A choice of several.
  public nonisolated convenience init(
    name: String, values: [String], classes: String = "", style: Style = Style(),
    attributes: [String: AttributeValue] = [:], @ContentBuilder content: () -> Content
  ) {
    self.init(
      "", classes: classes, style: style, attributes: attributes.adding(["name": .text(name), "multiple": .flag(true)]),
      entry: Entry(values: values), content: content())
  }
}

extension HTML where Tag == OptionTag {
  public nonisolated convenience init(_ text: String, value: String) {
    self.init(text, attributes: ["value": .text(value)])
  }
}

extension HTML where Tag == ATag {
  /// A link; an address that begins with `/` is below the app's own root.
  public nonisolated convenience init(
    _ text: String = "", href: String, classes: String = "", style: Style = Style(),
    attributes: [String: AttributeValue] = [:], @ContentBuilder content: () -> Content = { Content() }
  ) {
    self.init(
      text, classes: classes, style: style, attributes: attributes.adding(["href": .text(href)]), content: content)
  }
}

/// What pressing a ``Button`` does in its form.
public enum ButtonType: String, Hashable, Sendable, CaseIterable { case button, submit, reset }

extension HTML where Tag == ButtonTag {
  public nonisolated convenience init(
    _ text: String = "", type: ButtonType, classes: String = "", style: Style = Style(),
    attributes: [String: AttributeValue] = [:], @ContentBuilder content: () -> Content = { Content() }
  ) {
    self.init(
      text, classes: classes, style: style, attributes: attributes.adding(["type": .text(type.rawValue)]), content: content)
  }
}

extension HTML where Tag == LabelTag {
  /// The name of a field.
  public nonisolated convenience init(_ text: String, for field: Element, classes: String = "", style: Style = Style()) {
    self.init(text, classes: classes, style: style, attributes: ["for": .element(field)])
  }
}

extension HTML where Tag == ImgTag {
  /// A picture as data, `data:image/png;base64,…`, also jpeg, gif or webp: a page asks nobody for one.
  public nonisolated convenience init(
    src: String, alt: String, classes: String = "", style: Style = Style(), attributes: [String: AttributeValue] = [:]
  ) {
    self.init(
      classes: classes, style: style, attributes: attributes.adding(["src": .text(src), "alt": .text(alt)]))
  }
}

extension HTML where Tag == FormTag {
  /// Answers the submission of this form with its fields as one value, see ``Event/form(_:)``.
  @discardableResult
  public func onSubmit<Value: Decodable>(
    _ type: Value.Type = Value.self, perform: @escaping @MainActor (Value) async throws -> Void
  ) -> Self {
    on(.submit) { event in try await perform(try event.form(type)) }
  }
}

extension [String: AttributeValue] {
  fileprivate func adding(_ more: [String: AttributeValue?]) -> Self {
    merging(more.compactMapValues { $0 }) { $1 }
  }
}
