/// What stands before a class's colons: when it applies.
struct Variants: Hashable, Sendable {
  /// A media query, or empty.
  private(set) var condition = ""
  /// Where its rule stands among the others; see ``UtilityRule``.
  private(set) var rank = 0
  private var states = ""
  private var isDark = false
  private var isOfGroup = false

  private static let screens = ["sm": 640, "md": 768, "lg": 1024, "xl": 1280, "2xl": 1536]
  private static let order = [
    "first", "last", "odd", "even", "checked", "hover", "focus-within", "focus", "focus-visible", "active", "disabled",
  ]
  private static let pseudoClasses = [
    "first": "first-child", "last": "last-child", "odd": "nth-child(odd)", "even": "nth-child(even)",
  ]
  private static let (screenWeight, darkWeight) = (1000, 10_000_000)

  /// `nil` if one of the words is none of ours.
  init?(_ words: [String]) {
    var conditions: [String] = []
    for word in words {
      if let width = Self.screens[word] {
        conditions.append("(min-width:\(width)px)")
        rank += width * Self.screenWeight
      } else if word == "dark" {
        isDark = true
        rank += Self.darkWeight
      } else if word == "group-hover" {
        isOfGroup = true
        rank += 1
      } else if let place = Self.order.firstIndex(of: word) {
        states += ":\(Self.pseudoClasses[word] ?? word)"
        rank += place + 2
        // A finger leaves hovering behind.
        if word == "hover" { conditions.append("(hover:hover)") }
      } else {
        return nil
      }
    }
    condition = conditions.joined(separator: " and ")
  }

  /// The client marks the page's tree `data-dark` while its colours are dark, for whatever reason.
  func selector(_ name: String) -> String {
    (isDark ? ":where([data-dark]) " : "") + (isOfGroup ? ".element.group:hover " : "") + name + states
  }
}
