import DashboardModel
import Testing

@testable import DashboardFiles

/// What `splitflap explain` shows is true: the before has the mistake, the after has none.
struct ExplanationTests {
  /// Explained by what is no text of a file; they have tests of their own below.
  private static let elsewhere: Set<DiagnosticCode> = [
    .unreadableFile, .notText, .badDashboardName, .tooManyMistakes, .tooManyWarnings,
  ]

  @Test(arguments: DiagnosticCode.allCases.filter { !elsewhere.contains($0) })
  func `the before has the mistake and the after has none`(code: DiagnosticCode) throws {
    let (_, before, after) = code.explanation
    let frames = try #require(Self.frames[code])

    #expect(Set(Self.codes(frames[0], before)) == [code])
    #expect(Self.codes(frames[frames.count - 1], after) == [])
  }

  @Test func `files that are no text, badly named, or full of mistakes are explained as they are judged`() throws {
    func codes(_ text: String, _ name: String = "a.yml") throws -> Set<DiagnosticCode> {
      Set(try Fixtures.withFolder([name: text]) { DashboardFolder(path: $0).load().diagnostics.map(\.code) })
    }
    let hello = "components: { a: { type: hello } }\n"
    func keys(_ count: Int) -> String { hello + (0..<count).map { "k\($0): 1\n" }.joined() }
    func sources(_ count: Int) -> String { hello + "sources:\n" + (0..<count).map { "  s\($0): { type: counter }\n" }.joined() }

    #expect(try codes(hello, "Shop Floor.yml") == [.badDashboardName] && codes(hello, "shop-floor.yml") == [])
    #expect(Self.compiler.compile(text: Array(hello.utf16).flatMap { [UInt8($0), 0] }, file: "a.yml").1.map(\.code) == [.notText])
    #expect(try codes(keys(300)).contains(.tooManyMistakes) && codes(keys(100)) == [.unknownOption])
    #expect(try codes(sources(300)).contains(.tooManyWarnings) && codes(sources(100)) == [.unusedSource])
  }

  @Test func `no two codes are explained with the same words`() {
    #expect(Set(DiagnosticCode.allCases.map(\.summary)).count == DiagnosticCode.allCases.count)
  }

  private static let compiler = DashboardCompiler(
    environment: ["BUILDS_TOKEN": "t", "TOKEN": "t", "HOME": "/root"], folder: GoodCorpusTests.folder.path)

  /// What the compiler finds in a frame with the text in its place, indented as the place is.
  private static func codes(_ frame: String, _ text: String) -> [DiagnosticCode] {
    let indent = frame.prefix { $0 != "§" }.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
    let lines = text.replacing("\n", with: "\n" + indent.filter { $0 == " " })
    return compiler.compile(text: Array(frame.replacing("§", with: lines).utf8), file: "a.yml").1.map(\.code)
  }
}

extension ExplanationTests {
  private static func source(_ type: String) -> String {
    "sources:\n  s:\n    type: \(type)\n    §\ncomponents: { c: { type: table, from: s } }\n"
  }
  private static func component(_ head: String) -> String {
    "sources: { s: { type: counter } }\ncomponents:\n  c:\n    \(head)\n    §\n"
  }
  private static func button(_ rest: String) -> String {
    "components:\n  n: { type: number, from: queue }\n  c:\n    type: button\n    §\nsources: { queue: { type: counter } }\n\(rest)"
  }
  private static func hellos(_ ids: String) -> String {
    "components: { " + ids.map { "\($0): { type: hello }" }.joined(separator: ", ") + " }\n"
  }
  private static let whole = "§\ncomponents: { c: { type: hello } }\n"
  private static let counted = "sources: { count: { type: counter } }\ncomponents:\n  c:\n    "
  private static let number = "type: number\n    from: s"
  private static let text = "components: { c: { type: text, text: \"§\" } }\n"
  private static let region = "variables: { region: { type: select, options: [eu], default: eu } }\n"
  private static let orders = "sources: { orders: { type: http, url: \"https://example.com\", pick: { count: .a } } }\n"
    + "components:\n  c:\n    type: number\n    §\n"
  private static let restart = "actions: { restart: { type: http, method: POST, url: \"http://worker/\" } }\n"

  /// Where each code's before and after stand; two frames where the after stands elsewhere.
  private static let frames: [DiagnosticCode: [String]] = files.merging(values) { first, _ in first }

  private static let files: [DiagnosticCode: [String]] = [
    .badInclude: ["§\ncomponents: { load: { type: number, from: machine.load.one } }\n"],
    .syntax: [whole], .duplicateKey: [whole], .tag: [whole], .severalDocuments: [whole], .emptyFile: ["§\n"],
    .tab: ["§\ncomponents: { c: { type: number, from: count } }\n"], .tooDeep: [source("command")], .aliases: ["§\n"],
    .badKey: [
      "sources: { s: { type: counter } }\ncomponents:\n  b: &base { type: number, from: s }\n  c:\n    \(number)\n    §\n"
    ],
    .unknownOption: [source("counter")], .missingOption: ["sources:\n  s:\n    §\ncomponents: { c: { type: table, from: s } }\n"],
    .wrongKind: [component("type: line\n    from: s")], .outOfRange: [source("counter")], .notOneOf: [whole],
    .unknownType: [component("from: s")], .badName: ["components:\n  §\n"], .conflict: [counted + "type: text\n    §\n"],
    .unevenLayout: ["layout: |\n  §\n" + hellos("abcde")], .notARectangle: ["layout: |\n  §\n" + hellos("ab")],
    .notInComponents: ["layout: |\n  §\ncomponents: { orders: { type: hello } }\n"], .notInLayout: ["§\n" + hellos("abc")],
  ]

  private static let values: [DiagnosticCode: [String]] = [
    .unknownSource: [orders], .unknownField: [orders], .unknownComponent: ["components: { orders: { type: hello } }\n§\n"],
    .badAction: [
      "sources: { count: { type: counter } }\ncomponents:\n  n: { type: number, from: count }\n  c:\n    type: button\n    §\n"
    ],
    .unknownVariable: [region + text], .unknownAction: [button(restart)], .unusedAction: [button(restart)],
    .misplacedVariable: ["variables: { host: { type: text } }\n" + source("http")], .unusedVariable: [region + source("http")],
    .keptForNothing: ["sources: { orders: { type: http, url: \"https://example.com\", keep: 24h } }\ncomponents:\n  §\n"],
    .badProgram: [source("http\n    url: https://example.com")], .badInsertion: [text], .unsetVariable: [text],
    .exposedSecret: ["components:\n  c:\n    type: text\n    §\n", source("http\n    url: https://example.com")],
    .secretInClear: [source("push")], .badLevel: ["sources: { s: { type: counter } }\ncomponents:\n  c:\n    \(number)\n    levels:\n      §\n"],
    .badFormat: [component("type: line\n    from: s")], .badPath: [source("file")], .badAddress: [source("http")],
    .badCron: [source("counter")], .badQuery: [source("sql\n    database: shop.sqlite")],
    .unusedSource: ["sources: { spare: { type: counter } }\ncomponents:\n  c:\n    §\n"],
  ]
}
