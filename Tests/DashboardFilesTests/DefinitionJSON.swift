import DashboardModel

/// A definition as JSON, whole: what the producer gets, sources and secrets included, so that tests can pin it.
enum DefinitionJSON {
  static func json(_ dashboard: DashboardDefinition) -> JSON {
    let access: JSON = ["view": dashboard.access.view.json, "act": dashboard.access.act.json]
    var json = JSON.Members([
      ("name", .string(dashboard.name)), ("title", .string(dashboard.title)),
      ("transport", .string(dashboard.transport.rawValue)), ("reload_interval", .number(dashboard.reloadInterval)),
      ("theme", optional(dashboard.theme)), ("scope", .string(dashboard.scope.rawValue)), ("access", access),
      ("thumbnail", optional(dashboard.thumbnail?.name)), ("sources", .array(dashboard.sources.map(source))),
      ("components", .array(dashboard.components.map(component))), ("layout", layout(dashboard.layout)),
    ].map { JSON.Member(name: $0.0, value: visible($0.1)) })
    if !dashboard.variables.isEmpty {
      json["variables"] = .object(JSON.Members(dashboard.variables.map { .init(name: $0.name, value: $0.json) }))
    }
    if !dashboard.actions.isEmpty { json["actions"] = .array(dashboard.actions.map { visible(action($0)) }) }
    return .object(json)
  }

  /// Places for variables, so that people can read them: `«p:region»`.
  private static func visible(_ value: JSON) -> JSON {
    switch value {
    case .string(let text): .string(text.replacing(#/\u{1}(.)(.*?)\u{2}/#) { "«\($0.1):\($0.2)»" })
    case .array(let elements): .array(elements.map(visible))
    case .object(let members): .object(JSON.Members(members.list.map { .init(name: $0.name, value: visible($0.value)) }))
    default: value
    }
  }

  private static func action(_ action: ActionDefinition) -> JSON {
    [
      "name": .string(action.name), "http": request(action.request), "timeout": .number(action.timeout),
      "allow": action.allow.json, "refresh": list(action.refresh), "say": optional(action.say),
      "repeated": .bool(action.isRepeated),
    ]
  }

  private static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
  private static func optional(_ number: Double?) -> JSON { number.map(JSON.number) ?? .null }
  private static func list(_ words: [String]) -> JSON { .array(words.map(JSON.string)) }

  private static func layout(_ rows: [[ComponentID?]]?) -> JSON {
    rows.map { rows in .array(rows.map { .array($0.map { optional($0?.name) }) }) } ?? .null
  }

  private static func source(_ source: SourceDefinition) -> JSON {
    let pick = JSON.Members(source.pick.map { .init(name: $0.field, value: .string($0.program)) })
    var json = JSON.Members([
      ("name", .string(source.name)), ("kind", kind(source.kind)), ("every", .number(source.every)),
      ("timeout", .number(source.timeout)), ("pick", source.pickWhole.map(JSON.string) ?? .object(pick)),
    ].map { JSON.Member(name: $0.0, value: $0.1) })
    json["keep"] = source.keep.map(JSON.number)
    json["cron"] = source.cron.map(cron)
    return .object(json)
  }

  private static func cron(_ rule: CronRule) -> JSON {
    func numbers(_ set: UInt64) -> JSON { .array((0..<64).filter(set.holds).map { .number(Double($0)) }) }
    return ["minutes": numbers(rule.minutes), "hours": numbers(rule.hours), "days": numbers(rule.days),
      "months": numbers(rule.months), "weekdays": numbers(rule.weekdays), "timezone": optional(rule.timezone)]
  }

  private static func kind(_ kind: SourceDefinition.Kind) -> JSON {
    switch kind {
    case .counter(let start, let step): ["counter": ["start": .number(start), "step": .number(step)]]
    case .clock(let timezone): ["clock": optional(timezone)]
    case .system(let disk): ["system": .string(disk)]
    case .http(let request): ["http": self.request(request)]
    case .command(let words): ["command": list(words)]
    case .file(let path, let format): ["file": .string(path), "format": .string(format.rawValue)]
    case .sql(let database, let query, let values):
      ["database": .string(database), "query": .string(query), "values": .array(values.map { [.string($0.text), .bool($0.isNumber)] })]
    case .redis(let command, let url): ["redis": list(command), "url": optional(url)]
    case .push(let token, let expect): ["push": .string(token), "expect": optional(expect)]
    case .dashboards: "dashboards"
    case .swift(let task): ["swift": .string(task)]
    }
  }

  private static func request(_ request: HTTPRequestDefinition) -> JSON {
    ["url": .string(request.url), "method": .string(request.method), "body": optional(request.body),
      "headers": .array(request.headers.map { [.string($0.name), .string($0.value)] })]
  }

  private static func component(_ component: ComponentDefinition) -> JSON {
    [
      "id": .string(component.id.name), "type": .string(component.type.rawValue),
      "from": .array(component.bindings.map { [.string($0.source), optional($0.field), optional($0.label)] }),
      "levels": .array(component.levels.map(level)), "stale": optional(component.stale),
      "action": component.action.map(action) ?? .null, "properties": .object(component.properties),
    ]
  }

  private static func level(_ rule: LevelRule) -> JSON {
    let condition: JSON =
      switch rule.condition {
      case .above(let number): ["above": .number(number)]
      case .below(let number): ["below": .number(number)]
      case .between(let low, let high): ["between": [.number(low), .number(high)]]
      case .equals(let text): ["is": .string(text)]
      case .missing: "missing"
      }
    return ["level": .string(rule.level.rawValue), "when": condition, "for": .number(rule.hold)]
  }

  private static func action(_ action: ButtonAction) -> JSON {
    switch action {
    case .refresh(let source): ["refresh": .string(source)]
    case .add(let amount, let source): ["add": .number(amount), "to": .string(source)]
    case .reset(let source): ["reset": .string(source)]
    case .run(let name): ["run": .string(name)]
    }
  }
}
