/// Tells by how much a number changed against some time ago, from rows a 240th of that time apart.
struct Comparison: Hashable, Sendable {
  private static let rowLimit = 264
  private let distance: Double
  private var history: Curve

  /// `seconds` ago.
  init(seconds: Double) {
    distance = seconds * 1000
    history = Curve(window: seconds * 1.1, limit: Self.rowLimit)
  }

  /// Takes a number in; its change, `nil` while there is none old enough.
  mutating func add(_ number: Double, at time: Double) -> Double? {
    _ = history.add(time: time, values: [number])
    guard let then = history.rows.last(where: { $0.time <= time - distance }), let before = then.values[0] else {
      return nil
    }
    // 0.3 - 0.1 is not to be shown as 0.19999999999999998.
    let change = number - before
    let scale = 1e9
    return abs(change) < 1e6 ? (change * scale).rounded() / scale : change
  }

  /// Puts older rows before those it has.
  mutating func fill(_ past: [Curve.Row]) {
    _ = history.fill(past.filter { $0.values.count == 1 && !$0.isGap })
  }

  mutating func restore(_ rows: [Curve.Row]) {
    for row in rows where row.values.count == 1 && row.values[0] != nil {
      _ = history.add(time: row.time, values: row.values)
    }
  }
}
