import DashboardFiles
import DashboardModel
import Testing

@testable import Producer

struct JqPickTests {
  private static let shop: JSON = [
    "today": ["count": 3, "note": nil], "items": [["n": 1], ["n": 2], ["n": 5]], "word": "x",
  ]

  private func pick(_ programs: [(String, String)], of value: JSON = shop) throws -> JSON {
    try JqPick(programs.map { SourceDefinition.Pick(field: $0.0, program: $0.1) }, nil).pick(value)
  }

  @Test func `paths and programs give one object, in the order of the file`() throws {
    let value = try pick([
      ("sum", "[.items[].n] | add"), ("count", ".today.count"), ("none", "empty"), ("many", ".items[].n"), ("all", "."),
      ("said", #""\(.word)!""#), ("own", "def twice: . * 2; .today.count | twice # and no more"), ("gone", ".today.note.deep"),
    ])

    #expect(value == [
      "sum": 8, "count": 3, "none": nil, "many": [1, 2, 5], "all": Self.shop, "said": "x!", "own": 6, "gone": nil,
    ])
  }

  @Test(arguments: [".word.n", ".word | .n"]) func `a path fails in libjq's words`(program: String) {
    #expect(throws: SourceError("pick: Cannot index string with string \"n\"")) { try pick([("a", ".today"), ("b", program)]) }
  }

  @Test func `one program's outputs have a bound, and so has its time`() {
    #expect(throws: SourceError("pick: more than 1000 outputs")) { try pick([("a", "range(1001)"), ("b", "1 + 1")]) }
    #expect(throws: SourceError("pick: took longer than 1s")) { try pick([("a", "def f: f; f")]) }
  }

  @Test func `one program for the whole gives what it gives`() throws {
    #expect(try JqPick([], ".items[:2]").pick(Self.shop) == [["n": 1], ["n": 2]])
    #expect(try JqPick([], ".today.count").pick(Self.shop) == 3)
    #expect(try JqPick([], ".items[] | .n").pick(Self.shop) == [1, 2, 5])
  }

  @Test func `the workshop's picks are used elsewhere`() async throws {
    let made = try await JqWorkshop.shared.make([], ".n + 1")

    #expect(try made.pick(["n": 1]) == 2)
  }
}
