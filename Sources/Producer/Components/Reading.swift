import DashboardModel

/// A value that is not what its component can show.
struct WrongShape: Error, Hashable {
  let reason: String

  init(_ reason: String) { self.reason = Reason.clean(reason) }

  init(_ name: String, _ value: JSON, expected: String) {
    self.init("\(name) is \(Words.kind(value)), not \(expected)")
  }
}

/// Gets at the parts of a source's value.
enum Reading {
  /// `memory.percent` of an object, `items.0` of a list; past a list's end there is nothing (`null`).
  static func field(_ binding: Binding, of value: JSON) throws(WrongShape) -> JSON {
    var current = value, path = binding.source
    for part in (binding.field ?? "").split(separator: ".") {
      switch current {
      case .object(let members):
        guard let member = members[String(part)] else { throw WrongShape("\(path) has no field \"\(part)\"") }
        current = member
      case .array(let elements):
        guard let index = Int(part), index >= 0 else {
          throw WrongShape("\(path) is a list and has no field \"\(part)\"")
        }
        current = index < elements.count ? elements[index] : .null
      case .null: return .null
      default: throw WrongShape("\(path) is \(Words.kind(current)) and has no field \"\(part)\"")
      }
      path += ".\(part)"
    }
    return current
  }

  static func name(_ binding: Binding) -> String {
    binding.field.map { "\(binding.source).\($0)" } ?? binding.source
  }

  /// A number, also one written as text.
  static func number(_ value: JSON) -> Double? {
    switch value {
    case .number(let number): number
    case .string(let text): Double(text.trimmed).flatMap { $0.isFinite ? $0 : nil }
    default: nil
    }
  }

  /// A single value as text.
  static func text(_ value: JSON) -> String? {
    switch value {
    case .string(let text): text
    case .number(let number): Words.number(number)
    case .bool(let flag): flag ? "true" : "false"
    case .null, .array, .object: nil
    }
  }
}
