import DashboardModel

/// The items of a `list`.
struct ListContent {
  static let pointLimit = 120
  private let label, value, href, state: String
  private let limit: Int

  init(_ definition: ComponentDefinition) {
    label = definition.fieldName("label")
    value = definition.fieldName("value")
    href = definition.fieldName("href")
    state = definition.fieldName("state")
    limit = min(200, definition.limit(20))
  }

  func make(_ elements: [JSON]) -> ComponentContent {
    ComponentContent(["items": .array(elements.prefix(limit).map(item))], isEmpty: elements.isEmpty)
  }

  private func item(_ element: JSON) -> JSON {
    guard case .object(let fields) = element else { return ["label": .string(Self.cell(element))] }
    var item = JSON.Members()
    item["label"] = .string(fields[label].map(Self.cell) ?? "–")
    // A value that is not known yet is shown as a dash; one that was never meant to be there is not shown.
    if let value = fields[value] {
      item["value"] = value == .null ? .null : value.double.map(JSON.number) ?? .string(Self.cell(value))
    }
    item["href"] = fields[href]?.text.flatMap(SafeURL.check).map(JSON.string)
    item["level"] = fields[state]?.text.flatMap(Level.init).map { .string($0.rawValue) }
    item["format"] = fields["format"].flatMap(Reading.text).map(JSON.string)
    item["unit"] = fields["unit"].flatMap(Reading.text).map(JSON.string)
    item["note"] = fields["note"].flatMap(Reading.text).map(JSON.string)
    if let points = fields["points"]?.elements?.suffix(Self.pointLimit).compactMap(\.double), !points.isEmpty {
      item["points"] = .array(points.map(JSON.number))
    }
    return .object(item)
  }

  /// Any value on one line.
  static func cell(_ value: JSON) -> String {
    Reading.text(value) ?? (value == .null ? "" : Reason.clean(String(decoding: value.encoded, as: UTF8.self)))
  }
}
