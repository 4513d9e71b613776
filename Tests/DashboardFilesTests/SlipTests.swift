import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

/// A slip in any reference of a shipped or good file (the name of a source, a field, a word of the layout, the
/// component of a thumbnail, the source of an action, an action, a variable, a type) is reported where it stands, with what was meant.
struct SlipTests {
  static let files = FuzzTests.names.map { Fixtures.dashboards.appending(path: $0) }
    + GoodCorpusTests.names.map { GoodCorpusTests.folder.appending(path: $0) }

  private static let compiler = DashboardCompiler(
    environment: Fixtures.environment, folder: GoodCorpusTests.folder.path)

  @Test(arguments: files) func `a slip in any reference is reported where it stands`(file: URL) throws {
    let text = String(decoding: try Fixtures.bytes(file), as: UTF8.self).replacing("\r\n", with: "\n")
    // What an included part declares cannot be looked up in this text.
    guard !text.contains("include:"), text.unicodeScalars.first != "\u{FEFF}" else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    for slip in ReferenceSlip.all(in: lines, text: text) {
      let mutant = slip.applied(to: lines)

      let diagnostics = Self.compiler.compile(text: Array(mutant.utf8), file: "dashboards/\(file.lastPathComponent)").1

      let found = diagnostics.filter { $0.severity == .error }
      let isFound = found.contains { $0.line == slip.line && $0.column == slip.column && slip.isAnswered(by: $0) }
      #expect(isFound, "\(slip) gave \(diagnostics.map { $0.render() })")
      #expect(found.allSatisfy { $0.line == slip.line }, "\(slip) gave \(found.map { $0.render() })")
    }
  }

  @Test func `there are enough slips of every kind to mean something`() throws {
    let slips = try Self.files.flatMap { file in
      let text = String(decoding: try Fixtures.bytes(file), as: UTF8.self).replacing("\r\n", with: "\n")
      return ReferenceSlip.all(
        in: text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init), text: text)
    }
    for kind in ReferenceSlip.Kind.allCases { #expect(slips.count { $0.kind == kind } >= 3, "\(kind)") }
    #expect(slips.count >= 150)
  }
}

/// A reference with its last letter written twice.
struct ReferenceSlip: CustomStringConvertible {
  enum Kind: CaseIterable { case source, field, layout, thumbnail, action, type, variable, deed }

  var kind: Kind
  var line: Int
  var column: Int
  var length: Int
  var word: String

  var description: String { "\(kind) \(word) at \(line):\(column)" }

  func isAnswered(by diagnostic: Diagnostic) -> Bool {
    guard let hint = diagnostic.hint else { return false }
    // The last part of `memory.percent` may be all that was meant, and a source without fields has no other.
    return hint.contains("\(word)\"?") || hint.hasPrefix("did you mean \"") && kind == .field
      || hint.hasPrefix("fields: ") && hint.contains(word) || hint.hasPrefix("one of: ") && hint.contains(word)
  }

  func applied(to lines: [[Character]]) -> String {
    var lines = lines
    lines[line - 1].insert(lines[line - 1][column - 2 + length], at: column - 1 + length)
    return lines.map { String($0) }.joined(separator: "\n")
  }

  static func all(in lines: [[Character]], text: String) -> [ReferenceSlip] {
    var slips: [ReferenceSlip] = []
    var layoutIndent: Int?
    for (index, line) in lines.enumerated() {
      let row = String(line), indent = line.prefix { $0 == " " }.count
      if let limit = layoutIndent, !row.allSatisfy(\.isWhitespace) {
        if indent > limit { slips += words(row, .layout, #/[a-z][a-z0-9_-]*/#, index) } else { layoutIndent = nil }
      }
      if row.hasPrefix("layout: |") { layoutIndent = indent }
      guard layoutIndent == nil, !row.drop(while: { $0 == " " }).hasPrefix("#") else { continue }
      slips += references(row, index)
    }
    return slips
  }

  private static func references(_ row: String, _ index: Int) -> [ReferenceSlip] {
    var slips: [ReferenceSlip] = []
    for match in row.matches(of: #/from: ([a-z][a-z0-9_-]*)(?:\.([a-z_]+))?(?:\.[a-z_.]+)?(?=[ ,}]|$)/#) {
      slips.append(slip(.source, match.1, row, index))
    }
    for match in row.matches(of: #/from: machine\.([a-z_.]+)(?=[ ,}]|$)/#) {
      slips.append(slip(.field, match.1, row, index))
    }
    for match in row.matches(of: #/thumbnail: ([a-z]+)/#) { slips.append(slip(.thumbnail, match.1, row, index)) }
    for match in row.matches(of: #/(?:refresh|reset|to): ([a-z]+) \}/#) {
      slips.append(slip(.action, match.1, row, index))
    }
    for match in row.matches(of: #/\$\{var\.([a-z][a-z0-9_-]*)\}/#) { slips.append(slip(.variable, match.1, row, index)) }
    for match in row.matches(of: #/action: ([a-z][a-z0-9_-]*)(?=[ ,}]|$)/#) { slips.append(slip(.deed, match.1, row, index)) }
    for match in row.matches(of: #/type: ([a-z]+)/#) { slips.append(slip(.type, match.1, row, index)) }
    return slips
  }

  private static func slip(_ kind: Kind, _ word: Substring, _ row: String, _ index: Int) -> ReferenceSlip {
    ReferenceSlip(kind: kind, line: index + 1, column: row.distance(from: row.startIndex, to: word.startIndex) + 1,
      length: word.count, word: String(word))
  }

  private static func words(
    _ row: String, _ kind: Kind, _ pattern: Regex<Substring>, _ index: Int
  ) -> [ReferenceSlip] {
    row.matches(of: pattern).map { slip(kind, $0.output, row, index) }
  }
}
