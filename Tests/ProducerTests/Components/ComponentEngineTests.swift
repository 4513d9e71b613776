import DashboardModel
import Testing

@testable import Producer

struct ComponentEngineTests {
  @Test(arguments: [
    (ComponentType.number, 503, #"{"value":503}"#),
    (.number, "12.5", #"{"value":12.5}"#),
    (.number, "n/a", #"{"value":"n/a"}"#),
    (.number, nil, #"{"state":"empty"}"#),
    (.number, [:], #"{"state":"error","reason":"s is an object, not a number"}"#),
    (.number, true, #"{"state":"error","reason":"s is true or false, not a number"}"#),
    (.gauge, " 120 ", #"{"value":120}"#),
    (.gauge, "many", #"{"state":"error","reason":"s is text, not a number"}"#),
    (.progress, [1], #"{"state":"error","reason":"s is a list, not a number"}"#),
    (.text, "Ship it", #"{"value":"Ship it"}"#),
    (.text, 2.5, #"{"value":"2.5"}"#),
    (.text, "", #"{"value":"","state":"empty"}"#),
    (.text, [1], #"{"state":"error","reason":"s is a list, not text"}"#),
    (.status, "passed", #"{"value":"passed","level":"good"}"#),
    (.status, "Unstable", #"{"value":"Unstable","level":"warn"}"#),
    (.status, false, #"{"value":false,"level":"bad"}"#),
    (.status, "resting", #"{"value":"resting"}"#),
    (.image, "data:image/png;base64,AA==", #"{"value":"data:image/png;base64,AA=="}"#),
    (.image, "https://elsewhere/a.png", #"{"state":"error","reason":"s is no picture"}"#),
    (.list, [], #"{"items":[],"state":"empty"}"#),
    (.list, "x", #"{"state":"error","reason":"s is text, not a list"}"#),
    (.table, nil, #"{"columns":[],"rows":[],"state":"empty"}"#),
    (.table, [5], #"{"state":"error","reason":"s has a row that is a number, not an object"}"#),
  ] as [(ComponentType, JSON, String)])
  func `every type shows what it can and says what it cannot`(type: ComponentType, given: JSON, shown: String) {
    let bench = EngineBench(type)

    bench.give(given, at: 0)

    #expect(bench.shown == shown)
  }

  @Test(arguments: [
    ("memory.percent", #"{"value":42}"#), ("disks.1.used", #"{"value":7}"#), ("disks.9.used", #"{"state":"empty"}"#),
    ("memory.nope", #"{"state":"error","reason":"s.memory has no field \"nope\""}"#),
    ("disks.used", #"{"state":"error","reason":"s.disks is a list and has no field \"used\""}"#),
    ("memory.percent.x", #"{"state":"error","reason":"s.memory.percent is a number and has no field \"x\""}"#),
    ("memory", #"{"state":"error","reason":"s.memory is an object, not a number"}"#),
  ])
  func `a binding leads to nested fields and list elements`(field: String, shown: String) {
    let bench = EngineBench(.number, from: [Binding(source: "s", field: field)])

    bench.give(["memory": ["percent": 42], "disks": [["used": 3], ["used": 7]]], at: 0)

    #expect(bench.shown == shown)
  }

  @Test(arguments: [
    (ComponentType.clock, #"{}"#), (.button, #"{}"#), (.hello, #"{"value":0}"#), (.text, #"{"value":"Hi"}"#),
    (.markdown, #"{"value":[{"tag":"p","children":["Hi"]}]}"#),
  ])
  func `a component without a source is ready at once`(type: ComponentType, shown: String) {
    let bench = EngineBench(type, from: [], properties: .init(of: ["text": "Hi"]))

    bench.check(at: 0)

    #expect(bench.shown == shown)
    #expect(bench.check(at: 1) == nil)
  }

  @Test func `a component loads until its source has spoken`() {
    let bench = EngineBench(.number)

    bench.check(at: 0)

    #expect(bench.shown == #"{"state":"loading"}"#)
    #expect(bench.give(1, at: 1) != nil)
    #expect(bench.shown == #"{"value":1}"#)
  }

  @Test func `an unchanged value is no change`() {
    let bench = EngineBench(.number)
    bench.give(5, at: 0)

    #expect(bench.give(5, at: 1) == nil)
    #expect(bench.give(6, at: 2) != nil)
  }

  @Test func `a source that never worked is an error`() {
    let bench = EngineBench(.number)

    bench.fail("connection refused", at: 1)

    #expect(bench.shown == #"{"state":"error","reason":"connection refused"}"#)
  }

  @Test func `a source that stopped working leaves its last value, marked stale`() {
    let bench = EngineBench(.number)
    bench.give(5, at: 0)

    bench.fail("connection refused", at: 4)

    #expect(bench.shown == #"{"value":5,"state":"stale","reason":"connection refused","age_ms":4000}"#)
    bench.give(5, at: 6)
    #expect(bench.shown == #"{"value":5}"#)
  }

  @Test func `a wrong shape keeps the last good value`() {
    let bench = EngineBench(.number)
    bench.give(5, at: 0)

    bench.give([:], at: 2)

    #expect(
      bench.shown == #"{"value":5,"state":"error","reason":"s is an object, not a number","age_ms":2000}"#)
  }

  @Test func `the age of a stale value is published again when it has grown by half`() {
    let bench = EngineBench(.number)
    bench.give(5, at: 0)
    bench.fail("down", at: 4)

    #expect(bench.nextCheck == 14)
    #expect(bench.fail("down", at: 13) == nil)
    #expect(bench.check(at: 14) != nil)
    #expect(bench.shown.contains(#""age_ms":14000"#))
    #expect(bench.nextCheck == 24)
    bench.check(at: 40)
    #expect(bench.nextCheck == 60)
  }

  @Test func `a value older than stale says so, at the moment the engine named`() {
    let bench = EngineBench(.number, stale: 60)
    bench.give(5, at: 10)

    #expect(bench.nextCheck == 70)
    #expect(bench.check(at: 69) == nil)
    bench.check(at: 70)
    #expect(bench.shown == #"{"value":5,"state":"stale","reason":"no new value for more than 60 s","age_ms":60000}"#)
  }

  @Test func `a hello counts its clicks and goes on after a restart`() {
    let bench = EngineBench(.hello, from: [])
    bench.check(at: 0)
    _ = bench.engine.click(now: EngineBench.moment(1))
    #expect(bench.shown == #"{"value":1}"#)

    let next = EngineBench(.hello, from: [])
    next.engine.restore(from: ComponentValue(["value": 1]))

    #expect(next.check(at: 0) == nil)
    _ = next.engine.click(now: EngineBench.moment(1))
    #expect(next.shown == #"{"value":2}"#)
  }

  @Test func `a click changes nothing but a hello`() {
    let bench = EngineBench(.button, from: [])

    #expect(bench.engine.click(now: EngineBench.moment(0)) == nil)
  }

  @Test func `a restored value stays until a source has spoken`() {
    let bench = EngineBench(.number)
    bench.engine.restore(from: ComponentValue(["value": 5, "state": "stale", "reason": "x", "age_ms": 9]))

    #expect(bench.check(at: 0) == nil)
    bench.fail("down", at: 1)

    #expect(bench.shown == #"{"value":5,"state":"stale","reason":"down"}"#)
    bench.give(6, at: 2)
    #expect(bench.shown == #"{"value":6}"#)
  }

  @Test func `a list maps its fields, filters addresses and keeps its limit`() {
    let bench = EngineBench(.list, properties: .init(of: ["label": "name", "value": "total", "limit": 3]))

    bench.give(
      [
        ["name": "Ada", "total": 12, "href": "/ada", "level": "warn", "points": [1, "x", 2]],
        ["name": "Bob", "href": "javascript:alert(1)", "level": "odd", "note": "new"], "Eve", "Mallory",
      ], at: 0)

    #expect(
      bench.shown == #"{"items":[{"label":"Ada","value":12,"href":"/ada","level":"warn","points":[1,2]},"#
        + #"{"label":"Bob","note":"new"},{"label":"Eve"}]}"#)
  }

  @Test func `a list tells a value that is not known yet from one that is not there`() {
    let bench = EngineBench(.list)

    bench.give([["label": "Ada", "value": .null], ["label": "Bob"]], at: 0)

    #expect(bench.shown == #"{"items":[{"label":"Ada","value":null},{"label":"Bob"}]}"#)
  }

  @Test func `a table takes its columns from the definition or from the first row`() {
    let rows: JSON = [["mount": "/", "used": 41.2, "more": ["a": 1]], ["mount": "/srv"]]
    let chosen = EngineBench(.table, properties: .init(of: ["columns": ["used": "Used", "mount": "Mount"]]))
    let all = EngineBench(.table)

    chosen.give(rows, at: 0)
    all.give(rows, at: 0)

    #expect(chosen.shown == #"{"columns":["used","mount"],"rows":[[41.2,"/"],[null,"/srv"]]}"#)
    #expect(
      all.shown == #"{"columns":["mount","used","more"],"rows":[["/",41.2,"{\"a\":1}"],["/srv",null,null]]}"#)
  }
}
