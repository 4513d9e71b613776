import Foundation
import Simulation

// swift run -c release simulate --seeds 200000 [--from 0] [--mix takeovers]   many seeds, on every core
// swift run simulate --seed 4711 [--without rule]     one seed with its trace
// swift run simulate --table                          every rule left out in turn

let arguments = Array(CommandLine.arguments.dropFirst())

func value(_ option: String) -> String? {
  arguments.firstIndex(of: option).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
}

/// What an option names; ends with the names there are when it is none of them.
func named<Value>(_ option: String, among all: [Value], by name: (Value) -> String) -> Value? {
  guard let wanted = value(option) else { return nil }
  if let found = all.first(where: { name($0) == wanted }) { return found }
  print("\(option) is one of: \(all.map(name).joined(separator: ", "))")
  exit(64)
}

let rule = named("--without", among: Rule.allCases, by: \.rawValue)
let mix = named("--mix", among: Mix.all, by: \.name) ?? rule?.mix ?? .everything

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
