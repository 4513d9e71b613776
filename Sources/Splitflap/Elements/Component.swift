/// A part of a page made of others: a value with a body, and ``State`` if it has some of its own.
///
/// ```swift
/// struct Greeting: Component {
///   var name: String
///   var body: Content { P("Hello, \(name)!", classes: "text-xl") }
/// }
/// ```
/// The body is made anew whenever a state changes that it reads. What is at the same place and of the same type
/// afterwards stays the same element in the browser; ``key(_:)`` makes it so for the rows of a list.
@MainActor
public protocol Component {
  @ContentBuilder var body: Content { get }
}

/// What goes into an element or onto a page: elements, components and texts, in order.
public struct Content: Sendable {
  var nodes: [Node] = []

  public init() {}
  init(_ nodes: [Node]) { self.nodes = nodes }
}

/// One child: an element, the place of a component, or what an `if` or `for` yields, which counts as one so that its
/// siblings keep their places whatever comes of it.
enum Node: Sendable {
  case element(Element)
  case component(ComponentNode)
  case group([Node])

  /// What tells it apart from its siblings.
  @MainActor
  var key: String? {
    switch self {
    case .element(let element): element.key
    case .component(let component): component.key
    case .group: nil
    }
  }
}

extension [Node] {
  /// Everything resolved to elements.
  @MainActor
  var elements: [Splitflap.Element] {
    flatMap { node -> [Splitflap.Element] in
      switch node {
      case .element(let element): [element]
      case .component(let component): component.nodes.elements
      case .group(let nodes): nodes.elements
      }
    }
  }
}

/// Collects children from a block; `if`, `switch` and `for` work as everywhere.
@resultBuilder
public enum ContentBuilder {
  public static func buildExpression(_ element: Element) -> Content { Content([.element(element)]) }

  @MainActor
  public static func buildExpression(_ component: some Component) -> Content {
    Content([.component(ComponentNode(component))])
  }

  /// Text among elements.
  public static func buildExpression(_ text: String) -> Content { Content([.element(Span(text))]) }

  public static func buildExpression(_ content: Content) -> Content { content }

  /// A call among the elements, such as `page.on(.keyDown) { … }`.
  public static func buildExpression(_ nothing: Void) -> Content { Content() }

  public static func buildBlock(_ parts: Content...) -> Content { Content(parts.flatMap(\.nodes)) }
  public static func buildArray(_ parts: [Content]) -> Content { Content([.group(parts.flatMap(\.nodes))]) }
  public static func buildOptional(_ part: Content?) -> Content { Content([.group(part?.nodes ?? [])]) }
  // Both arms have a place of their own, so that one never becomes the other.
  public static func buildEither(first: Content) -> Content { Content([.group(first.nodes), .group([])]) }
  public static func buildEither(second: Content) -> Content { Content([.group([]), .group(second.nodes)]) }
}

/// A component that is the same as long as its key is, wherever it stands among its siblings.
public struct Keyed<Inner: Component>: Component {
  let key: String
  let inner: Inner

  public var body: Content { inner.body }
}

extension Component {
  /// Tells this component apart from its siblings in a list, by something of what it shows.
  public func key(_ key: some CustomStringConvertible) -> Keyed<Self> { Keyed(key: key.description, inner: self) }
}

@MainActor
protocol KeyedComponent {
  var key: String { get }
  var subject: any Component { get }
}

extension Keyed: KeyedComponent {
  var subject: any Component { inner }
}
