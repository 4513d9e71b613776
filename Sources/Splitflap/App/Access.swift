import DashboardModel

/// Who may look at a page, or act on it: everybody, nobody, or whoever has one of the roles that the users file gives
/// (`view: ["ops", "sales"]`). Fronts refuse the others, and the producer asks again before a handler runs.
public struct Access: Hashable, Sendable, ExpressibleByArrayLiteral {
  let inModel: Audience

  public static let anyone = Access(inModel: .anyone)
  public static let nobody = Access(inModel: .nobody)

  private init(inModel: Audience) { self.inModel = inModel }

  public init(arrayLiteral roles: String...) {
    for role in roles {
      precondition(Audience.isRole(role), "a role is small letters, digits, \"-\" and \"_\"; \"\(role)\" is not")
    }
    inModel = .roles(roles)
  }
}
