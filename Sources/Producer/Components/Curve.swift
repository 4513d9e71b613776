import DashboardModel

/// The rows of a series over a sliding window. Rows come at most once per bucket, so that a fixed number of them covers
/// the window however fast the source is.
///
/// Worked example: a window of 1 h and 600 rows make buckets of 6 s. Of values at 0, 1, 2 … s those at 0, 6, 12 … s
/// become rows. (A row may come a tenth of a bucket early, or jitter would lose every other one.)
struct Curve: Hashable, Sendable {
  struct Row: Hashable, Sendable {
    /// Unix milliseconds.
    var time: Double
    var values: [Double?]
  }

  enum Growth: Hashable {
    case none
    case appended(Row)
    /// Not by an append: the clock was set back.
    case replaced
  }

  private(set) var rows: [Row] = []
  private let window: Double
  private let limit: Int

  /// `window` in seconds.
  init(window: Double, limit: Int) {
    self.window = window * 1000
    self.limit = limit
  }

  /// `nil` for a component without a series.
  init?(for definition: ComponentDefinition) {
    switch definition.type {
    case .line: self.init(window: definition.seconds("window") ?? 600, limit: 600)
    case .number:
      guard let window = definition.seconds("sparkline") else { return nil }
      self.init(window: window, limit: 120)
    default: return nil
    }
  }

  private var bucket: Double { window / Double(limit) }

  /// `isGap`: the row says that values end here, and does not wait for a bucket.
  mutating func add(time: Double, values: [Double?], isGap: Bool = false) -> Growth {
    let row = Row(time: time, values: values)
    if let last = rows.last, time <= last.time - bucket {
      rows.removeAll { $0.time >= time }
      rows.append(row)
      return .replaced
    }
    if let last = rows.last, time - last.time < bucket * 0.9, !isGap || time <= last.time { return .none }
    rows.append(row)
    let inWindow = rows.count { $0.time > time - window }
    rows.removeFirst(rows.count - min(inWindow, limit))
    return .appended(row)
  }

  var points: Points {
    var points = Points()
    for row in rows { points.append(time: row.time, values: row.values) }
    return points
  }

  /// Takes rows of `width` numbers over; false, and nothing done, if these are others.
  mutating func restore(_ points: Points, width: Int) -> Bool {
    let bytes = Array("[".utf8) + points.rows + Array("]".utf8)
    guard let elements = (try? JSON(decoding: bytes))?.elements else { return false }
    let restored = elements.compactMap { row -> Row? in
      guard let cells = row.elements, cells.count == width + 1, let time = cells[0].double else { return nil }
      return Row(time: time, values: cells.dropFirst().map(\.double))
    }
    guard restored.count == elements.count else { return false }
    rows = restored
    return true
  }
}
