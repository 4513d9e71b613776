/// A choice that viewers have: a control at the head of the page and a parameter of its URL.
///
/// `{"type":"select","title":"Region","options":["eu","us"],"labels":{"eu":"Europe"},"default":"eu"}` in the item `@page`.
/// A value from a URL counts only as far as ``accepted(_:)`` lets it; all else is as if nothing had been said.
package struct PageVariable: Hashable, Sendable {
  package var name: String
  package var title: String
  package var kind: Kind
  /// The value without a word from the viewer; one that ``accepted(_:)`` takes.
  package var fallback: String

  package enum Kind: Hashable, Sendable {
    case select([Option])
    /// Any words, at most so many bytes of UTF-8.
    case text(longest: Int)
    case number(ClosedRange<Double>)
  }

  /// One of the values to choose from.
  package struct Option: Hashable, Sendable {
    package var value: String
    package var label: String
    package init(value: String, label: String) {
      self.value = value
      self.label = label
    }
  }

  package init(name: String, title: String, kind: Kind, fallback: String) {
    self.name = name
    self.title = title
    self.kind = kind
    self.fallback = fallback
  }

  /// Words that a URL has other uses for.
  package static let reservedNames: Set<String> = ["transport", "since", "client"]

  /// The value in its one spelling; `nil` for what this variable cannot be.
  package func accepted(_ text: String) -> String? {
    switch kind {
    case .select(let options): return options.first { $0.value == text }?.value
    case .text(let longest):
      // A path of an address may not be led upwards by a viewer.
      guard text.utf8.count <= longest, PageParameters.isValue(text), text != ".", text != ".." else { return nil }
      return text
    case .number(let range):
      guard text.utf8.count <= 32, let number = Double(text), range.contains(number) else { return nil }
      return Int64(exactly: number).map(String.init) ?? String(number)
    }
  }

  package var json: JSON {
    var members = JSON.Members()
    members["type"] = .string(word)
    members["title"] = .string(title)
    switch kind {
    case .select(let options):
      members["options"] = .array(options.map { .string($0.value) })
      let named = options.filter { $0.label != $0.value }
      if !named.isEmpty {
        members["labels"] = .object(JSON.Members(named.map { .init(name: $0.value, value: .string($0.label)) }))
      }
    case .text(let longest): members["longest"] = .number(Double(longest))
    case .number(let range): (members["min"], members["max"]) = (.number(range.lowerBound), .number(range.upperBound))
    }
    members["default"] = .string(fallback)
    return .object(members)
  }

  private var word: String {
    switch kind {
    case .select: "select"
    case .text: "text"
    case .number: "number"
    }
  }

  /// Reads ``json``; `nil` for what is no variable.
  package init?(name: String, json: JSON) {
    guard let kind = Kind(json), let fallback = json["default"]?.text else { return nil }
    self.init(name: name, title: json["title"]?.text ?? name, kind: kind, fallback: fallback)
  }
}

extension PageVariable.Kind {
  fileprivate init?(_ json: JSON) {
    switch json["type"]?.text {
    case "select":
      guard let options = json["options"]?.elements?.compactMap(\.text) else { return nil }
      self = .select(options.map { .init(value: $0, label: json["labels"]?[$0]?.text ?? $0) })
    case "text": self = .text(longest: json["longest"]?.double.flatMap { Int(exactly: $0) } ?? PageParameters.longestValue)
    case "number":
      guard let low = json["min"]?.double, let high = json["max"]?.double, low <= high else { return nil }
      self = .number(low...high)
    default: return nil
    }
  }
}

extension [PageVariable] {
  /// The parameters that a URL asks for: of each variable the value it accepts, as far as it is not the default. Names
  /// that are not declared do not count. `nil` when all together are too much for a page's key.
  package func parameters(from value: (String) -> String?) -> PageParameters? {
    guard !isEmpty else { return PageParameters.empty }
    var values: [String: String] = [:]
    for variable in self {
      guard let value = value(variable.name).flatMap(variable.accepted), value != variable.fallback else { continue }
      values[variable.name] = value
    }
    return PageParameters(values)
  }

  /// True for parameters that these variables could have made, and no others.
  package func accept(_ parameters: PageParameters) -> Bool {
    let values = parameters.values
    return self.parameters(from: { values[$0] }) == parameters
  }

  /// What each variable is on a page with these parameters.
  package func values(with parameters: PageParameters) -> [String: String] {
    let values = parameters.values
    return Dictionary(map { ($0.name, values[$0.name] ?? $0.fallback) }) { first, _ in first }
  }
}
