/// One component as its file describes it.
package struct ComponentDefinition: Hashable, Sendable {
  package var id: ComponentID
  package var type: ComponentType
  /// What it reads: none for `clock`, one for most, several for `line`.
  package var bindings: [Binding]
  /// Conditions in written order; the first that holds decides the level.
  package var levels: [LevelRule]
  /// Seconds after which a value that did not change counts as stale; `nil`: never by age.
  package var stale: Double?
  /// What a press does; only a `button` has one.
  package var action: ButtonAction?
  /// Everything else the file said, checked, with defaults filled in, under its YAML name and in the component
  /// reference's order. Sent to browsers as it is, so nothing secret may be in it.
  package var properties: JSON.Members

  package init(id: ComponentID, type: ComponentType) {
    self.id = id
    self.type = type
    bindings = []
    levels = []
    stale = nil
    action = nil
    properties = JSON.Members()
  }
}

/// What a component is; the word is the same in YAML, in `client/components/<word>.js` and in the docs.
package enum ComponentType: String, Hashable, Sendable, CaseIterable, Codable {
  case number, text, markdown, status, list, table, gauge, progress, line, clock, image, hello, button
}

/// `from: orders.count`: a source and, after the first point, a field; `label` names a curve of a `line`.
package struct Binding: Hashable, Sendable, Codable {
  package var source: String
  package var field: String?
  package var label: String?

  package init(source: String, field: String? = nil, label: String? = nil) {
    self.source = source
    self.field = field
    self.label = label
  }
}

/// What a press of a `button` does.
package enum ButtonAction: Hashable, Sendable {
  /// Runs a source now.
  case refresh(source: String)
  /// Adds to a `counter` source.
  case add(Double, source: String)
  /// Sets a `counter` source back to its start.
  case reset(source: String)
  /// Does what the dashboard declares under this name.
  case run(String)
}

/// How a value is to be judged.
package enum Level: String, Hashable, Sendable, CaseIterable, Codable { case good, warn, bad }

/// `warn: above 200 for 2m`.
package struct LevelRule: Hashable, Sendable, Codable {
  package var level: Level
  package var condition: Condition
  /// Seconds the condition must hold before it counts.
  package var hold: Double

  package enum Condition: Hashable, Sendable, Codable {
    case above(Double)
    case below(Double)
    case between(Double, Double)
    /// Compared as text, without regard to case.
    case equals(String)
    case missing
  }

  package init(level: Level, condition: Condition, hold: Double = 0) {
    self.level = level
    self.condition = condition
    self.hold = hold
  }
}
