import DashboardModel

/// The part of a component's value that comes from its source: `value`, or `items`, or `columns` and `rows`.
struct ComponentContent: Hashable, Sendable {
  var members: JSON.Members
  var isEmpty: Bool

  init(_ object: JSON, isEmpty: Bool = false) {
    if case .object(let members) = object { self.members = members } else { members = JSON.Members() }
    self.isEmpty = isEmpty
  }

  /// Nothing to show.
  static let nothing = ComponentContent([:], isEmpty: true)

  /// Makes of a source's field what the component shows.
  static func make(
    _ value: JSON, binding: Binding, for definition: ComponentDefinition
  ) throws(WrongShape) -> ComponentContent {
    let name = Reading.name(binding)
    switch definition.type {
    case .clock, .button, .line: return ComponentContent([:])
    case .hello: return ComponentContent(["value": 0])
    case _ where value == .null: return definition.type.hasRows ? try rows([], name, definition) : .nothing
    case .number: return try number(value, name)
    case .gauge, .progress:
      guard let number = Reading.number(value) else { throw WrongShape(name, value, expected: "a number") }
      return ComponentContent(["value": .number(number)])
    case .text, .status: return try text(value, name, keepsKind: definition.type == .status)
    case .markdown: return try markdown(value, name)
    case .image: return try image(value, name)
    case .list, .table:
      guard let elements = value.elements else { throw WrongShape(name, value, expected: "a list") }
      return try rows(elements, name, definition)
    }
  }

  private static func rows(
    _ elements: [JSON], _ name: String, _ definition: ComponentDefinition
  ) throws(WrongShape) -> ComponentContent {
    definition.type == .list
      ? ListContent(definition).make(elements) : try TableContent(definition).make(elements, name: name)
  }

  private static func number(_ value: JSON, _ name: String) throws(WrongShape) -> ComponentContent {
    if let number = Reading.number(value) { return ComponentContent(["value": .number(number)]) }
    guard let text = value.text else { throw WrongShape(name, value, expected: "a number") }
    return ComponentContent(["value": .string(text)])
  }

  private static func text(_ value: JSON, _ name: String, keepsKind: Bool) throws(WrongShape) -> ComponentContent {
    guard let text = Reading.text(value) else { throw WrongShape(name, value, expected: "text") }
    return ComponentContent(["value": keepsKind ? value : .string(text)], isEmpty: text.isEmpty)
  }

  private static func markdown(_ value: JSON, _ name: String) throws(WrongShape) -> ComponentContent {
    guard let text = Reading.text(value) else { throw WrongShape(name, value, expected: "text") }
    do {
      return ComponentContent(["value": try Markdown.nodes(text)], isEmpty: text.isEmpty)
    } catch {
      throw WrongShape((error as? SourceError)?.reason ?? "the text cannot be read")
    }
  }

  private static func image(_ value: JSON, _ name: String) throws(WrongShape) -> ComponentContent {
    guard let text = value.text, let picture = SafeURL.checkImage(text) else {
      throw WrongShape("\(name) is no picture")
    }
    return ComponentContent(["value": .string(picture)])
  }
}

extension ComponentType {
  fileprivate var hasRows: Bool { self == .list || self == .table }
}
