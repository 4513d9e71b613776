import DashboardModel

/// A page's route: `/`, `/name` or `/name/{parameter}`.
struct PagePath: Hashable, Sendable {
  /// The dashboard's name; `/` is `index`.
  let dashboard: String
  let parameters: [String]

  static let root = "index"

  /// Ends the program with a sentence if the route cannot be one: it stands in the program's text.
  init(_ path: String) {
    let parts = path.split(separator: "/").map(String.init)
    let name = parts.first ?? Self.root
    precondition(
      path.hasPrefix("/") && PageKey.isValidName(name),
      "a page's path is \"/\" or begins with \"/name\", of small letters, digits, \"-\" and \"_\"; \"\(path)\" is not")
    dashboard = name
    parameters = parts.dropFirst().map { part in
      precondition(
        part.hasPrefix("{") && part.hasSuffix("}") && ComponentID.isValid(part.dropFirst().dropLast()),
        "what follows \"/\(name)\" in a page's path is a parameter such as \"{name}\", not \"\(part)\"")
      return String(part.dropFirst().dropLast())
    }
  }

  /// `order-list` → "Order list".
  var standardTitle: String {
    guard dashboard != Self.root else { return "" }
    let words = dashboard.split { $0 == "-" || $0 == "_" }.joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}
