import Backplane
import DashboardModel

/// The home page's data: every dashboard with the value that stands for it.
extension Board {
  /// `[{"label","href","value","unit","format","level","note","points"}]`, by title. Dashboards that show this list
  /// themselves are left out, and those that not everybody may see: the list is the same for all.
  /// `elsewhere`: what the store has of the dashboards of other producers.
  func thumbnails(elsewhere: [ComponentAddress: ComponentValue] = [:]) -> JSON {
    .array(listed.sorted { $0.title < $1.title }.map { definition in
      var item = thumbnail(of: definition, elsewhere)
      if item["points"] == nil { item["points"] = curve(of: definition.name, through: item["value"]) }
      return .object(item)
    })
  }

  /// The components that stand for the dashboards of other producers.
  var facesElsewhere: [ComponentAddress] {
    listed.filter { dashboards[$0.name] == nil && $0.scope == .shared }.compactMap { address(of: $0) }
  }

  private var listed: [DashboardDefinition] {
    definitions.values.filter { definition in
      definition.access.viewIsOpen && !definition.title.isEmpty
        && !definition.sources.contains { $0.kind == .dashboards }
    }
    .map { dashboards[$0.name]?.plain ?? $0.instance(.empty) }
  }

  /// What stands for a dashboard of which every viewer has a page: how many there are. Only its owner knows.
  private func viewers(of definition: DashboardDefinition, _ own: LiveDashboard?) -> JSON.Members {
    var item = link(to: definition)
    if let own { item["value"] = .number(Double(own.pages.count { $0.viewer != nil && !$0.isForEditors })) }
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

  private func thumbnail(
    of definition: DashboardDefinition, _ elsewhere: [ComponentAddress: ComponentValue]
  ) -> JSON.Members {
    let own = dashboards[definition.name]
    if definition.scope == .viewer { return viewers(of: definition, own) }
    var item = link(to: definition)
    guard let address = address(of: definition), let component = face(of: definition) else { return item }
    item["note"] = component.properties["title"]
    item["format"] = component.properties["format"]
    item["unit"] = component.properties["unit"]
    // Until there is one: the tile says so.
    item["value"] = .null
    let value = own == nil ? elsewhere[address] : pages[address.page]?.writer.values[component.id]
    guard let value, let head = try? JSON(decoding: value.head) else { return item }
    let curve = rows(value)
    item["value"] = head["value"] ?? curve.last.map(JSON.number) ?? .null
    item["level"] = head["level"]
    if curve.count > 1 { item["points"] = .array(curve.map(JSON.number)) }
    return item
  }

  private func address(of definition: DashboardDefinition) -> ComponentAddress? {
    guard let key = PageKey(dashboard: definition.name), let face = face(of: definition) else { return nil }
    return ComponentAddress(key, face.id)
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
