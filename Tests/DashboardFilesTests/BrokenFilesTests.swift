import DashboardFiles
import Foundation
import Testing

/// `Tests/Fixtures/broken/NAME.yml` must be answered with exactly `NAME.expected`. After a deliberate change of texts
/// run with `SPLITFLAP_REWRITE_EXPECTED=1`, and read every difference before keeping it.
struct BrokenFilesTests {
  static let names = (try? Fixtures.files(in: Fixtures.broken, ending: ".yml")) ?? []

  @Test func `there are at least a hundred and fifty broken files`() {
    #expect(Self.names.count >= 150)
  }

  @Test(arguments: names) func `a broken file is answered word by word`(name: String) throws {
    let bytes = try Fixtures.bytes(Fixtures.broken.appending(path: name))

    let (definition, diagnostics) = Fixtures.compiler.compile(text: bytes, file: "dashboards/\(name)")

    let answer = diagnostics.map { "\($0.render())\n" }.joined()
    let expected = Fixtures.broken.appending(path: name.replacing(".yml", with: ".expected"))
    if ProcessInfo.processInfo.environment["SPLITFLAP_REWRITE_EXPECTED"] != nil {
      try Data(answer.utf8).write(to: expected)
    }
    #expect(answer == String(decoding: try Fixtures.bytes(expected), as: UTF8.self))
    #expect(!diagnostics.isEmpty)
    #expect((definition == nil) == diagnostics.contains { $0.severity == .error })
  }

  @Test func `every code of a file's contents occurs among the broken files`() throws {
    var seen: Set<DiagnosticCode> = []
    for name in Self.names {
      let bytes = try Fixtures.bytes(Fixtures.broken.appending(path: name))
      seen.formUnion(Fixtures.compiler.compile(text: bytes, file: "dashboards/\(name)").1.map(\.code))
    }

    // Files that cannot be read, names that cannot be and files of many mistakes have tests of their own.
    let elsewhere: Set<DiagnosticCode> = [.unreadableFile, .badDashboardName, .tooManyMistakes, .tooManyWarnings]
    #expect(Set(DiagnosticCode.allCases).subtracting(elsewhere).subtracting(seen).isEmpty)
  }
}
