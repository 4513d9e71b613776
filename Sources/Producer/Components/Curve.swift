import DashboardModel

/// The rows of a series over a sliding window. Rows come at most once per bucket, so that a fixed number of them covers
/// the window however fast the source is.
///
/// Worked example: a window of 1 h and 600 rows make buckets of 6 s. Of values at 0, 1, 2 … s those at 0, 6, 12 … s
/// become rows. (A row may come a little early, or jitter would lose every other one.)
struct Curve: Hashable, Sendable {
  struct Row: Hashable, Sendable {
    /// Unix milliseconds.
    var time: Double
    var values: [Double?]

    var isGap: Bool { values.allSatisfy { $0 == nil } }
  }

  enum Growth: Hashable {
    case none
    case appended(Row)
    /// Not by an append: the clock was set back.
    case replaced
  }

  private(set) var rows: [Row] = []
  /// The time of the value before, whether it became a row or not.
  private var offered: Double?
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

  /// Milliseconds between two rows.
  var bucket: Double { window / Double(limit) }

  /// `isGap`: the row says that values end here, and does not wait for a bucket.
  mutating func add(time: Double, values: [Double?], isGap: Bool = false) -> Growth {
    let row = Row(time: time, values: values)
    if let last = rows.last, time <= last.time - bucket {
      rows.removeAll { $0.time >= time }
      rows.append(row)
      return .replaced
    }
    guard isDue(row, isGap: isGap) else { return .none }
    rows.append(row)
    trim()
    return .appended(row)
  }

  // A value may come early by a tenth of a bucket, but by less than half the time to the value after it: that one will do.
  private mutating func isDue(_ row: Row, isGap: Bool) -> Bool {
    defer { offered = row.time }
    guard let last = rows.last else { return true }
    let early = min(bucket * 0.1, max(0, row.time - max(offered ?? last.time, last.time)) / 2)
    return row.time - last.time >= bucket - early || isGap && row.time > last.time
  }

  private mutating func trim() {
    guard let last = rows.last else { return }
    let first = rows.firstIndex { $0.time > last.time - window } ?? 0
    rows.removeFirst(max(first, rows.count - limit))
  }

  /// Puts older rows before its first one, as far as they fit; false if none does.
  mutating func fill(_ past: some Sequence<Row>) -> Bool {
    let own = rows
    let end = own.first?.time ?? .infinity
    (rows, offered) = ([], nil)
    for row in past where row.time < end && isDue(row, isGap: row.isGap) { rows.append(row) }
    rows += own
    offered = rows.last?.time
    trim()
    return rows.count != own.count
  }

  var points: Points {
    var points = Points()
    for row in rows { points.append(time: row.time, values: row.values) }
    return points
  }

  /// Takes rows of `width` numbers over; false, and nothing done, if these are others. Rows that came faster than its own
  /// buckets are thinned.
  mutating func restore(_ points: Points, width: Int) -> Bool {
    guard let restored = Self.rows(of: points), restored.allSatisfy({ $0.values.count == width }) else { return false }
    rows = []
    _ = fill(restored)
    return true
  }

  /// The rows as numbers; `nil` if any of them has no time.
  static func rows(of points: Points) -> [Row]? {
    let bytes = Array("[".utf8) + points.rows + Array("]".utf8)
    guard let elements = (try? JSON(decoding: bytes))?.elements else { return nil }
    let rows = elements.compactMap { row -> Row? in
      guard let cells = row.elements, let time = cells.first?.double else { return nil }
      return Row(time: time, values: cells.dropFirst().map(\.double))
    }
    return rows.count == elements.count ? rows : nil
  }
}
