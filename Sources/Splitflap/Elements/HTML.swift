/// An element of HTML with its tag: `Div` is `HTML<DivTag>`. Subclass one to keep properties of your own with it.
///
/// ```swift
/// Div("Hello", classes: "p-4 text-xl") { Button("Go").on(.click) { … } }
/// ```
@MainActor
open class HTML<Tag: HTMLTag>: HTMLElement {
  public nonisolated init(
    _ text: String = "", classes: String = "", style: Style = Style(), attributes: [String: AttributeValue] = [:],
    @ContentBuilder content: () -> Content = { Content() }
  ) {
    super.init(
      text: text, classes: classes, style: style, attributes: attributes, entry: Entry(), content: content())
  }

  nonisolated init(
    _ text: String, classes: String, style: Style, attributes: [String: AttributeValue], entry: Entry, content: Content
  ) {
    super.init(text: text, classes: classes, style: style, attributes: attributes, entry: entry, content: content)
  }

  override var tag: String { Tag.name }

  override var isOwnType: Bool { type(of: self) != HTML<Tag>.self }
}

/// The word between the angle brackets.
public protocol HTMLTag: Sendable {
  static var name: String { get }
}

/// The value of an attribute: text, a number, or a truth (`disabled`).
public enum AttributeValue: Hashable, Sendable {
  case text(String)
  case number(Double)
  case flag(Bool)
  /// The id that another element has in the browser, for `for`, `list` and `aria-labelledby`.
  case element(Element)

  public static func == (a: AttributeValue, b: AttributeValue) -> Bool {
    switch (a, b) {
    case (.text(let a), .text(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.flag(let a), .flag(let b)): a == b
    case (.element(let a), .element(let b)): a === b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .text(let text): hasher.combine(text)
    case .number(let number): hasher.combine(number)
    case .flag(let flag): hasher.combine(flag)
    case .element(let element): hasher.combine(ObjectIdentifier(element))
    }
  }
}

extension AttributeValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .flag(value) }
}
