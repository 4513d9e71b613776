import DashboardModel

/// Something a viewer did, as a handler gets it.
@MainActor
public struct Event {
  public let name: EventName
  /// What it happened to.
  public let element: Element
  /// Who did it.
  public let viewer: Viewer
  /// Where.
  public let page: PageInstance
  /// The same for every delivery of this event and for no other: for a side effect that must not happen twice.
  public let id: String
  let data: JSON

  /// What stands in the input, or what was chosen.
  public var value: String { data["value"]?.text ?? "" }
  /// What was chosen in a select that takes several.
  public var values: [String] { data["values"]?.elements?.compactMap(\.text) ?? [] }
  /// Whether a checkbox or radio button is checked now.
  public var isChecked: Bool { data["checked"] == true }
  /// Whether a `Details` is open now.
  public var isOpen: Bool { data["open"] == true }
  /// How far an element is scrolled, in CSS pixels.
  public var scroll: (top: Double, left: Double) { (data["top"]?.double ?? 0, data["left"]?.double ?? 0) }

  /// Which key it was; `nil` for an event without one.
  public var key: Key? {
    guard let name = data["key"]?.text else { return nil }
    return Key(
      name: name, code: data["code"]?.text ?? "", modifiers: modifiers, isRepeated: data["repeat"] == true)
  }

  /// The modifier keys that were held.
  public var modifiers: Set<Modifier> {
    Set(data["modifiers"]?.elements?.compactMap { $0.text.flatMap(Modifier.init) } ?? [])
  }

  /// What a form holds, as a value of your own type.
  ///
  /// ```swift
  /// struct SignUp: Decodable { var name: String; var age: Int?; var agrees: Bool }
  /// let signUp = try event.form(SignUp.self)
  /// ```
  /// Throws a ``Problem`` that names the field when something is missing or of another kind.
  public func form<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    try FormDecoder.decode(type, from: data["form"] ?? [:])
  }

  public enum Modifier: String, Hashable, Sendable, CaseIterable { case ctrl, alt, shift, meta }

  /// A key, by what it means (`a`, `Enter`) and by where it is (`KeyA`).
  public struct Key: Hashable, Sendable {
    public let name: String
    public let code: String
    public let modifiers: Set<Modifier>
    /// True while it is held down.
    public let isRepeated: Bool
  }
}

/// Who looks at a page: one browser tab.
public struct Viewer: Hashable, Sendable {
  /// This tab's; stays over reloads and reconnects.
  public let id: String
  /// The browser's: all its tabs have the same.
  public let session: String
  /// What the viewer is by the users file; none without one, or without a sign-in.
  public let roles: Set<String>
}

/// What can happen to an element.
public struct EventName: Hashable, Sendable, ExpressibleByStringLiteral {
  public let name: String

  public init(stringLiteral name: String) { self.name = name }
  init(_ name: String) { self.name = name }

  public static let click: EventName = "click"
  public static let doubleClick: EventName = "dblclick"
  public static let input: EventName = "input"
  public static let change: EventName = "change"
  public static let submit: EventName = "submit"
  public static let focus: EventName = "focus"
  public static let blur: EventName = "blur"
  public static let keyDown: EventName = "keydown"
  public static let keyUp: EventName = "keyup"
  public static let mouseEnter: EventName = "mouseenter"
  public static let mouseLeave: EventName = "mouseleave"
  public static let toggle: EventName = "toggle"
  public static let scroll: EventName = "scroll"
}

/// How events are sent: `.on(.input, .debounce(.milliseconds(500))) { … }`.
public struct EventOptions: Hashable, Sendable {
  /// Only after this long without another.
  public var debounce: Duration?
  /// At most once in this time.
  public var throttle: Duration?
  /// Only for these keys.
  public var keys: [String] = []
  /// The browser does not do what it would do by itself.
  public var preventsDefault = false
  /// Elements around this one do not hear of it.
  public var stops = false

  public init() {}

  public static func debounce(_ pause: Duration) -> EventOptions { EventOptions().with { $0.debounce = pause } }
  public static func throttle(_ interval: Duration) -> EventOptions { EventOptions().with { $0.throttle = interval } }
  public static func keys(_ names: String...) -> EventOptions { EventOptions().with { $0.keys = names } }

  private func with(_ change: (inout EventOptions) -> Void) -> EventOptions {
    var copy = self
    change(&copy)
    return copy
  }

  var json: JSON {
    var members = JSON.Members()
    members["debounce"] = debounce.map { .number($0.inMilliseconds) }
    members["throttle"] = throttle.map { .number($0.inMilliseconds) }
    members["keys"] = keys.isEmpty ? nil : .array(keys.map(JSON.string))
    members["prevent"] = preventsDefault ? true : nil
    members["stop"] = stops ? true : nil
    return .object(members)
  }
}

struct EventListener {
  /// As they are sent.
  var options: JSON
  var perform: @MainActor (Event) async throws -> Void
}

/// The listeners of one element. An array: there are one or two, and a page may have thousands of elements.
struct EventListeners {
  private(set) var list: [(name: EventName, listener: EventListener)] = []

  /// As they are sent; `nil` when there are none.
  var json: JSON? {
    guard !list.isEmpty else { return nil }
    return .object(JSON.Members(list.map { JSON.Member(name: $0.name.name, value: $0.listener.options) }.sorted { $0.name < $1.name }))
  }

  subscript(name: EventName) -> EventListener? {
    get { list.first { $0.name == name }?.listener }
    set {
      list.removeAll { $0.name == name }
      if let newValue { list.append((name, newValue)) }
    }
  }
}

/// What a handler throws to tell the viewer why it did not work; other errors are only logged.
public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
  public let text: String
  public init(_ text: String) { self.text = text }
  public var description: String { text }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
  var inMilliseconds: Double { (inSeconds * 1000).rounded() }
}
