import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

/// `Tests/Fixtures/good/NAME.yml` must compile to exactly `NAME.json`, without a word. After a deliberate change run
/// with `SPLITFLAP_REWRITE_EXPECTED=1`, and read every difference before keeping it.
struct GoodCorpusTests {
  static let folder = Fixtures.root.appending(path: "Tests/Fixtures/good")
  static let names = (try? Fixtures.files(in: folder, ending: ".yml")) ?? []

  private static let compiler = DashboardCompiler(environment: Fixtures.environment, folder: folder.path)

  @Test func `there are at least thirty good files`() {
    #expect(Self.names.count >= 30)
  }

  @Test(arguments: names) func `a good file compiles to its pinned definition`(name: String) throws {
    let bytes = try Fixtures.bytes(Self.folder.appending(path: name))

    let (definition, diagnostics) = Self.compiler.compile(text: bytes, file: "dashboards/\(name)")

    #expect(diagnostics.map { $0.render() } == [])
    let answer = DefinitionJSON.json(try #require(definition)).encoded + Array("\n".utf8)
    let expected = Self.folder.appending(path: name.replacing(".yml", with: ".json"))
    if ProcessInfo.processInfo.environment["SPLITFLAP_REWRITE_EXPECTED"] != nil {
      try Data(answer).write(to: expected)
    }
    #expect(String(decoding: answer, as: UTF8.self) == String(decoding: try Fixtures.bytes(expected), as: UTF8.self))
  }

  @Test(arguments: names) func `a good file printed whole compiles to the same`(name: String) throws {
    let folder = DashboardFolder(path: Self.folder.path, environment: Fixtures.environment)
    let dashboard = DashboardCompiler.name(of: name)
    let printed = try #require(folder.printed(dashboard, as: .yaml)?.text)
    let bytes = try Fixtures.bytes(Self.folder.appending(path: name))

    let (again, diagnostics) = Fixtures.compiler.compile(text: Array(printed.utf8), file: name)

    #expect(diagnostics.map { $0.render() } == [], "\(printed)")
    var expected = try #require(Self.compiler.compile(text: bytes, file: name).0)
    // A body in clear is hidden.
    expected.sources = expected.sources.map { source in
      guard case .http(let request) = source.kind else { return source }
      var source = source
      source.kind = .http(Self.hidingBody(request))
      return source
    }
    expected.actions = expected.actions.map { action in
      var action = action
      action.request = Self.hidingBody(action.request)
      return action
    }
    #expect(again == expected, "\(printed)")
    #expect(!printed.contains("canary"))
  }

  private static func hidingBody(_ request: HTTPRequestDefinition) -> HTTPRequestDefinition {
    guard let body = request.body, !body.contains("db one"), VariableText.names(in: body).isEmpty else { return request }
    var request = request
    request.body = Redaction.mask
    return request
  }
}
