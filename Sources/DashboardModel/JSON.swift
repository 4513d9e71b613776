/// A JSON value (RFC 8259) that keeps the order of an object's members, because a table's columns come from it.
package enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object(Members)

  /// An object's members in written order. Look-up is linear: objects here are small.
  package struct Members: Hashable, Sendable {
    package var list: [Member]
    package init(_ list: [Member] = []) { self.list = list }

    package subscript(name: String) -> JSON? {
      get { list.first { $0.name == name }?.value }
      set {
        if let index = list.firstIndex(where: { $0.name == name }) {
          if let newValue { list[index].value = newValue } else { list.remove(at: index) }
        } else if let newValue {
          list.append(Member(name: name, value: newValue))
        }
      }
    }
  }

  /// One name and its value.
  package struct Member: Hashable, Sendable {
    package var name: String
    package var value: JSON
    package init(name: String, value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The member `name` of an object; `nil` for any other value.
  package subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members[name]
  }

  /// An object's members; of any other value, none.
  package var members: [Member] {
    if case .object(let members) = self { members.list } else { [] }
  }

  package var double: Double? {
    if case .number(let value) = self { value } else { nil }
  }

  package var text: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var elements: [JSON]? {
    if case .array(let value) = self { value } else { nil }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .number(Double(value)) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(nilLiteral: ()) { self = .null }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Members(elements.map { Member(name: $0.0, value: $0.1) }))
  }
}
