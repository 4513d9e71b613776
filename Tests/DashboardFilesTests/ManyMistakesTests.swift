import DashboardModel
import Testing

@testable import DashboardFiles

/// Files with more mistakes than anybody reads, and files that would cost much to judge.
struct ManyMistakesTests {
  private func diagnostics(_ text: String) -> [Diagnostic] { Fixtures.compile(text).1 }

  private func components(_ count: Int, _ options: String) -> String {
    "components:\n" + (0..<count).map { "  c\($0): { \(options) }\n" }.joined()
  }

  @Test(arguments: [198, 199, 200, 201, 300]) func `an uneven layout behind many mistakes does no harm`(count: Int) {
    let found = diagnostics(components(count, "type: hello, evry: 1") + "layout: |\n  c0 c1 c1\n  c0\n  c0 c1 c1\n")

    #expect(found.contains { $0.code == .unevenLayout } == (count < 200))
    #expect(found.count <= 201)
  }

  @Test func `that there are more mistakes than are told is said`() throws {
    let exactly = diagnostics(components(200, "type: hello, evry: 1"))
    let more = diagnostics(components(250, "type: hello, evry: 1"))

    #expect(exactly.count == 200 && exactly.allSatisfy { $0.code == .unknownOption })
    let last = try #require(more.last)
    #expect(more.count == 201 && last.code == .tooManyMistakes && last.severity == .error)
    #expect(last.line == 202 && last.column == 24)
    #expect(last.message == "more than 200 mistakes in this file, and here is one of those that are not told")
  }

  @Test func `many warnings hide no error`() {
    let sources = (0..<250).map { "  s\($0): { type: push, token: hunter\($0) }\n" }.joined()
    let (definition, found) = Fixtures.compile("sources:\n\(sources)" + components(1, "type: hello, evry: 1"))

    #expect(definition == nil)
    #expect(found.count { $0.code == .secretInClear } == 200)
    #expect(found.count { $0.code == .tooManyWarnings } == 1)
    #expect(found.count { $0.code == .unknownOption } == 1)
  }

  @Test func `a layout is at most two hundred rows of sixty-four words`() {
    func layout(_ rows: Int, _ words: Int) -> [String] {
      let row = "  " + Array(repeating: "c0", count: words).joined(separator: " ") + "\n"
      return diagnostics(components(1, "type: hello") + "layout: |\n" + String(repeating: row, count: rows)).map { "\($0.code.rawValue) \($0.line):\($0.column)" }
    }

    #expect(layout(200, 64) == [])
    #expect(layout(201, 1) == ["E123 3:9"])
    #expect(layout(1, 65) == ["E123 4:195"])
  }

  @Test func `a picture of foreign words costs little`() {
    let row = "  " + (0..<64).map { "w\($0)-\(String(repeating: "x", count: 60))" }.joined(separator: " ") + "\n"
    let text = components(999, "type: hello") + "layout: |\n" + String(repeating: row, count: 200)

    let expense = Expense.least { #expect(diagnostics(text).count == 201) }

    #expect(expense.isWithinLimit, "\(expense)")
  }

  @Test func `hints over many names and a hundred mistakes cost little`() {
    let names = (0..<999).map { "s\(String(repeating: "ab", count: 28))\($0)" }
    let text = "sources:\n" + names.map { "  \($0): { type: counter }\n" }.joined() + "components:\n"
      + (0..<250).map { "  c\($0): { type: number, from: s\(String(repeating: "ba", count: 27))\($0) }\n" }.joined()

    let expense = Expense.least { #expect(diagnostics(text).count == 201) }

    #expect(expense.isWithinLimit, "\(expense)")
  }
}
