import DashboardModel

/// Rows and columns. A row is any `Encodable` value; its properties are the columns.
///
/// ```swift
/// Table(rows: people, columns: ["name": "Name", "age": "Age"])
/// ```
@MainActor
public final class Table: DashboardComponent {
  /// `columns` are fields and their headings in order; without them all fields, by name.
  public nonisolated init(
    rows: [some Encodable] = [String](), from: SourceBinding? = nil, columns: KeyValuePairs<String, String> = [:],
    formats: [String: String] = [:], limit: Int = 50, empty: String = "Nothing here.", common: Common = Common()
  ) {
    let headings = JSON.Members(columns.map { .init(name: $0.key, value: .string($0.value)) })
    super.init(
      .table,
      ComponentLooks([
        "columns": headings.list.isEmpty ? nil : .object(headings), "formats": formats.isEmpty ? nil : JSON(formats),
        "limit": .number(Double(limit)), "empty": .string(empty),
      ]), common.reading(from), reading: JSON(encoding: rows))
  }

  public func show(rows: [some Encodable]) { show(JSON(encoding: rows)) }
}

/// Lines of a list, or cards.
@MainActor
public final class List: DashboardComponent {
  public enum Style: String, Hashable, Sendable, CaseIterable { case rows, cards }

  /// `label`, `value`, `href` and `state` name the properties of an item that stand for these; see ``ListItem``.
  public nonisolated init(
    items: [some Encodable] = [ListItem](), from: SourceBinding? = nil, label: String = "label", value: String = "value",
    href: String = "href", state: String = "level", limit: Int = 20, style: Style = .rows, format: String? = nil,
    empty: String = "Nothing here.", common: Common = Common()
  ) {
    super.init(
      .list,
      ComponentLooks([
        "label": .string(label), "value": .string(value), "href": .string(href), "state": .string(state),
        "limit": .number(Double(limit)), "style": style.json, "format": format.map(JSON.string), "empty": .string(empty),
      ]), common.reading(from), reading: JSON(encoding: items))
  }

  public func show(items: [some Encodable]) { show(JSON(encoding: items)) }
}

/// One line of a ``List``.
public struct ListItem: Hashable, Sendable, Codable {
  public var label: String
  public var value: String?
  public var href: String?
  /// `good`, `warn` or `bad`.
  public var level: String?
  public var note: String?

  public init(_ label: String, value: String? = nil, href: String? = nil, level: String? = nil, note: String? = nil) {
    (self.label, self.value, self.href, self.level, self.note) = (label, value, href, level, note)
  }
}
