import DashboardModel

/// The declaration of one option: parser, error texts and reference all read it, so that they cannot disagree.
struct Setting: Sendable {
  /// What kind of value the option takes.
  indirect enum Kind: Sendable {
    case text
    /// Text that is read as Markdown.
    case markdown
    /// Text whose insertions may be secrets, because it never leaves the producer.
    case privateText
    case number(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    case boolean
    case duration(ClosedRange<Double>)
    case oneOf([String])
    case oneOfNumbers([Int])
    case format
    case field
    case columns
    case map(Kind)
    case words
    /// One statement of SQL.
    case query
    case timezone
    case path
    case link
    case url(schemes: [String])
    case pick
    case expectation
    case binding
    case curves
    case levels
    case action
    case source
    /// A source of the type `counter`.
    case counter
    case sources
    case options
    case audience
    case cron
    /// Files whose options are merged into this one before anything is checked, see ``IncludeReader``.
    case includes
    /// A part with a reader of its own.
    case section
  }

  let name: String
  let kind: Kind
  var isRequired = false
  /// Filled in when the option is not written.
  var fallback: JSON?
  /// Part of what browsers get; false for what only the producer needs.
  var isProperty = true
  /// One sentence for the reference.
  let summary: String

  init(
    _ name: String, _ kind: Kind, isRequired: Bool = false, fallback: JSON? = nil, isProperty: Bool = true,
    _ summary: String
  ) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
    self.fallback = fallback
    self.isProperty = isProperty
    self.summary = summary
  }
}

extension Setting.Kind {
  /// The kind in a sentence: "takes …".
  var noun: String {
    switch self {
    case .text, .markdown, .privateText: "text"
    case .number: "a number"
    case .integer: "a whole number"
    case .boolean: "true or false"
    case .duration: "a duration such as 10s or 5m"
    case .oneOf(let words): words.joined(separator: ", ")
    case .oneOfNumbers(let numbers): numbers.map(String.init).joined(separator: " or ")
    case .format: "a format such as number 2 or bytes"
    case .source: "a source"
    case .counter: "a source of the type counter"
    case .field: "the name of a field"
    case .columns: "a list of fields, or a map of field and heading"
    case .map(let kind): "a map whose values are \(kind.noun)"
    case .words: "a list of words"
    case .query: "one SQL statement that reads"
    case .timezone: "a time zone such as Europe/Berlin"
    case .path: "a path inside the definitions folder"
    case .link: "a link"
    case .url: "a complete address"
    case .pick: "a jq program, or a map of field and jq program"
    case .expectation: "a duration such as 15m"
    case .binding: "source or source.field"
    case .curves: "source.field, or a map of label and source.field"
    case .levels: "a map such as { warn: above 200, bad: above 400 }"
    case .action: "the name of an action, or a map such as { refresh: orders }"
    case .sources: "a source or a list of sources"
    case .options: "a list of values, or a map of value and label"
    case .audience: "anyone, or a list of roles"
    case .cron: "a schedule such as \(CronText.example)"
    case .includes: "a file or a list of files inside the definitions folder"
    case .section: "a map"
    }
  }
}

/// What the reader made of one written option.
enum Checked: Hashable, Sendable {
  case json(JSON)
  case bindings([Placed<Binding>])
  case levels([LevelRule])
  case action(Placed<ButtonAction>)
  case pick([SourceDefinition.Pick], whole: String?)
  case query(String, [SourceDefinition.BoundValue])
  case section(YAMLValue)
}

/// Something read, with the place where it stands.
struct Placed<Value: Hashable & Sendable>: Hashable, Sendable {
  var value: Value
  var place: Place
}

/// The options of one object after reading: what was written and sound, and defaults for what was not written.
struct Answers: Sendable {
  var checked: [String: Checked] = [:]
  /// Where each written option's value stands, sound or not.
  var places: [String: Place] = [:]
  /// Where each written option's name stands.
  var keyPlaces: [String: Place] = [:]
  /// False when any option was wrong.
  var isSound = true

  func json(_ name: String) -> JSON? {
    if case .json(let value) = checked[name] { value } else { nil }
  }

  func text(_ name: String) -> String? { json(name)?.text }

  func number(_ name: String) -> Double? { json(name)?.double }

  func words(_ name: String) -> [String]? { json(name)?.elements?.compactMap(\.text) }

  func section(_ name: String) -> YAMLValue? {
    if case .section(let value) = checked[name] { value } else { nil }
  }

  func isWritten(_ name: String) -> Bool { places[name] != nil }
}
