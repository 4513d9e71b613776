import DashboardModel
import Testing

@testable import DashboardFiles

/// What `splitflap explain` shows is true: the before has the mistake, the after has none.
struct ExplanationTests {
  private static let source = "sources:\n  s:\n    type: counter\n    §\ncomponents: { c: { type: number, from: s } }\n"
  private static let asked = "sources:\n  s:\n    type: http\n    §\ncomponents: { c: { type: table, from: s } }\n"
  private static let read = "sources:\n  s:\n    type: file\n    §\ncomponents: { c: { type: table, from: s } }\n"
  private static let sent = "sources:\n  s:\n    type: push\n    §\ncomponents: { c: { type: table, from: s } }\n"
  private static let shown = "sources: { s: { type: counter } }\ncomponents:\n  c:\n    type: line\n    from: s\n    §\n"
  private static let typed = "sources: { s: { type: counter } }\ncomponents:\n  c:\n    from: s\n    §\n"
  private static let whole = "§\ncomponents: { c: { type: hello } }\n"

  @Test(arguments: [
    (DiagnosticCode.unknownOption, source), (.outOfRange, source), (.badCron, source), (.badAddress, asked), (.badPath, read),
    (.wrongKind, shown), (.badFormat, shown), (.unknownType, typed), (.notOneOf, whole), (.duplicateKey, whole),
    (.tag, whole), (.secretInClear, sent), (.syntax, whole),
  ])
  func `the before has the mistake and the after has none`(code: DiagnosticCode, file: String) {
    let (_, before, after) = code.explanation
    let compiler = DashboardCompiler(environment: ["BUILDS_TOKEN": "t", "TOKEN": "t"])
    func codes(_ text: String) -> [DiagnosticCode] {
      let text = file.replacing("§", with: text)
      return compiler.compile(text: Array(text.utf8), file: "a.yml").1.map(\.code)
    }

    #expect(codes(before) == [code])
    #expect(codes(after) == [])
  }

  @Test func `no two codes are explained with the same words`() {
    #expect(Set(DiagnosticCode.allCases.map(\.summary)).count == DiagnosticCode.allCases.count)
  }
}
