import DashboardModel
import Producer

/// Which attributes elements may have: the browser client refuses the others too (docs/elements.md).
@MainActor
enum AttributeRules {
  private static let refused: Set<String> = [
    "class", "style", "checked", "value-as", "srcdoc", "data-action", "data-component", "formaction", "ping", "srcset",
  ]
  private static let addresses: Set<String> = ["href", "action", "cite"]

  /// The attributes as they are sent; `nil` when there are none.
  static func json(_ attributes: [String: AttributeValue], on tag: String, _ page: PageInstance) -> JSON? {
    guard !attributes.isEmpty else { return nil }
    let members = attributes.sorted { $0.key < $1.key }.compactMap { name, value -> JSON.Member? in
      json(name, value, page).map { JSON.Member(name: name, value: $0) }
    }
    return members.isEmpty ? nil : .object(JSON.Members(members))
  }

  private static func json(_ name: String, _ value: AttributeValue, _ page: PageInstance) -> JSON? {
    guard isName(name), !name.hasPrefix("on"), !refused.contains(name) else { return nil }
    switch value {
    case .number(let number): return .number(number)
    case .flag(let flag): return .bool(flag)
    case .element(let element): return element.id(on: page).map { .string($0.name) }
    case .text(let text) where addresses.contains(name): return SafeURL.check(text).map(JSON.string)
    // Nothing is fetched, from this site or another.
    case .text(let text) where name == "src": return SafeURL.checkImage(text).map(JSON.string)
    case .text(let text): return .string(text)
    }
  }

  private static func isName(_ name: String) -> Bool {
    (1...40).contains(name.utf8.count) && name.utf8.allSatisfy { byte in
      switch byte {
      case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "-"): true
      default: false
      }
    }
  }

  /// What ``json(_:on:_:)`` wrote; a value that named an element stays what it is.
  static func attributes(of json: JSON?, or now: [String: AttributeValue]) -> [String: AttributeValue] {
    guard case .object(let members)? = json else { return now }
    return members.list.reduce(into: [:]) { attributes, member in
      if case .element? = now[member.name] { return attributes[member.name] = now[member.name] }
      switch member.value {
      case .string(let text): attributes[member.name] = .text(text)
      case .number(let number): attributes[member.name] = .number(number)
      case .bool(let flag): attributes[member.name] = .flag(flag)
      default: break
      }
    }
  }
}
