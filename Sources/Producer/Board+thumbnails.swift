import DashboardModel

/// The home page's data: every dashboard with the value that stands for it.
extension Board {
  /// `[{"label","href","value","unit","format","level","note","points"}]`, by title. Dashboards that show this list
  /// themselves are left out, and those that not everybody may see: the list is the same for all.
  func thumbnails() -> JSON {
    let shown = dashboards.values.filter { dashboard in
      dashboard.definition.access.viewIsOpen && !dashboard.definition.title.isEmpty
        && !dashboard.definition.sources.contains { $0.kind == .dashboards }
    }
    return .array(shown.sorted { $0.plain.title < $1.plain.title }.map { dashboard in
      var item = dashboard.definition.scope == .viewer ? viewers(of: dashboard) : thumbnail(of: dashboard)
      if item["points"] == nil { item["points"] = curve(of: dashboard.definition.name, through: item["value"]) }
      return .object(item)
    })
  }

  /// What stands for a dashboard of which every viewer has a page: how many there are.
  private func viewers(of dashboard: LiveDashboard) -> JSON.Members {
    var item = link(to: dashboard.plain)
    item["value"] = .number(Double(dashboard.pages.count { $0.viewer != nil && !$0.isForEditors }))
    item["note"] = "Pages, one per viewer"
    return item
  }

  private func link(to definition: DashboardDefinition) -> JSON.Members {
    JSON.Members([
      JSON.Member(name: "label", value: .string(definition.title)),
      JSON.Member(name: "href", value: .string(definition.name)),
    ])
  }

  /// The values this list has shown of a dashboard that keeps no curve itself.
  private func curve(of name: String, through value: JSON?) -> JSON? {
    guard let value = value?.double else { return nil }
    let kept = (thumbnailCurves[name] ?? []).suffix(Self.curveLength - 1) + [value]
    thumbnailCurves[name] = Array(kept)
    return kept.count > 1 ? .array(kept.map(JSON.number)) : nil
  }

  private static let curveLength = 60

  private func thumbnail(of dashboard: LiveDashboard) -> JSON.Members {
    let definition = dashboard.plain
    var item = link(to: definition)
    guard let key = PageKey(dashboard: definition.name), let component = face(of: definition) else { return item }
    item["note"] = component.properties["title"]
    item["format"] = component.properties["format"]
    item["unit"] = component.properties["unit"]
    guard let value = pages[key]?.writer.values[component.id], let head = try? JSON(decoding: value.head) else {
      return item
    }
    let curve = rows(value)
    item["value"] = head["value"] ?? curve.last.map(JSON.number)
    item["level"] = head["level"]
    if curve.count > 1 { item["points"] = .array(curve.map(JSON.number)) }
    return item
  }

  private func face(of definition: DashboardDefinition) -> ComponentDefinition? {
    definition.components.first { $0.id == definition.thumbnail }
      ?? [.number, .gauge, .progress, .status, .line, .hello].lazy.compactMap { type in
        definition.components.first { $0.type == type }
      }.first
  }

  /// The first curve's values, newest last.
  private func rows(_ value: ComponentValue) -> [Double] {
    guard let points = value.points?.suffix(Self.curveLength),
      case .array(let rows) = try? JSON(decoding: Array("[".utf8) + points.rows + Array("]".utf8))
    else { return [] }
    return rows.compactMap { $0.elements?.dropFirst().first?.double }
  }
}
