import DashboardModel

/// CSS declarations of one element: `"font-size: 200px; color: red"` or `[.fontSize: "200px"]`.
///
/// Only properties of ``Style/Property`` and variables (`--ink`) are taken, and no value that could fetch anything; others are left
/// out, here and in the browser.
public struct Style: Hashable, Sendable {
  private(set) var declarations: [String: String] = [:]

  public init() {}

  /// Reads what stands in a `style` attribute.
  public init(_ text: String) {
    for part in text.split(separator: ";") {
      let halves = part.split(separator: ":", maxSplits: 1).map { $0.trimmed }
      guard halves.count == 2 else { continue }
      set(halves[0].lowercased(), halves[1])
    }
  }

  /// The value of a property; `nil` takes it away.
  public subscript(property: Property) -> String? {
    get { declarations[property.rawValue] }
    set { set(property.rawValue, newValue) }
  }

  private mutating func set(_ name: String, _ value: String?) {
    guard let value else {
      declarations[name] = nil
      return
    }
    let isKnown = name.hasPrefix("--") || Property(rawValue: name) != nil
    guard isKnown, Self.isHarmless(value) else { return }
    declarations[name] = value
  }

  private static func isHarmless(_ value: String) -> Bool {
    let text = value.lowercased()
    return value.utf8.count <= 512 && !["url", "image-set", "expression", "@", "\\", "<", "{", "}"].contains { text.contains($0) }
  }

  var json: JSON? {
    guard !declarations.isEmpty else { return nil }
    return .object(JSON.Members(declarations.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) }))
  }
}

extension Style: ExpressibleByStringInterpolation, ExpressibleByDictionaryLiteral {
  public init(stringLiteral value: String) { self.init(value) }

  public init(dictionaryLiteral elements: (Property, String)...) {
    for (property, value) in elements { self[property] = value }
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
