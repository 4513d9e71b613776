import DashboardFiles
import DashboardModel
import Testing

/// Files made to cost much.
struct LimitsTests {
  /// Tests are built without optimisation: the program itself is some ten times faster.
  private static let slowness = 10.0

  private func codes(_ text: String) -> [DiagnosticCode] {
    Fixtures.compile(text).1.map(\.code)
  }

  @Test(arguments: [900, 10_000, 200_000]) func `depth is seen before anything recurses`(depth: Int) {
    let closing = String(repeating: "]", count: depth)
    #expect(codes("a: " + String(repeating: "[", count: depth) + closing) == [.tooDeep])
    #expect(codes("a: " + String(repeating: "[", count: depth)) == [.tooDeep])
    #expect(codes(String(repeating: "{a: ", count: depth)) == [.tooDeep])
    #expect(codes(String(repeating: "- ", count: depth)) == [.tooDeep])
    #expect(codes("a: &b " + String(repeating: "[", count: depth)) == [.tooDeep])
    #expect(codes("a: ! " + String(repeating: "[", count: depth)) == [.tooDeep])
  }

  @Test(.timeLimit(.minutes(1))) func `an alias bomb costs no more than its limit`() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...40 {
      bomb += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    let bombs: [(String, DiagnosticCode)] = [
      ("", .aliases), ("{*a40}: 1", .badKey), ("? *a40\n: 1", .badKey), ("b: [{*a40: 1}]", .badKey), ("b: [*a40: 1]", .badKey),
    ]

    for (end, code) in bombs {
      var found: [DiagnosticCode] = []
      let expense = Expense.least { found = codes(bomb + end) }
      print("alias bomb \(end.debugDescription): \(expense)")
      #expect(found == [code])
      #expect(expense.seconds < 0.1 * Self.slowness && expense.bytes < 50 << 20, "\(expense)")
    }
  }

  @Test(.timeLimit(.minutes(1))) func `a file of one long line is answered in time`() {
    let entry = "{ type: hello, evry: 1 }, "
    let text = "components: { " + (0..<30_000).map { "c\($0): \(entry)" }.joined() + "}"
    let start = ContinuousClock.now

    let diagnostics = Fixtures.compile(text).1

    #expect(!diagnostics.isEmpty && diagnostics.count <= 250)
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func `a block text, a quote and a comment may hold what would count elsewhere`() {
    let deep = String(repeating: "[", count: 100)
    let text = """
      # \(deep)
      components:
        a: { type: text, text: "\(deep) *a: & # x" }
        b:
          type: markdown
          text: |
            \(deep)
            ? *bold*: {x
            \t- tab
          note: 'it''s \(deep)'
        c: &anchor { type: text, text: "x: [" }
        d: &other
          type: text
          text: &third |
            ? \(deep)
      """

    #expect(codes(text) == [])
  }

  @Test func `as many files as the limit, not one more`() throws {
    func load(_ count: Int) throws -> LoadResult {
      let names = (0..<count).map { "board-\($0).yml" }
      let files = Dictionary(names.map { ($0, "components: { a: { type: hello } }\n") }) { first, _ in first }
      return try Fixtures.withFolder(files) { DashboardFolder(path: $0, environment: [:]).load() }
    }

    let full = try load(500), over = try load(501)

    #expect(full.dashboards.count == 500 && full.diagnostics.isEmpty)
    #expect(over.dashboards.count == 500 && over.diagnostics.map(\.code) == [.unreadableFile])
    #expect(over.diagnostics.first?.message == "more than 500 definition files in one folder")
  }

  @Test func `as many anchors as the limit, not one more`() {
    let lines = (0..<50).map { "  c\($0): &a\($0) { type: hello }\n" }.joined()

    #expect(codes("components:\n\(lines)") == [])
    #expect(codes("components:\n\(lines)  d: &d { type: hello }\n") == [.aliases])
  }
}
