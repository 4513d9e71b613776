/// The published definition of a page: the value of the item `@page`. All that a front and a browser know of a
/// dashboard; neither ever sees a definition file, a source or a binding.
///
/// `{"name":"shop","title":"Shop floor","transport":"auto","reload_interval":2.5,"scope":"shared","act":true,
///   "order":["orders"],"layout":[["orders",null]],"components":{"orders":{"type":"number","title":"Orders"}}}`
package struct PageHeader: Hashable, Sendable {
  package var name: String
  package var title: String
  package var transport: Transport
  package var reloadInterval: Double
  package var theme: String?
  package var scope: Scope
  package var view: Audience
  package var act: Audience
  package var variables: [PageVariable]
  /// The variables that the path behind the page's name gives, in order.
  package var path: [String]

  package var viewIsOpen: Bool { view == .anyone }
  package var actIsOpen: Bool { act == .anyone }
}

extension PageHeader: Decodable {
  private enum Name: String, CodingKey {
    case name, title, transport, theme, scope, view, act, variables, path
    case reloadInterval = "reload_interval"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    name = try container.decode(String.self, forKey: .name)
    title = try container.decode(String.self, forKey: .title)
    transport = try container.decode(Transport.self, forKey: .transport)
    reloadInterval = try container.decode(Double.self, forKey: .reloadInterval)
    theme = try container.decodeIfPresent(String.self, forKey: .theme)
    scope = try container.decode(Scope.self, forKey: .scope)
    view = try container.decode(Audience.self, forKey: .view)
    act = try container.decode(Audience.self, forKey: .act)
    let declared = try container.decodeIfPresent(JSON.self, forKey: .variables)
    variables = declared?.members.compactMap { PageVariable(name: $0.name, json: $0.value) } ?? []
    path = try container.decodeIfPresent([String].self, forKey: .path) ?? []
  }
}

extension DashboardDefinition {
  /// The value of the item `@page`, see ``PageHeader``.
  package var pageItem: JSON {
    var item = JSON.Members()
    item["name"] = .string(name)
    item["title"] = .string(title)
    item["transport"] = .string(transport.rawValue)
    item["reload_interval"] = .number(reloadInterval)
    item["theme"] = theme.map(JSON.string)
    item["scope"] = .string(scope.rawValue)
    item["view"] = access.view.json
    item["act"] = access.act.json
    if !variables.isEmpty {
      let values = variables.values(with: parameters)
      item["variables"] = .object(JSON.Members(variables.map { .init(name: $0.name, value: $0.json) }))
      item["values"] = .object(
        JSON.Members(variables.map { .init(name: $0.name, value: .string(values[$0.name] ?? $0.fallback)) }))
    }
    if !path.isEmpty { item["path"] = .array(path.map(JSON.string)) }
    item["order"] = .array(components.map { .string($0.id.name) })
    item["layout"] = layout.map { rows in
      .array(rows.map { row in .array(row.map { $0.map { .string($0.name) } ?? .null }) })
    }
    item["mistakes"] = mistakes.map(JSON.string)
    item["components"] = .object(
      JSON.Members(components.map { JSON.Member(name: $0.id.name, value: $0.publicProperties) }))
    return .object(item)
  }
}

extension ComponentDefinition {
  /// `{"type":"number","title":…}` and, for a `line`, the names of its curves.
  fileprivate var publicProperties: JSON {
    var members = JSON.Members([JSON.Member(name: "type", value: .string(type.rawValue))])
    // Where a picture comes from is the producer's affair.
    let hidden = type == .image ? ["path", "url", "every"] : []
    members.list += properties.list.filter { !hidden.contains($0.name) }
    if type == .line {
      members["series"] = .array(bindings.map { .string($0.label ?? $0.field ?? $0.source) })
    }
    if !levels.isEmpty { members["levels"] = .array(levels.map(\.publicForm)) }
    return .object(members)
  }
}

extension LevelRule {
  /// `{"level":"warn","above":200}`, for components that draw their bands.
  fileprivate var publicForm: JSON {
    let level = JSON.Member(name: "level", value: .string(level.rawValue))
    let condition: JSON.Member =
      switch condition {
      case .above(let limit): JSON.Member(name: "above", value: .number(limit))
      case .below(let limit): JSON.Member(name: "below", value: .number(limit))
      case .between(let low, let high): JSON.Member(name: "between", value: [.number(low), .number(high)])
      case .equals(let text): JSON.Member(name: "is", value: .string(text))
      case .missing: JSON.Member(name: "missing", value: true)
      }
    return .object(JSON.Members([level, condition]))
  }
}
