import DashboardFiles
import DashboardModel
import Foundation
import Testing

/// Good files with random damage: never a crash, and every file is either accepted or answered inside itself.
struct FuzzTests {
  static let names = (try? Fixtures.files(in: Fixtures.dashboards, ending: ".yml")) ?? []

  @Test(arguments: names) func `a damaged file is accepted or answered`(name: String) throws {
    let good = try Fixtures.bytes(Fixtures.dashboards.appending(path: name))
    var random = SplitMix(state: UInt64(name.utf8.reduce(7) { ($0 &* 31) &+ Int($1) }))
    for _ in 0..<100 {
      let damaged = Self.damaged(good, &random)

      let (definition, diagnostics) = Fixtures.compiler.compile(text: damaged, file: "dashboards/\(name)")

      let text = String(decoding: damaged, as: UTF8.self)
      let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.count
      let hasErrors = diagnostics.contains { $0.severity == .error }
      try #require((definition == nil) == hasErrors, "\(text)")
      try #require(diagnostics.allSatisfy { (1...max(1, lines)).contains($0.line) && $0.column >= 1 && $0.length >= 1 })
      try #require(diagnostics == diagnostics.sorted())
      for diagnostic in diagnostics { _ = diagnostic.render() }
    }
  }

  @Test func `a file of random tokens does no harm`() {
    let tokens = [
      "a", "type", ": ", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ",", "&x ", "*x", "!!t ", "|\n", ">\n", "\"",
      "'", "#", "? ", "<<", "---", "...", "%", "@", "sources", "components", "é", "\u{2028}", "\t", "\r\n", "~", "12",
      "layout", "${env.", "}", "number", "from",
    ]
    var random = SplitMix(state: 42)
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 1...40, using: &random)).map { _ in tokens.randomElement(using: &random) ?? "" }
        .joined()
      let (definition, diagnostics) = Fixtures.compile(text)
      #expect((definition == nil) == diagnostics.contains { $0.severity == .error }, "\(text)")
    }
  }

  private static func damaged(_ good: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = good
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.remove(at: index)
      case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.insert(Array("{}[]:,#&*!|>'\"%@`\t\n -".utf8).randomElement(using: &random) ?? 0, at: index)
      case 3: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...40, using: &random)))
      case 4: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 30)], at: index)
      default: bytes = Array(bytes[..<index])
      }
    }
    return bytes
  }
}

/// A small deterministic generator, so that a failure comes again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
