import DashboardModel
import Testing

@testable import DashboardFiles

/// libjq takes long for long programs, and some time for any that names what there is not.
struct ProgramLimitsTests {
  /// A dashboard whose one source picks these programs.
  private func text(_ programs: [String]) -> String {
    let picks = programs.enumerated().map { "      f\($0.offset): '\($0.element)'\n" }.joined()
    return "sources:\n  s:\n    type: http\n    url: http://example.com/\n    pick:\n\(picks)"
      + "components: { c: { type: table, from: s } }\n"
  }

  private func compiled(_ programs: [String]) -> [Diagnostic] {
    // A compiler that knows nothing yet.
    DashboardCompiler().compile(text: Array(text(programs).utf8), file: "a.yml").1
  }

  private func chain(bytes: Int) -> String { String(repeating: ".a+", count: (bytes - 2) / 3) + ".a" }

  @Test func `a program is at most two thousand and forty-eight bytes long`() {
    #expect(compiled([chain(bytes: 2047)]) == [])

    let expense = Expense.least {
      #expect(compiled([chain(bytes: 60_000)]).map(\.message) == [
        "a jq program is at most 2048 bytes long, this one is 59999"])
    }
    #expect(expense.seconds < 0.1, "\(expense)")
  }

  @Test func `the programs of a dashboard have a length in all`() throws {
    let programs = (0..<400).map { "\(chain(bytes: 900)) + \($0)" }

    let expense = Expense.least {
      let found = compiled(programs)
      #expect(found.map(\.message) == ["the jq programs of a dashboard are at most 16384 bytes long in all"])
      #expect(found.first?.line == 6 + 16_384 / 905)
    }
    #expect(expense.isWithinLimit, "\(expense)")
  }

  @Test(arguments: ["lenght", ".x |"]) func `one wrong program among many costs little more than none`(wrong: String) {
    var programs = (0..<250).map { ".a + \($0)" }
    programs[77] = "\(wrong)"

    let expense = Expense.least { #expect(compiled(programs).map(\.line) == [83]) }

    #expect(expense.seconds < 0.5, "\(expense)")
  }

  @Test(arguments: ["lenght + ", ".x | | "]) func `when many programs are wrong the rest is left`(wrong: String) {
    let programs = (0..<900).map { "\(wrong)\($0)" }

    let expense = Expense.least {
      let found = compiled(programs).map(\.message)
      #expect(found.count { $0.hasPrefix("not a jq program") } == 20)
      #expect(found.count { $0.hasPrefix("20 jq programs are wrong") } == 1)
      #expect(found.count == 21)
    }
    #expect(expense.isWithinLimit, "\(expense)")
  }
}
