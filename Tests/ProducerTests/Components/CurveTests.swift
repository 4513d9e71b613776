import DashboardModel
import Testing

@testable import Producer

struct CurveTests {
  private let start = EngineBench.epoch

  @Test func `a line travels by append, byte for byte what the whole value says`() throws {
    let bench = EngineBench(.line, properties: .init(of: ["window": 10]))
    bench.give(20.5, at: 0)
    var replica = try #require(bench.engine.value)

    for second in 1...30 {
      let change = try #require(bench.give(.number(Double(second)), at: Double(second)))
      guard case .append(let append) = change.kind else {
        Issue.record("second \(second) was no append")
        return
      }
      #expect(append.points.count == 1)
      replica = replica.appending(append)
      #expect(replica == bench.engine.value)
    }

    #expect(replica.points?.count == 10)
  }

  @Test func `several curves make one row with the latest of each, a gap where there is none`() {
    let bindings = [Binding(source: "a"), Binding(source: "b", field: "x")]
    let bench = EngineBench(.line, from: bindings, properties: .init(of: ["window": 60]))

    bench.give(1, of: "a", at: 0)
    bench.give(["x": "2.5"], of: "b", at: 1)
    bench.fail("down", of: "b", at: 2)

    #expect(bench.shown.hasSuffix(
      #""points":[[1700000000000,1,null],[1700000001000,1,2.5],[1700000002000,1,null]]}"#))
    #expect(bench.shown.hasPrefix(#"{"state":"stale","reason":"down","age_ms":"#))
  }

  @Test func `a fast source gives at most 600 rows that still cover the window`() throws {
    var curve = Curve(window: 3600, limit: 600)

    for second in 0..<7200 { _ = curve.add(time: start + Double(second) * 1000, values: [1]) }

    #expect(curve.rows.count == 600)
    let first = try #require(curve.rows.first), last = try #require(curve.rows.last)
    #expect(last.time - first.time == 599 * 6000)
  }

  @Test func `rows older than the window go when a new one comes`() {
    var curve = Curve(window: 60, limit: 600)
    for second in 0..<30 { _ = curve.add(time: start + Double(second) * 1000, values: [1]) }

    _ = curve.add(time: start + 80_000, values: [2])

    #expect(curve.rows.map(\.time) == (21..<30).map { start + Double($0) * 1000 } + [start + 80_000])
  }

  @Test func `a clock that is set back replaces the rows it overtakes`() {
    var curve = Curve(window: 600, limit: 600)
    for second in [0.0, 10, 20] { _ = curve.add(time: start + second * 1000, values: [second]) }

    let growth = curve.add(time: start + 5000, values: [5])

    #expect(growth == .replaced)
    #expect(curve.rows.map(\.time) == [start, start + 5000])
  }

  @Test func `jitter does not lose every other row`() {
    var curve = Curve(window: 600, limit: 600)

    for tick in 0..<100 { _ = curve.add(time: start + Double(tick) * 1000 + (tick % 2 == 0 ? 20 : 0), values: [1]) }

    #expect(curve.rows.count == 100)
  }

  @Test func `a failing source breaks its curve once`() {
    let bench = EngineBench(.line, properties: .init(of: ["window": 600]))
    bench.give(1, at: 0)

    bench.fail("down", at: 0.3)
    bench.fail("down", at: 5)
    bench.fail("still down", at: 9)

    #expect(bench.shown.hasSuffix(#""points":[[1700000000000,1],[1700000000300,null]]}"#))
  }

  @Test func `a sparkline appends once per bucket and between buckets only its head travels`() throws {
    let bench = EngineBench(.number, properties: .init(of: ["sparkline": 1200]))
    bench.give(1, at: 0)
    #expect(bench.shown == #"{"value":1,"points":[[1700000000000,1]]}"#)

    let between = try #require(bench.give(2, at: 3))
    #expect(between.kind == .append(Append(head: Array(#"{"value":2}"#.utf8), points: Points(), keep: 1)))

    bench.give(3, at: 10)
    #expect(bench.shown == #"{"value":3,"points":[[1700000000000,1],[1700000010000,3]]}"#)
    #expect(bench.give(3, at: 12) == nil)
  }

  @Test func `a sparkline over a long time has at most 120 rows`() {
    let bench = EngineBench(.number, properties: .init(of: ["sparkline": "2h"]))

    for tick in 0..<3000 { bench.give(.number(Double(tick)), at: Double(tick) * 5) }

    #expect(bench.engine.value?.points?.count == 120)
  }

  @Test func `compare tells the change against then, once it is known`() {
    let bench = EngineBench(.number, properties: .init(of: ["compare": 60]))

    for second in stride(from: 0.0, through: 59, by: 1) { bench.give(.number(100 + second), at: second) }
    #expect(bench.shown == #"{"value":159}"#)
    bench.give(160, at: 60)
    #expect(bench.shown == #"{"value":160,"change":60}"#)
    bench.give(100.1, at: 61)
    #expect(bench.shown == #"{"value":100.1,"change":-0.9}"#)
  }

  @Test func `a restored curve goes on where it was, and so does the comparison`() throws {
    let properties = JSON.Members(of: ["sparkline": 120, "compare": 60])
    let bench = EngineBench(.number, properties: properties)
    for second in 0...60 { bench.give(.number(Double(second)), at: Double(second)) }
    let last = try #require(bench.engine.value)

    let next = EngineBench(.number, properties: properties)
    next.engine.restore(from: last)
    next.give(61, at: 61)

    #expect(next.engine.value?.points?.count == 62)
    #expect(next.shown.hasPrefix(#"{"value":61,"change":60,"#))
    #expect(next.changes.last.map { $0.map { if case .append = $0.kind { true } else { false } } } == true)
  }

  @Test func `a curve whose number of values changed starts anew`() {
    let bindings = [Binding(source: "a"), Binding(source: "b")]
    let bench = EngineBench(.line, from: bindings, properties: .init(of: ["window": 60]))
    var old = Points()
    old.append(time: 1, values: [1])

    bench.engine.restore(from: ComponentValue([:], points: old))
    bench.check(at: 0)

    #expect(bench.shown == #"{"state":"loading","points":[]}"#)
  }

  @Test func `a line of objects says what is wrong`() {
    let bench = EngineBench(.line, from: [Binding(source: "s", field: "cpu")], properties: .init(of: ["window": 60]))

    bench.give(["cpu": ["user": 1]], at: 0)

    #expect(bench.shown == #"{"state":"error","reason":"s.cpu is an object, not a number","points":[]}"#)
  }
}
