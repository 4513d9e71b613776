import DashboardModel

extension ComponentDefinition {
  /// A duration among the properties.
  func seconds(_ property: String) -> Double? { properties[property].flatMap(Seconds.init)?.value }

  /// The name of the field that holds an item's `part`.
  func fieldName(_ part: String) -> String { properties[part]?.text ?? (part == "state" ? "level" : part) }

  func limit(_ standard: Int) -> Int {
    properties["limit"]?.double.flatMap { Int(exactly: $0) }.map { max(1, min($0, 500)) } ?? standard
  }
}
