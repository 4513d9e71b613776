import DashboardFiles
import DashboardModel
import Testing

struct JqPathTests {
  private static let values: [JSON] = [
    nil, true, 0, 1.5, "a", [], [1], [:], ["a": nil], ["a": 1], ["a": ["b": ["a": 2]]], ["a": [1]], ["b": "x"],
    ["a": false], ["and": ["if": 3]],
  ]

  @Test(arguments: [".", ".a", ".b", ".a.b", ".a.b.a", ".and.if", "._x9"])
  func `a path means what it means to libjq`(program: String) throws {
    let path = try #require(JqPath(program)), libjq = try JqProgram(program)

    for value in Self.values {
      let expected = Result { () throws(JqError) in try libjq.run(value) }
      let got = Result { () throws(JqError) in try path.value(in: value) }
      #expect(got == expected, "\(program) of \(value)")
    }
  }

  @Test(arguments: ["", "a", "..", ".a.", ".[0]", ".a[]", ".a?", ".a | .b", ".1", ". a", ".a.b+1", ".\"a\""])
  func `anything else is no path`(program: String) {
    #expect(JqPath(program) == nil)
  }
}
