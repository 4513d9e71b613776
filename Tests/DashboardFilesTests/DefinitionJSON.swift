import DashboardModel

/// A definition as JSON, whole: what the producer gets, sources and secrets included, so that tests can pin it.
enum DefinitionJSON {
  static func json(_ dashboard: DashboardDefinition) -> JSON {
    let access: JSON = ["view": .bool(dashboard.access.viewIsOpen), "act": .bool(dashboard.access.actIsOpen)]
    return [
      "name": .string(dashboard.name), "title": .string(dashboard.title),
      "transport": .string(dashboard.transport.rawValue), "reload_interval": .number(dashboard.reloadInterval),
      "theme": optional(dashboard.theme), "scope": .string(dashboard.scope.rawValue), "access": access,
      "thumbnail": optional(dashboard.thumbnail?.name), "sources": .array(dashboard.sources.map(source)),
      "components": .array(dashboard.components.map(component)), "layout": layout(dashboard.layout),
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
    return [
      "name": .string(source.name), "kind": kind(source.kind), "every": .number(source.every),
      "timeout": .number(source.timeout), "pick": source.pickWhole.map(JSON.string) ?? .object(pick),
    ]
  }

  private static func kind(_ kind: SourceDefinition.Kind) -> JSON {
    switch kind {
    case .counter(let start, let step): ["counter": ["start": .number(start), "step": .number(step)]]
    case .clock(let timezone): ["clock": optional(timezone)]
    case .system(let disk): ["system": .string(disk)]
    case .http(let request): ["http": self.request(request)]
    case .command(let words): ["command": list(words)]
    case .file(let path, let format): ["file": .string(path), "format": .string(format.rawValue)]
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
    }
  }
}
