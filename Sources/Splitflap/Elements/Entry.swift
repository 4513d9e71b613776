import DashboardModel

/// What an input holds, and whether the program or the viewer said so last.
///
/// A browser takes what the program assigned once per `stamp`; what is only the echo of the viewer's own typing keeps the
/// stamp, so nothing he types meanwhile is lost.
struct Entry: Sendable {
  enum Author { case program, viewer }

  private(set) var value: String?
  private(set) var isChecked: Bool?
  /// Of a choice that takes several.
  private(set) var values: [String]?
  private(set) var stamp = 0

  init(value: String? = nil, isChecked: Bool? = nil, values: [String]? = nil) {
    self.value = value
    self.isChecked = isChecked
    self.values = values
  }

  /// True for what is no input, as far as anybody said.
  var isBlank: Bool { value == nil && isChecked == nil && values == nil && stamp == 0 }

  mutating func set(value: String?, by author: Author) {
    self.value = value
    if author == .program { stamp += 1 }
  }

  mutating func set(isChecked: Bool, by author: Author) {
    self.isChecked = isChecked
    if author == .program { stamp += 1 }
  }

  mutating func set(values: [String], by author: Author) {
    self.values = values
    if author == .program { stamp += 1 }
  }

  func write(into members: inout JSON.Members) {
    if let value { members.list.append(.init(name: "value", value: .string(value))) }
    if let values { members.list.append(.init(name: "value", value: .array(values.map(JSON.string)))) }
    if let isChecked { members.list.append(.init(name: "checked", value: .bool(isChecked))) }
    if stamp > 0 { members.list.append(.init(name: "stamp", value: .number(Double(stamp)))) }
  }

  mutating func restore(_ stored: JSON) {
    value = stored["value"]?.text ?? value
    values = stored["value"]?.elements?.compactMap(\.text) ?? values
    if case .bool(let stored)? = stored["checked"] { isChecked = stored }
    stamp = stored["stamp"]?.double.flatMap { Int(exactly: $0) } ?? 0
  }
}

/// What shows while an event waits for its answer. A class: most elements have none, and pages have many elements.
@MainActor
final class Busy {
  private let text: String?
  let classes: String?
  private let isDisabled: Bool
  private let show: [Element]
  private let hide: [Element]

  init(text: String?, classes: String?, isDisabled: Bool, show: [Element], hide: [Element]) {
    (self.text, self.classes, self.isDisabled) = (text, classes, isDisabled)
    (self.show, self.hide) = (show, hide)
  }

  func json(on page: PageInstance) -> JSON {
    var members = JSON.Members()
    members["text"] = text.map(JSON.string)
    members["classes"] = classes.map(JSON.string)
    members["disabled"] = isDisabled ? true : nil
    for (name, elements) in [("show", show), ("hide", hide)] where !elements.isEmpty {
      members[name] = .array(elements.compactMap { $0.id(on: page).map { .string($0.name) } })
    }
    return .object(members)
  }
}
