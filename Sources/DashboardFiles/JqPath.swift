package import DashboardModel

/// A jq program that is only a path, `.`, `.a` or `.a.b_c`: it means here what it means to libjq, without libjq.
package struct JqPath: Hashable, Sendable {
  private let names: [String]

  /// `nil` for any other program.
  package init?(_ program: String) {
    guard JqSyntax.isPath(program) else { return nil }
    names = program.split(separator: ".").map(String.init)
  }

  package func value(in value: JSON) throws(JqError) -> JSON {
    var current = value
    for name in names {
      switch current {
      case .object(let members): current = members[name] ?? .null
      case .null: return .null
      case .bool: throw refusal("boolean", name)
      case .number: throw refusal("number", name)
      case .string: throw refusal("string", name)
      case .array: throw refusal("array", name)
      }
    }
    return current
  }

  private func refusal(_ kind: String, _ name: String) -> JqError {
    JqError(message: "Cannot index \(kind) with string \"\(name)\"")
  }
}
