import DashboardModel

/// CSS declarations of one element: `"font-size: 200px; color: red"` or `[.fontSize: "200px"]`.
///
/// Only properties of ``Style/Property`` and variables (`--ink`) are taken, and no value that could fetch anything; others are left
/// out, here and in the browser, and the log names each once.
public struct Style: Hashable, Sendable {
  private(set) var declarations: [String: String] = [:]
  /// What is left out, as it was written.
  private(set) var void: [String] = []

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
    if Self.isAllowed(name), StyleValue.isHarmless(value) {
      declarations[name] = value
    } else if void.count < Self.mostVoid {
      void.append(String("\(name): \(value)".prefix(80)))
    }
  }

  private static let mostVoid = 8

  /// True for a property an element may set.
  static func isAllowed(_ name: String) -> Bool { Property(rawValue: name) != nil || isOwn(name) }

  private static func isOwn(_ name: String) -> Bool {
    let own = name.utf8.dropFirst(2)
    return name.hasPrefix("--") && (1...63).contains(own.count) && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(own.first ?? 0)
      && own.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
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
