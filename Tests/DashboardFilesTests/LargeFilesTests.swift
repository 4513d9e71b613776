import DashboardModel
import Testing

@testable import DashboardFiles

/// Files near the limit of 1 MiB, each made to cost much in one way; with a compiler that knows nothing yet.
struct LargeFilesTests {
  /// Tests are built without optimisation, which makes this code some ten times slower than the program is.
  private static let slowness = 10.0

  enum Load: String, CaseIterable {
    case layout, wideLayout, programs, chain, duplicates, longLine, tags, sources, flow, text, keys, insertions, columns

    var text: String {
      switch self {
      case .layout: Load.hello + "layout: |\n" + Load.filled { "  w\($0) a a a\n" }
      case .wideLayout: Load.hello + "layout: |\n  " + Load.filled { "w\($0) " } + "\n"
      case .programs: Load.source + "    pick:\n" + Load.filled { "      f\($0): .a + \($0)\n" } + Load.hello
      case .chain: Load.source + "    pick: { a: '" + Load.filled { _ in ".a+" } + "1' }\n" + Load.hello
      case .duplicates: "components:\n" + Load.filled { "  c\($0 % 30): { type: hello }\n" }
      case .longLine: "components: {" + Load.filled { "c\($0): {type: hello, evry: 1}, " } + "}\n"
      case .tags: "title: [" + Load.filled { _ in "!a x, " } + "]\n" + Load.hello
      case .sources: "sources:\n" + Load.filled { "  s\($0): { type: counter }\n" } + Load.hello
      case .flow: "title: " + Load.filled { _ in "[], {}, " } + "\n" + Load.hello
      case .text: "components:\n  a:\n    type: text\n    text: |\n" + Load.filled { "      line \($0)\n" }
      case .keys: Load.filled { "k\($0): 1\n" }
      case .insertions: "components:\n  a: { type: text, text: \"" + Load.filled { _ in "${env.NOPE:-x} " } + "\" }\n"
      case .columns: "components:\n  a: { type: table, from: b, columns: [" + Load.filled { "c\($0), " } + "c] }\n"
      }
    }

    private static let hello = "components: { a: { type: hello } }\n"
    private static let source = "sources:\n  s:\n    type: http\n    url: http://example.com/\n"

    /// As much as a file may hold, but for its beginning and end.
    private static func filled(_ piece: (Int) -> String) -> String {
      var text = ""
      var number = 0
      while text.utf8.count < DashboardCompiler.mostBytes - 300 {
        text += piece(number)
        number += 1
      }
      return text
    }
  }

  @Test(arguments: Load.allCases) func `a file as large as may be is judged in time`(load: Load) throws {
    let text = load.text
    let bytes = Array(text.utf8), lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    #expect(bytes.count <= DashboardCompiler.mostBytes)
    var result: (DashboardDefinition?, [Diagnostic]) = (nil, [])

    let expense = Expense.least(of: 2) { result = DashboardCompiler().compile(text: bytes, file: "a.yml") }

    print("\(load.rawValue): \(expense)")
    #expect(expense.seconds < Expense.limit.seconds * Self.slowness && expense.bytes < Expense.limit.bytes, "\(expense)")
    #expect((result.0 == nil) == result.1.contains { $0.severity == .error })
    #expect(result.1.allSatisfy { (1...lines).contains($0.line) && $0.column >= 1 && $0.length >= 1 })
    #expect(result.1.count <= 402)
  }
}
