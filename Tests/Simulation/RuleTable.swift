/// The test of the test: what the simulator finds with each rule left out in turn.
package struct RuleTable: Sendable {
  package struct Row: Sendable {
    package var rule: Rule
    package var batch: Batch
    /// How many were run in all.
    package var seeds: UInt64

    package init(rule: Rule, batch: Batch, seeds: UInt64) {
      self.rule = rule
      self.batch = batch
      self.seeds = seeds
    }

    /// Its line in docs/simulation.md.
    package var markdown: String {
      let (name, leftOut) = rule.meaning
      let first = batch.firstViolation.map { "\($0.seed)" } ?? "none"
      return "| \(name) | \(leftOut) | \(rule.mix.name) | \(seeds) | \(batch.hits) | \(first) |"
    }
  }

  package private(set) var rows: [Row] = []

  /// Each rule over so many seeds.
  package static func measured(_ rules: [Rule] = Rule.allCases, seeds: UInt64) async -> RuleTable {
    var table = RuleTable()
    for rule in rules {
      let batch = await Batch.run(seeds: 0..<seeds, mix: rule.mix, without: rule)
      table.rows.append(Row(rule: rule, batch: batch, seeds: seeds))
    }
    return table
  }

  /// As it stands in docs/simulation.md.
  package var markdown: String {
    let head = "| rule | left out | mix | seeds | hits | first seed |\n|---|---|---|---|---|---|\n"
    return head + rows.map(\.markdown).joined(separator: "\n")
  }
}
