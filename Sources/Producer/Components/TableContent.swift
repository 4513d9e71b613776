import DashboardModel

/// The rows of a `table`.
struct TableContent {
  static let columnLimit = 50
  private let columns: [String]?
  private let limit: Int

  init(_ definition: ComponentDefinition) {
    columns =
      switch definition.properties["columns"] {
      case .object(let headings) where !headings.list.isEmpty: headings.list.map(\.name)
      case .array(let names) where !names.isEmpty: names.compactMap(\.text)
      default: nil
      }
    limit = definition.limit(50)
  }

  func make(_ elements: [JSON], name: String) throws(WrongShape) -> ComponentContent {
    let fields = columns ?? Self.names(elements.first)
    var rows: [JSON] = []
    for element in elements.prefix(limit) {
      guard case .object(let row) = element else {
        throw WrongShape("\(name) has a row that is \(Words.kind(element)), not an object")
      }
      rows.append(.array(fields.map { Self.cell(row[$0] ?? .null) }))
    }
    return ComponentContent(
      ["columns": .array(fields.map(JSON.string)), "rows": .array(rows)], isEmpty: elements.isEmpty)
  }

  private static func names(_ row: JSON?) -> [String] {
    guard case .object(let members)? = row else { return [] }
    return members.list.prefix(columnLimit).map(\.name)
  }

  private static func cell(_ value: JSON) -> JSON {
    switch value {
    case .array, .object: .string(ListContent.cell(value))
    default: value
    }
  }
}
