extension DashboardDefinition {
  /// Numbers of a dashboard's sources that are kept at most, each over the time of its source's `keep`.
  package static let mostKeptNumbers = 100

  /// The fields whose numbers `keep` keeps of a source, those that components show: empty text for the value itself.
  package func keptFields(of source: String) -> [String] {
    let shown = components.filter(\.type.showsNumbers).flatMap(\.bindings).filter { $0.source == source }
    return Set(shown.map { $0.field ?? "" }).sorted()
  }
}

extension ComponentType {
  /// A number in it stands for a moment, so its past means something.
  package var showsNumbers: Bool { [.number, .gauge, .progress, .line].contains(self) }
}

extension ComponentDefinition {
  /// Shows how a number was before.
  package var showsHistory: Bool {
    type == .line || type == .number && (properties["sparkline"] != nil || properties["compare"] != nil)
  }
}
