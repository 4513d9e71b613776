package import DashboardModel

extension Settings {
  /// A JSON schema (draft 2020-12) of definition files, made from the declarations, for editors that complete and check
  /// while people type. It accepts every file that the compiler accepts; it cannot check bindings and layouts, nor what
  /// comes from included files: an entry without `type` only changes one of those.
  package static var schema: JSON {
    let dashboard = object(self.dashboard) { setting in
      switch setting.name {
      case "access": return object(access)
      case "variables": return map(of: variables)
      case "actions": return map(of: actions)
      case "sources": return map(of: sources.map { ($0.word, $0.settings) })
      case "components": return map(of: ComponentType.allCases.map { ($0.rawValue, component($0)) })
      default: return ["type": "string"]
      }
    }
    var members = JSON.Members()
    members["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    members["title"] = "Splitflap dashboard"
    if case .object(let rest) = dashboard { members.list += rest.list.filter { $0.name != "required" } }
    members["anyOf"] = [["required": ["components"]], ["required": ["include"]]]
    return .object(members)
  }

  private static func map(of types: [(word: String, settings: [Setting])]) -> JSON {
    let words = types.map { JSON.string($0.word) }
    let entry: JSON = [
      "type": "object", "properties": ["type": ["enum": .array(words)]], "if": ["required": ["type"]],
      "then": ["oneOf": .array(types.map { typed($0.word, $0.settings) })],
    ]
    return ["type": ["object", "null"], "propertyNames": ["pattern": "^[a-z][a-z0-9_-]{0,63}$"],
      "additionalProperties": entry]
  }

  private static func typed(_ word: String, _ settings: [Setting]) -> JSON {
    object(settings) { $0.name == "after" ? object(after) : ["const": .string(word)] }
  }

  /// `section` describes the settings that have a reader of their own.
  private static func object(_ settings: [Setting], section: (Setting) -> JSON = { _ in [:] }) -> JSON {
    let properties = settings.map { setting -> JSON.Member in
      var schema = JSON.Members()
      schema["description"] = .string(setting.summary)
      schema["default"] = setting.fallback
      if case .section = setting.kind {
        if case .object(let own) = section(setting) { schema.list += own.list }
      } else if case .object(let own) = setting.kind.schema {
        schema.list += own.list
      }
      return JSON.Member(name: setting.name, value: .object(schema))
    }
    return [
      "type": "object", "properties": .object(JSON.Members(properties)), "additionalProperties": false,
      "required": .array(settings.filter(\.isRequired).map { .string($0.name) }),
    ]
  }
}

extension Setting.Kind {
  /// Any scalar: `no`, `5` and `1.10` are text where text is wanted.
  private static let scalar: JSON = ["type": ["string", "number", "boolean"]]
  /// Text with an insertion may stand for a value of another kind.
  private static let inserted: JSON = ["type": "string", "pattern": "\\$\\{"]

  fileprivate var schema: JSON {
    switch self {
    case .number(let range):
      ["anyOf": [["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)],
        Self.inserted]]
    case .integer(let range):
      ["anyOf": [["type": "integer", "minimum": .number(Double(range.lowerBound)),
        "maximum": .number(Double(range.upperBound))], Self.inserted]]
    case .boolean: ["anyOf": [["type": "boolean"], Self.inserted]]
    case .oneOf(let words): ["anyOf": [["enum": .array(words.map(JSON.string))], Self.inserted]]
    case .oneOfNumbers(let numbers): ["anyOf": [["enum": .array(numbers.map { .number(Double($0)) })], Self.inserted]]
    case .duration, .expectation: ["type": ["string", "number"]]
    case .text, .markdown, .privateText, .field: Self.scalar
    case .format: Self.text(FormatWord.pattern)
    case .cron: Self.text(CronText.pattern)
    case .link: Self.text("^(\(Self.anyCase(Scalars.linkSchemes)):|(?!//)[^:/?#]*([/?#]|$))")
    case .url(let schemes): Self.text("^(\(Self.anyCase(schemes)))://")
    case .query, .timezone, .path, .binding, .section, .source, .counter: ["type": "string"]
    case .sources: ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]]
    case .options: ["anyOf": [["type": "array", "items": Self.scalar, "minItems": 1], Self.map(of: Self.scalar)]]
    case .audience:
      ["anyOf": [["const": "anyone"], ["type": "array", "items": ["type": "string"], "minItems": 1, "maxItems": 32]]]
    case .words: ["type": "array", "items": Self.scalar, "minItems": 1, "maxItems": 256]
    case .columns: ["anyOf": [["type": "array", "items": Self.scalar], Self.map(of: Self.scalar)]]
    case .map(let kind): Self.map(of: kind.schema)
    case .pick, .curves: ["anyOf": [["type": "string"], Self.map(of: ["type": "string"])]]
    case .levels:
      [
        "type": "object", "propertyNames": ["enum": .array(Level.allCases.map { .string($0.rawValue) })],
        "additionalProperties": ["anyOf": [Self.text(ConditionWord.pattern),
          ["type": "array", "items": Self.text(ConditionWord.pattern), "minItems": 1]]],
      ]
    case .includes: ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"], "minItems": 1]]]
    case .action:
      ["anyOf": .array([["type": "string"]] + Settings.presses.map { press in
        let settings = Settings.press.filter { press.keys.contains($0.name) }
        return ["type": "object", "additionalProperties": false, "required": .array(press.keys.map { .string($0) }),
          "properties": .object(JSON.Members(settings.map { .init(name: $0.name, value: $0.kind.schema) }))]
      })]
    }
  }

  /// Text of a form, or with something to insert.
  private static func text(_ pattern: String) -> JSON {
    ["anyOf": [["type": "string", "pattern": .string(pattern)], inserted]]
  }

  /// Words whose letters may be large or small.
  private static func anyCase(_ words: [String]) -> String {
    words.map { $0.map { "[\($0)\($0.uppercased())]" }.joined() }.joined(separator: "|")
  }

  private static func map(of values: JSON) -> JSON { ["type": "object", "additionalProperties": values] }
}
