import DashboardModel

/// The home page's data: every dashboard with the value that stands for it.
extension Board {
  /// `[{"label","href","value","unit","format","level","note","points"}]`, by title. Dashboards that show this list
  /// themselves are left out.
  func thumbnails() -> JSON {
    let shown = dashboards.values.filter { dashboard in
      !dashboard.definition.sources.contains { $0.kind == .dashboards }
    }
    return .array(shown.sorted { $0.definition.title < $1.definition.title }.map(thumbnail))
  }

  private func thumbnail(_ dashboard: LiveDashboard) -> JSON {
    let definition = dashboard.definition
    var item = JSON.Members([
      JSON.Member(name: "label", value: .string(definition.title)),
      JSON.Member(name: "href", value: .string(definition.name)),
    ])
    guard let key = PageKey(dashboard: definition.name), let component = face(of: definition) else { return .object(item) }
    item["note"] = component.properties["title"]
    item["format"] = component.properties["format"]
    item["unit"] = component.properties["unit"]
    guard let value = pages[key]?.writer.values[component.id], let head = try? JSON(decoding: value.head) else {
      return .object(item)
    }
    let curve = rows(value)
    item["value"] = head["value"] ?? curve.last.map(JSON.number)
    item["level"] = head["level"]
    if curve.count > 1 { item["points"] = .array(curve.map(JSON.number)) }
    return .object(item)
  }

  private func face(of definition: DashboardDefinition) -> ComponentDefinition? {
    definition.components.first { $0.id == definition.thumbnail }
      ?? [.number, .gauge, .progress, .status, .line, .hello].lazy.compactMap { type in
        definition.components.first { $0.type == type }
      }.first
  }

  /// The first curve's values, newest last.
  private func rows(_ value: ComponentValue) -> [Double] {
    guard let points = value.points?.suffix(60),
      case .array(let rows) = try? JSON(decoding: Array("[".utf8) + points.rows + Array("]".utf8))
    else { return [] }
    return rows.compactMap { $0.elements?.dropFirst().first?.double }
  }
}
