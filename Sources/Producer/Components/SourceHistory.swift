import DashboardModel

/// The numbers of one source over the time of its `keep`: rows of one number per field, at most once per bucket, so that
/// a fixed number of them covers the time. It outlives components, pages and producers.
///
/// Worked example: `keep: 24h` makes buckets of a minute, 1,440 of them, and a tenth more, so that `compare: 1d` finds
/// something that old. In the store the rows lie in chunks of 120 (two hours here), by their time: a new row writes the newest
/// chunk again, at most 120 rows, and never the others; a chunk whose last row grew too old is deleted.
struct SourceHistory: Hashable, Sendable {
  static let mostRows = 1584
  static let rowsPerChunk = 120

  /// What is to be kept of a source.
  struct Plan: Hashable, Sendable {
    /// In seconds.
    var span: Double
    /// Fields with dots, in order; empty text for the value itself.
    var fields: [String]
  }

  /// Part of a history as it lies in the store; without bytes it is to be deleted there.
  struct Chunk: Hashable, Sendable {
    var number: Int
    var bytes: [UInt8]?
  }

  let plan: Plan
  private var curve: Curve
  /// The numbers of the chunks that the store has, or will have.
  private var stored: Set<Int> = []

  init(_ plan: Plan) {
    self.plan = plan
    curve = Curve(window: plan.span * 1.1, limit: Self.mostRows)
  }

  var rows: [Curve.Row] { curve.rows }

  /// Takes in what a source said; answers what changes in the store.
  mutating func add(_ state: SourceState, now: Moment) -> [Chunk] {
    let isFailing = state.failure != nil
    let values = plan.fields.map { isFailing ? nil : Self.number($0, of: state.value) }
    let isGap = values.allSatisfy { $0 == nil }
    if isGap, curve.rows.last?.isGap ?? true { return [] }
    let at = isFailing ? now : state.valueAt ?? now
    switch curve.add(time: at.unix, values: values, isGap: isGap) {
    case .none: return []
    case .appended(let row): return grown(in: chunkNumber(row.time))
    case .replaced: return chunks()
    }
  }

  /// Takes over what lies in the store, also of another plan: fields by their names, rows thinned to its buckets.
  mutating func restore(_ chunks: [Chunk]) {
    stored.formUnion(chunks.map(\.number))
    let past = chunks.flatMap { chunk in chunk.bytes.flatMap(rows) ?? [] }.sorted { $0.time < $1.time }
    _ = curve.fill(past)
  }

  /// All chunks, and those to delete.
  mutating func chunks() -> [Chunk] {
    let wanted = Set(curve.rows.map { chunkNumber($0.time) })
    let gone = stored.subtracting(wanted)
    stored = wanted
    return gone.sorted().map { Chunk(number: $0) } + wanted.sorted().map { Chunk(number: $0, bytes: bytes(of: $0)) }
  }

  private mutating func grown(in number: Int) -> [Chunk] {
    let oldest = curve.rows.first.map { chunkNumber($0.time) } ?? number
    let gone = stored.filter { $0 < oldest }
    stored.subtract(gone)
    stored.insert(number)
    return gone.sorted().map { Chunk(number: $0) } + [Chunk(number: number, bytes: bytes(of: number))]
  }

  /// Chunks go by time alone, so that every producer divides rows in the same way.
  private func chunkNumber(_ time: Double) -> Int {
    Int((time / (curve.bucket * Double(Self.rowsPerChunk))).rounded(.down))
  }

  /// `{"fields":["count"],"points":[[1700000000000,12],…]}`
  private func bytes(of number: Int) -> [UInt8] {
    var points = Points()
    let newer = curve.rows.reversed().prefix { chunkNumber($0.time) >= number }
    for row in newer.reversed() where chunkNumber(row.time) == number { points.append(time: row.time, values: row.values) }
    return ComponentValue(["fields": .array(plan.fields.map(JSON.string))], points: points).json
  }

  private func rows(_ bytes: [UInt8]) -> [Curve.Row]? {
    guard let value = ComponentValue(json: bytes), let points = value.points, let rows = Curve.rows(of: points),
      let fields = (try? JSON(decoding: value.head))?["fields"]?.elements?.map(\.text)
    else { return nil }
    let columns = plan.fields.map { field in fields.firstIndex(of: field) }
    return rows.map { row in
      Curve.Row(time: row.time, values: columns.map { $0.flatMap { row.values.indices.contains($0) ? row.values[$0] : nil } })
    }
  }

  private static func number(_ field: String, of value: JSON?) -> Double? {
    let binding = Binding(source: "", field: field.isEmpty ? nil : field)
    return value.flatMap { try? Reading.field(binding, of: $0) }.flatMap(Reading.number)
  }
}

extension SourceHistory {
  /// One row for each moment of any of the histories, with the latest number of every binding; a source without a
  /// history has none.
  static func rows(of bindings: [Binding], in histories: [String: SourceHistory]) -> [Curve.Row] {
    var news: [(time: Double, column: Int, value: Double?)] = []
    for (column, binding) in bindings.enumerated() {
      guard let history = histories[binding.source], let index = history.plan.fields.firstIndex(of: binding.field ?? "")
      else { continue }
      news += history.rows.map { ($0.time, column, $0.values[index]) }
    }
    news.sort { ($0.time, $0.column) < ($1.time, $1.column) }
    var rows: [Curve.Row] = []
    var latest = [Double?](repeating: nil, count: bindings.count)
    for new in news {
      latest[new.column] = new.value
      if rows.last?.time == new.time { rows[rows.count - 1].values = latest } else {
        rows.append(Curve.Row(time: new.time, values: latest))
      }
    }
    return rows
  }
}
