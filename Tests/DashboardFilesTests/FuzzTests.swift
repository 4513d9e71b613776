import DashboardFiles
import DashboardModel
import Foundation
import Testing

/// Good files with random damage: never a crash, and every file is either accepted or answered inside itself.
struct FuzzTests {
  static let names = (try? Fixtures.files(in: Fixtures.dashboards, ending: ".yml")) ?? []

  @Test(arguments: names) func `a damaged file is accepted or answered`(name: String) throws {
    let good = try Fixtures.bytes(Fixtures.dashboards.appending(path: name))
    var random = SplitMix(state: name.utf8.reduce(UInt64(7)) { ($0 &* 31) &+ UInt64($1) })
    for _ in 0..<100 {
      let damaged = Self.damaged(good, &random)

      let (definition, diagnostics) = try Self.compiled(damaged, "dashboards/\(name)")

      let text = String(decoding: damaged, as: UTF8.self)
      let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.count
      let hasErrors = diagnostics.contains { $0.severity == .error }
      try #require((definition == nil) == hasErrors, "\(text)")
      try #require(diagnostics.allSatisfy { (1...max(1, lines)).contains($0.line) && $0.column >= 1 && $0.length >= 1 })
      try #require(diagnostics == diagnostics.sorted())
      for diagnostic in diagnostics { _ = diagnostic.render() }
    }
  }

  @Test func `a file of random tokens does no harm`() throws {
    let tokens = [
      "a", "type", ": ", "- ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ",", "&x ", "*x", "!!t ", "|\n", ">\n", "\"",
      "'", "#", "? ", "<<", "---", "...", "%", "@", "sources", "components", "é", "\u{2028}", "\t", "\r\n", "~", "12",
      "layout", "${env.", "}", "number", "from",
    ]
    var random = SplitMix(state: 42)
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 1...40, using: &random)).map { _ in tokens.randomElement(using: &random) ?? "" }
        .joined()
      let (definition, diagnostics) = try Self.compiled(Array(text.utf8))
      #expect((definition == nil) == diagnostics.contains { $0.severity == .error }, "\(text)")
    }
  }

  @Test(arguments: GoodCorpusTests.names) func `a damaged file of the corpus is answered`(name: String) throws {
    let good = try Fixtures.bytes(GoodCorpusTests.folder.appending(path: name))
    var random = SplitMix(state: name.utf8.reduce(UInt64(11)) { ($0 &* 31) &+ UInt64($1) })
    for _ in 0..<40 {
      let damaged = Self.damaged(good, &random)

      let (definition, diagnostics) = try Self.compiled(damaged, "dashboards/\(name)")

      try #require((definition == nil) == diagnostics.contains { $0.severity == .error })
      for diagnostic in diagnostics where diagnostic.excerpt != nil {
        try #require(diagnostic.column <= (diagnostic.excerpt?.count ?? 0) + 1)
      }
    }
  }

  @Test func `random bytes do no harm`() throws {
    var random = SplitMix(state: 4711)
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }

      let (definition, diagnostics) = try Self.compiled(bytes)

      #expect(definition == nil && !diagnostics.isEmpty, "\(bytes)")
    }
  }

  @Test func `what costs too much is seen`() throws {
    var sum: UInt64 = 0
    let start = Expense.threadSeconds
    let slow = Expense.least(of: 1) { while Expense.threadSeconds - start < 1.1 { sum &+= 1 } }
    // What tests beside it give back meanwhile hides some of it, so the most of several looks counts.
    func bytes(of count: Int) -> Int {
      (0..<5).map { _ in Expense.least(of: 1) { sum &+= Self.sum(ofBytes: count) }.bytes }.max() ?? 0
    }
    let large = bytes(of: 220 << 20), small = bytes(of: 20 << 20)

    #expect(!slow.isWithinLimit && slow.seconds >= 1, "\(slow)")
    #expect(!Expense(seconds: 0, bytes: large).isWithinLimit && large >= 200 << 20, "\(large)")
    #expect(small >= 19 << 20, "\(small)")
  }

  private static func sum(ofBytes count: Int) -> UInt64 {
    let bytes = [UInt8](repeating: 1, count: count)
    return bytes.withUnsafeBufferPointer { UInt64($0[count / 2]) }
  }

  /// What the compiler makes of a file, for at most a second and 200 MB.
  private static func compiled(
    _ bytes: [UInt8], _ file: String = "dashboards/a.yml"
  ) throws -> (DashboardDefinition?, [Diagnostic]) {
    var result: (DashboardDefinition?, [Diagnostic]) = (nil, [])
    let expense = Expense.least { result = Fixtures.compiler.compile(text: bytes, file: file) }
    try #require(expense.isWithinLimit, "\(expense) for \(String(decoding: bytes, as: UTF8.self))")
    return result
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
