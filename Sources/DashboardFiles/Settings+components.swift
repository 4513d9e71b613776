import DashboardModel

extension Settings {
  /// All options of a component type, in the order of the reference; `properties` are written in this order.
  static func component(_ type: ComponentType) -> [Setting] { components[type] ?? [] }

  private static let components = Dictionary(
    uniqueKeysWithValues: ComponentType.allCases.map { ($0, declared($0)) })

  private static func declared(_ type: ComponentType) -> [Setting] {
    let from: [Setting] =
      switch type {
      case .clock, .image, .hello: []
      case .line: [Setting("from", .curves, isRequired: true, isProperty: false, "What to draw.")]
      case .text, .markdown, .button: [Setting("from", .binding, isProperty: false, "What to show.")]
      default: [Setting("from", .binding, isRequired: true, isProperty: false, "What to show.")]
      }
    return [
      Setting("type", .section, isRequired: true, isProperty: false, "What it is."),
      Setting("title", .text, "Heading; from the id if left out, hidden if empty."),
    ] + from + [
      Setting("stale", .duration(0.25...31_536_000), isProperty: false, "When a value counts as old."),
      Setting("link", .link, "Where the title leads."),
      Setting("note", .text, "One line under the value."),
    ] + own(type)
  }

  private static func own(_ type: ComponentType) -> [Setting] {
    switch type {
    case .number: number
    case .text: [text, size, align]
    case .markdown: [Setting("text", .markdown, "What it says.")]
    case .status: [levels, Setting("labels", .map(.text), "The text shown for a value.")]
    case .list: list
    case .table: table
    case .gauge: [bound("min", 0), bound("max", 100), format, unit, levels]
    case .progress: [bound("max", 100), format, unit, levels]
    case .line: line
    case .clock: clock
    case .image: image
    case .hello: []
    case .button: button
    }
  }

  // MARK: Options of several types

  private static let format = Setting("format", .format, "How numbers are written.")
  private static let unit = Setting("unit", .text, "What stands behind the number.")
  private static let levels = Setting("levels", .levels, isProperty: false, "When a value is good, warn or bad.")
  private static let text = Setting("text", .text, "What it says.")
  private static let size = Setting("size", .oneOf(["small", "normal", "large", "huge"]), fallback: "normal",
    "How large.")
  private static let align = Setting("align", .oneOf(["start", "center", "end"]), fallback: "start",
    "Where the text stands.")
  private static let empty = Setting("empty", .text, fallback: "Nothing here.", "What an empty one says.")

  private static func bound(_ name: String, _ fallback: JSON?) -> Setting {
    Setting(name, .number(anyNumber), fallback: fallback, "The \(name == "min" ? "lower" : "upper") end of the scale.")
  }

  private static func limit(_ most: Int, _ fallback: JSON) -> Setting {
    Setting("limit", .integer(1...most), fallback: fallback, "How many are shown at most.")
  }

  private static func fieldName(_ name: String, _ summary: String, fallback: String? = nil) -> Setting {
    Setting(name, .field, fallback: .string(fallback ?? name), summary)
  }

  // MARK: Options of one type

  private static let number = [
    Setting("format", .format, fallback: "number", "How numbers are written."), unit, size,
    Setting("compare", .duration(1...31_536_000), "Shows the change against that long ago."),
    Setting("sparkline", .duration(1...31_536_000), "A small curve over that long."), levels,
  ]

  private static let list = [
    fieldName("label", "The field an item is named by."), fieldName("value", "The field shown behind the name."),
    fieldName("href", "The field with the item's link."),
    fieldName("state", "The field with the item's level.", fallback: "level"), limit(200, 20),
    Setting("style", .oneOf(["rows", "cards"]), fallback: "rows", "Rows, or cards with large values."), format, empty,
  ]

  private static let table = [
    Setting("columns", .columns, "Which fields, under which headings; all fields of the first row if left out."),
    Setting("formats", .map(.format), "How the numbers of a field are written."), limit(500, 50), empty,
  ]

  private static let line = [
    Setting("style", .oneOf(["line", "area", "bar"]), fallback: "line", "How curves are drawn."),
    Setting("window", .duration(10...2_592_000), fallback: 600, "How much of the past is shown."), bound("min", nil),
    bound("max", nil), format, unit,
    Setting("stacked", .boolean, fallback: false, "Whether curves stand on one another."),
    Setting("legend", .boolean, "Whether curves are named; with more than one curve if left out."),
  ]

  private static let clock = [
    Setting("timezone", .timezone, "An IANA name; the viewer's if left out."),
    Setting("seconds", .boolean, fallback: true, "Whether seconds are shown."),
    Setting("date", .boolean, fallback: true, "Whether the date is shown."),
    Setting("hours", .oneOfNumbers([24, 12]), fallback: 24, "Which way hours are counted."),
  ]

  private static let image = [
    Setting("path", .path, "A file beside the definitions."),
    Setting("url", .url(schemes: ["http", "https"]), "Where the producer fetches it."),
    Setting("every", .duration(scheduleRange), "How often it is fetched; 5m if left out."),
    Setting("alt", .text, "What it shows, in words."),
    Setting("fit", .oneOf(["contain", "cover"]), fallback: "contain", "How it fills its place."),
  ]

  private static let button = [
    Setting("text", .text, "What is written on it; from the id if left out."),
    Setting("style", .oneOf(["normal", "primary"]), fallback: "normal", "How it looks."),
    Setting("action", .action, isRequired: true, isProperty: false, "What a press does."),
  ]
}
