/// The test of the test: what the simulator finds with each rule left out in turn.
package struct RuleTable: Sendable {
  package struct Row: Sendable {
    package var rule: Rule
    package var batch: Batch
  }

  package private(set) var rows: [Row] = []

  /// Each rule over so many seeds.
  package static func measured(_ rules: [Rule] = Rule.allCases, seeds: UInt64) async -> RuleTable {
    var table = RuleTable()
    for rule in rules {
      table.rows.append(Row(rule: rule, batch: await Batch.run(seeds: 0..<seeds, mix: rule.mix, without: rule)))
    }
    return table
  }

  /// As it stands in docs/simulation.md.
  package var markdown: String {
    let head = "| rule | left out | mix | seeds | hits | first seed |\n|---|---|---|---|---|---|\n"
    return head + rows.map { row in
      let (name, leftOut) = row.rule.meaning
      let first = row.batch.firstViolation.map { "\($0.seed)" } ?? "none"
      return "| \(name) | \(leftOut) | \(row.rule.mix.name) | \(row.batch.seeds) | \(row.batch.hits) | \(first) |"
    }.joined(separator: "\n")
  }
}
