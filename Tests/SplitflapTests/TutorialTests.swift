import Foundation
import Testing

/// The code of docs/swift-dashboards.md is compiled: `Tutorial.swift` is made of its blocks, to the letter.
struct TutorialTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The blocks of a file between fences that say `swift`.
  private static func blocks(of file: String) throws -> [String] {
    let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
    return text.components(separatedBy: "```swift\n").dropFirst().compactMap { $0.components(separatedBy: "\n```").first }
  }

  /// What is compiled: all but the manifest, without the lines a file has once, and without `@main`.
  private static func compiled() throws -> String {
    let code = try blocks(of: "docs/swift-dashboards.md").filter { !$0.contains("swift-tools-version") }
    let lines = code.joined(separator: "\n\n").components(separatedBy: "\n").filter { !isImport($0) }
    let body = lines.joined(separator: "\n").replacing("@main struct", with: "struct")
    return "// The code of docs/swift-dashboards.md, checked by TutorialTests: change it there, then run the tests with\n"
      + "// SPLITFLAP_REWRITE_EXPECTED=1.\nimport Splitflap\nimport Testing\n\n" + body + "\n"
  }

  private static func isImport(_ line: String) -> Bool { line.hasPrefix("import ") || line.hasPrefix("@testable import ") }

  @Test func `every block of the tutorial is compiled`() throws {
    let file = Self.root.appending(path: "Tests/TutorialTests/Tutorial.swift")
    if ProcessInfo.processInfo.environment["SPLITFLAP_REWRITE_EXPECTED"] != nil {
      try Self.compiled().write(to: file, atomically: true, encoding: .utf8)
    }

    #expect(try String(contentsOf: file, encoding: .utf8) == Self.compiled())
  }

  @Test func `the tutorial begins with the seed's counter`() throws {
    let example = try String(
      contentsOf: Self.root.appending(path: "Examples/Counter/Sources/Counter/Counter.swift"), encoding: .utf8)
    let blocks = try Self.blocks(of: "docs/swift-dashboards.md")

    #expect(blocks[1] + "\n" == example.replacing("struct Counter", with: "struct MyBoard"))
  }

  @Test func `the tutorial's manifest is that of the examples`() throws {
    let example = try String(contentsOf: Self.root.appending(path: "Examples/Counter/Package.swift"), encoding: .utf8)
    let manifest = try #require(Self.blocks(of: "docs/swift-dashboards.md").first)

    #expect(manifest + "\n" == example.replacing("Counter", with: "MyBoard").replacing("\"../..\"", with: "\"../splitflap\""))
  }

  @Test(arguments: ["Counter", "Hello"])
  func `an example is one file of at most 25 lines`(_ name: String) throws {
    let text = try String(contentsOf: Self.root.appending(path: "Examples/\(name)/Sources/\(name)/\(name).swift"), encoding: .utf8)

    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 26)
  }
}
