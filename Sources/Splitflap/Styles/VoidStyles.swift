/// Tells once of each declaration that no element can have: it is left out, and the page looks otherwise than its author thinks.
@MainActor
enum VoidStyles {
  static var onVoid: (String) -> Void = { _ in }
  private static var told: Set<String> = []
  private static let mostTold = 500

  static func note(_ declarations: [String]) {
    for declaration in declarations where told.count < mostTold && told.insert(declaration).inserted { onVoid(declaration) }
  }
}
