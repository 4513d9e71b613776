import DashboardModel
import Testing

@testable import Producer

struct LevelTests {
  @Test(arguments: [
    (LevelRule.Condition.above(200), 201, "warn"), (.above(200), 200, "good"), (.above(200), "250", "warn"),
    (.below(10), 9.5, "warn"), (.below(10), 10, "good"), (.between(3, 7), 3, "warn"), (.between(3, 7), 7.1, "good"),
    (.equals("Failed"), "failed", "warn"), (.equals("5"), 5, "warn"), (.equals("x"), "y", "good"),
    (.above(1), "text", "good"), (.missing, 1, "good"),
  ] as [(LevelRule.Condition, JSON, String)])
  func `a rule decides the level of a value`(condition: LevelRule.Condition, value: JSON, level: String) {
    let bench = EngineBench(.number, levels: [LevelRule(level: .warn, condition: condition)])

    bench.give(value, at: 0)

    #expect(JSON.level(in: bench.shown) == level)
  }

  @Test func `the worst rule that holds wins, whatever the order`() {
    let rules = [
      LevelRule(level: .warn, condition: .above(1)), LevelRule(level: .bad, condition: .above(2)),
      LevelRule(level: .good, condition: .above(0)),
    ]
    let bench = EngineBench(.gauge, levels: rules)

    bench.give(3, at: 0)

    #expect(bench.shown == #"{"value":3,"level":"bad"}"#)
  }

  @Test func `a rule with a hold time counts only after that time without a break`() {
    let bench = EngineBench(.gauge, levels: [LevelRule(level: .bad, condition: .above(400), hold: 120)])
    bench.give(450, at: 0)
    #expect(bench.shown == #"{"value":450,"level":"good"}"#)
    #expect(bench.nextCheck == 120)

    bench.give(399, at: 60)
    bench.give(450, at: 61)

    #expect(bench.nextCheck == 181)
    #expect(bench.check(at: 180) == nil)
    bench.check(at: 181)
    #expect(bench.shown == #"{"value":450,"level":"bad"}"#)
    #expect(bench.nextCheck == nil)
  }

  @Test func `missing holds for null and for a source that fails, not while loading`() {
    let bench = EngineBench(.number, levels: [LevelRule(level: .bad, condition: .missing)])
    bench.check(at: 0)
    #expect(bench.shown == #"{"state":"loading"}"#)

    bench.give(nil, at: 1)
    #expect(bench.shown == #"{"level":"bad","state":"empty"}"#)
    bench.give(4, at: 2)
    #expect(bench.shown == #"{"value":4,"level":"good"}"#)
    bench.fail("down", at: 3)
    #expect(JSON.level(in: bench.shown) == "bad")
  }

  @Test func `a status with levels does not read words`() {
    let bench = EngineBench(.status, levels: [LevelRule(level: .bad, condition: .equals("passed"))])

    bench.give("passed", at: 0)

    #expect(bench.shown == #"{"value":"passed","level":"bad"}"#)
  }
}

extension JSON {
  fileprivate static func level(in text: String) -> String? {
    (try? JSON(decoding: Array(text.utf8)))?["level"]?.text
  }
}
