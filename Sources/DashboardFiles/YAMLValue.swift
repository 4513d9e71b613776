/// A value of a definition file with its place; what it means, the setting that takes it says.
struct YAMLValue: Hashable, Sendable {
  indirect enum Kind: Hashable, Sendable {
    /// Nothing written, `~` or `null`.
    case nothing
    case scalar(Scalar)
    case list([YAMLValue])
    case map([Entry])
  }

  /// Text as written, before any insertion.
  struct Scalar: Hashable, Sendable {
    enum Style: Hashable, Sendable { case plain, quoted, literal, folded }
    var text: String
    var style: Style
  }

  struct Entry: Hashable, Sendable {
    var key: String
    var keyPlace: Place
    var value: YAMLValue
  }

  var kind: Kind
  var place: Place

  var entries: [Entry]? {
    if case .map(let entries) = kind { entries } else { nil }
  }

  var scalar: Scalar? {
    if case .scalar(let scalar) = kind { scalar } else { nil }
  }

  /// What this is, for a sentence like "expected a map, found a list".
  var description: String {
    switch kind {
    case .nothing: "nothing"
    case .scalar(let scalar):
      switch scalar.style {
      case .plain: "\"\(scalar.text.shortened)\""
      default: "the text \"\(scalar.text.shortened)\""
      }
    case .list: "a list"
    case .map: "a map"
    }
  }
}

extension String {
  /// At most 60 characters of the first line.
  var shortened: String {
    let line = prefix { !$0.isNewline }
    return line.count > 60 || line.count < count ? line.prefix(60) + "…" : self
  }
}
