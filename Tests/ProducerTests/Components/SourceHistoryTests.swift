import DashboardModel
import PageSync
import Testing

@testable import Producer

struct SourceHistoryTests {
  private static let start = EngineBench.epoch
  private static let day = SourceHistory.Plan(span: 86_400, fields: ["count", "queue.length"])

  /// A history and the store it writes to, fed once every so many seconds.
  struct Bench {
    var history: SourceHistory
    var store: [Int: [UInt8]] = [:]
    /// What each row wrote.
    var written: [Int] = []
    private var state = SourceState()

    init(_ plan: SourceHistory.Plan) { history = SourceHistory(plan) }

    mutating func give(_ value: JSON, at seconds: Double) {
      state.apply(.value(value, at: EngineBench.moment(seconds)))
      write(history.add(state, now: EngineBench.moment(seconds)))
    }

    mutating func fail(at seconds: Double) {
      state.apply(.failure(reason: "down", since: EngineBench.moment(seconds)))
      write(history.add(state, now: EngineBench.moment(seconds)))
    }

    mutating func write(_ chunks: [SourceHistory.Chunk]) {
      for chunk in chunks { store[chunk.number] = chunk.bytes }
      if !chunks.isEmpty { written.append(chunks.reduce(0) { $0 + ($1.bytes?.count ?? 0) }) }
    }

    func next(_ plan: SourceHistory.Plan? = nil) -> Bench {
      var next = Bench(plan ?? history.plan)
      next.store = store
      next.history.restore(store.map { SourceHistory.Chunk(number: $0.key, bytes: $0.value) })
      next.write(next.history.chunks())
      return next
    }
  }

  private static func sample(_ number: Int) -> JSON {
    ["count": .number(Double(number)), "queue": ["length": .number(Double(number % 7))]]
  }

  @Test func `however long a source runs, a history has a bounded number of rows over the time it keeps`() throws {
    var bench = Bench(Self.day)

    for tick in 0..<40_000 { bench.give(Self.sample(tick), at: Double(tick) * 10) }

    let rows = bench.history.rows
    #expect(rows.count == SourceHistory.mostRows)
    #expect(rows.last?.values == [39_996, 5])
    let first = try #require(rows.first), last = try #require(rows.last)
    #expect(last.time - first.time == 1583 * 60_000)
    #expect(bench.store.count <= 15)
    #expect(bench.store.values.reduce(0) { $0 + $1.count } < 52_000)
  }

  @Test func `a new row writes a chunk of at most 120 rows, never the whole history`() {
    var bench = Bench(Self.day)

    for tick in 0..<8640 { bench.give(Self.sample(tick), at: Double(tick) * 10) }

    // One row a minute; each row is some 25 bytes.
    #expect(bench.written.count == 1440)
    #expect(bench.written.allSatisfy { $0 < 120 * 28 + 60 })
    #expect(bench.written.reduce(0, +) / 1440 < 1800)
  }

  @Test func `the next producer has every row, and goes on in the same chunks`() {
    var bench = Bench(Self.day)
    for tick in 0..<3000 { bench.give(Self.sample(tick), at: Double(tick) * 30) }

    var next = bench.next()

    #expect(next.history.rows == bench.history.rows)
    bench.give(Self.sample(1), at: 3002 * 30)
    next.give(Self.sample(1), at: 3002 * 30)
    #expect(next.history.rows == bench.history.rows)
    #expect(next.store.keys.sorted() == bench.store.keys.sorted())
    #expect(next.written.last == bench.written.last)
  }

  @Test func `a shorter time thins nothing and drops what is older, and its chunks leave nothing behind`() {
    var bench = Bench(Self.day)
    for tick in 0..<1440 { bench.give(Self.sample(tick), at: Double(tick) * 60) }

    let next = bench.next(SourceHistory.Plan(span: 3600, fields: Self.day.fields))

    #expect(next.history.rows == Array(bench.history.rows.suffix(66)))
    #expect(next.next().history.rows == next.history.rows)
    #expect(Set(next.store.keys).isDisjoint(with: bench.store.keys))
  }

  @Test func `a longer time keeps what there is, in coarser buckets`() throws {
    var bench = Bench(Self.day)
    for tick in 0..<1440 { bench.give(Self.sample(tick), at: Double(tick) * 60) }

    let next = bench.next(SourceHistory.Plan(span: 864_000, fields: Self.day.fields))

    #expect(next.history.rows.count == 144)
    #expect(next.history.rows.first == bench.history.rows.first)
  }

  @Test func `fields are found by their names, and a new one begins empty`() {
    var bench = Bench(SourceHistory.Plan(span: 3600, fields: ["count"]))
    bench.give(Self.sample(5), at: 0)

    var next = bench.next(Self.day)
    next.give(Self.sample(6), at: 60)

    #expect(next.history.rows.map(\.values) == [[5, nil], [6, 6]])
  }

  @Test(arguments: [5.0, 7, 60, 61, 90]) func `whatever the source's pace, the whole time is covered`(every: Double) throws {
    var bench = Bench(SourceHistory.Plan(span: 86_400, fields: ["count"]))

    for tick in 0..<Int(100_000 / every) { bench.give(Self.sample(tick), at: Double(tick) * every) }

    let first = try #require(bench.history.rows.first), last = try #require(bench.history.rows.last)
    #expect(last.time - first.time > 94_000_000)
  }

  @Test func `a failure is one gap, and what is no number is none`() {
    var bench = Bench(SourceHistory.Plan(span: 3600, fields: ["count"]))
    bench.fail(at: 0)
    bench.give(["count": "12.5"], at: 10)
    bench.fail(at: 11)
    bench.fail(at: 12)
    bench.give(["count": [:]], at: 20)
    bench.give(["other": 1], at: 30)
    bench.give(["count": 13], at: 40)

    #expect(bench.history.rows.map(\.values) == [[12.5], [nil], [13]])
  }

  @Test func `a clock that is set back leaves no row of the future`() {
    var bench = Bench(Self.day)
    for tick in 0..<100 { bench.give(Self.sample(tick), at: Double(tick) * 60) }

    bench.give(["count": 7], at: 600)

    #expect(bench.history.rows.count == 11)
    #expect(bench.history.rows.last?.values == [7, nil])
    #expect(bench.next().history.rows == bench.history.rows)
  }

  @Test(arguments: ["", "{}", "[1]", #"{"fields":["count"]}"#, #"{"fields":[],"points":[[1]]}"#, #"{"fields":1,"points":[[1,2]]}"#])
  func `a chunk that is none costs itself`(bytes: String) {
    var bench = Bench(SourceHistory.Plan(span: 3600, fields: ["count"]))
    bench.give(Self.sample(5), at: 0)
    bench.store[1] = Array(bytes.utf8)

    let next = bench.next()

    #expect(next.history.rows.compactMap { $0.values.first ?? nil } == [5])
  }

  @Test func `several curves share their moments, each with its latest number`() {
    var a = Bench(SourceHistory.Plan(span: 3600, fields: [""])), b = Bench(SourceHistory.Plan(span: 3600, fields: ["x"]))
    a.give(1, at: 0)
    b.give(["x": 10], at: 30)
    a.give(2, at: 60)
    let bindings = [Binding(source: "a"), Binding(source: "b", field: "x"), Binding(source: "c")]

    let rows = SourceHistory.rows(of: bindings, in: ["a": a.history, "b": b.history])

    #expect(rows.map(\.values) == [[1, nil, nil], [1, 10, nil], [2, 10, nil]])
    #expect(rows.map { ($0.time - Self.start) / 1000 } == [0, 30, 60])
  }
}
