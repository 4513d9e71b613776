/// Who may look at a dashboard and who may act on it.
package struct Access: Hashable, Sendable {
  package var view = Audience.anyone
  package var act = Audience.nobody
  package init() {}

  package var viewIsOpen: Bool {
    get { view == .anyone }
    set { view = newValue ? .anyone : .nobody }
  }

  package var actIsOpen: Bool {
    get { act == .anyone }
    set { act = newValue ? .anyone : .nobody }
  }
}

/// Those who may do something: everybody, or whoever has one of these roles. In JSON `true`, `["ops"]`, or `false` for
/// nobody.
package enum Audience: Hashable, Sendable {
  case anyone
  case roles([String])

  package static let nobody = Audience.roles([])

  /// True for somebody with these roles.
  package func admits(_ roles: [String]) -> Bool {
    switch self {
    case .anyone: true
    case .roles(let named): roles.contains { named.contains($0) }
    }
  }

  package var json: JSON {
    switch self {
    case .anyone: true
    case .roles(let roles): roles.isEmpty ? false : .array(roles.map(JSON.string))
    }
  }

  /// True for a name that a role may have, the same as for a component's.
  package static func isRole(_ name: some StringProtocol) -> Bool { ComponentID.isValid(name) }
}

extension Audience: Decodable {
  // Anything that is not understood lets nobody in.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let isOpen = try? container.decode(Bool.self) {
      self = isOpen ? .anyone : .nobody
    } else {
      self = .roles((try? container.decode([String].self)) ?? [])
    }
  }
}
