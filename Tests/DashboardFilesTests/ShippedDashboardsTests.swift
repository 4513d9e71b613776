import DashboardFiles
import DashboardModel
import Foundation
import Testing

/// Every file in `dashboards/` loads, and a slip in any of its keys is found.
struct ShippedDashboardsTests {
  static let names = (try? Fixtures.files(in: Fixtures.dashboards, ending: ".yml")) ?? []

  @Test func `every shipped dashboard loads without a word`() {
    let result = DashboardFolder(path: Fixtures.dashboards.path).load()

    #expect(result.diagnostics.map { $0.render() } == [])
    #expect(result.dashboards.map { "\($0.name).yml" } == Self.names)
    #expect(Self.names.contains("counter.yml"))
  }

  @Test func `the counter is the page that the first example describes`() throws {
    let result = DashboardFolder(path: Fixtures.dashboards.path).load()
    let counter = try #require(result.dashboards.first { $0.name == "counter" })

    #expect(counter.transport == .ajax)
    #expect(counter.reloadInterval == 2.5)
    #expect(counter.sources == [SourceDefinition(name: "count", kind: .counter(start: 500, step: 1), every: 1)])
    #expect(counter.components[0].bindings == [Binding(source: "count")])
    #expect(counter.components[0].properties["size"] == "huge")
  }

  @Test(arguments: names) func `a slip in any key is reported where it stands`(name: String) throws {
    let text = String(decoding: try Fixtures.bytes(Fixtures.dashboards.appending(path: name)), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var tried = 0
    for slip in KeySlip.all(in: lines) {
      let mutant = slip.applied(to: lines)
      let diagnostics = Fixtures.compile(mutant, file: "dashboards/\(name)").1
      tried += 1

      let isFound = diagnostics.contains {
        $0.severity == .error && $0.line == slip.line && $0.column == slip.column
          && $0.hint == "did you mean \"\(slip.key)\"?"
      }
      #expect(isFound, "\(slip) gave \(diagnostics.map { $0.render() })")
    }
    #expect(tried >= 5)
  }
}

/// A key of the declared options, with two of its letters swapped or one doubled.
private struct KeySlip: CustomStringConvertible {
  var line: Int
  var column: Int
  var key: String

  var misspelt: String { key + String(key.last ?? "x") }
  var description: String { "\(misspelt) at \(line):\(column)" }

  /// All places where a word of the language is followed by a colon. Names that authors choose are no slips.
  static func all(in lines: [String]) -> [KeySlip] {
    lines.enumerated().flatMap { index, text in
      text.matches(of: #/(?:^|[{,]) *([a-z_]+):(?: |$)/#).compactMap { match in
        let key = String(match.1)
        let column = text.distance(from: text.startIndex, to: match.1.startIndex) + 1
        return isOption(key, in: text) ? KeySlip(line: index + 1, column: column, key: key) : nil
      }
    }
  }

  private static func isOption(_ key: String, in text: String) -> Bool {
    let options = [
      "title", "transport", "reload_interval", "theme", "scope", "act", "thumbnail", "sources", "components", "layout",
      "type", "from", "every", "start", "step", "size", "window", "style", "columns", "formats", "format", "levels",
      "labels", "unit", "compare", "sparkline", "stacked", "action", "pick", "command", "timezone", "hours", "align",
      "min", "max", "link", "note", "limit", "empty",
    ]
    // In these files `type`, `list`, `text` and the like also name fields, components and columns.
    let isChosen = text.contains("columns:") || text.contains("formats:") || text.contains("pick:")
      || text.hasPrefix("  \(key):")
    return options.contains(key) && !(isChosen && key != "type" && key != "columns")
  }

  func applied(to lines: [String]) -> String {
    var lines = lines
    let start = lines[line - 1].index(lines[line - 1].startIndex, offsetBy: column - 1)
    lines[line - 1].replaceSubrange(start..<lines[line - 1].index(start, offsetBy: key.count), with: misspelt)
    return lines.joined(separator: "\n")
  }
}
