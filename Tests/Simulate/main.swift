import Foundation
import Simulation

// swift run -c release simulate --seeds 200000 [--from 0] [--mix outages]   many seeds, on every core
// swift run simulate --seed 4711 [--without rule]     one seed with its trace
// swift run simulate --table                          every rule left out in turn

let arguments = Array(CommandLine.arguments.dropFirst())

func value(_ option: String) -> String? {
  arguments.firstIndex(of: option).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
}

let rule = value("--without").flatMap(Rule.init(rawValue:))
let mix = value("--mix").flatMap { name in Mix.all.first { $0.name == name } } ?? rule?.mix ?? .everything

if let seed = value("--seed").flatMap({ UInt64($0) }) {
  let report = World(seed: seed, mix: mix, without: rule, traced: true).run()
  print(report.trace.joined(separator: "\n"))
  print(report.violation ?? "at rest \(report.restedAfter) ms after the last fault")
} else if arguments.contains("--table") {
  let rules = rule.map { [$0] } ?? Rule.allCases
  await print(RuleTable.measured(rules, seeds: value("--seeds").flatMap { UInt64($0) } ?? 400).markdown)
} else {
  let seeds = value("--seeds").flatMap { UInt64($0) } ?? 2000
  let first = value("--from").flatMap { UInt64($0) } ?? 0
  let summary = await Batch.run(seeds: first..<(first + seeds), mix: mix, without: rule)
  for (seed, what) in summary.found { print("seed \(seed): \(what)") }
  print(summary)
  if summary.firstViolation != nil { exit(1) }
}
