import Foundation
import Simulation
import Testing

/// The production machines under faults, in virtual time; docs/simulation.md says what is simulated and how to run more.
@Suite struct SimulationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seeds = UInt64(environment["SPLITFLAP_SEEDS"] ?? "") ?? 2000

  /// The mixes share the seeds; most go to the one that has every fault.
  @Test(arguments: [
    ("everything", 0.5), ("zombies", 0.05), ("no safety net", 0.1), ("outages", 0.1), ("takeovers", 0.05), ("old files", 0.05),
    ("cut channels", 0.05), ("lost keys", 0.1),
  ])
  func `no seed breaks an invariant`(name: String, share: Double) async throws {
    let mix = try #require(Mix.all.first { $0.name == name })

    let batch = await Batch.run(seeds: 0..<UInt64(Double(Self.seeds) * share), mix: mix, stopEarly: true)

    if let (seed, what) = batch.firstViolation {
      let trace = World(seed: seed, mix: mix, traced: true).run().trace
      Issue.record("seed \(seed) of \(name): \(what)\n\(trace.suffix(80).joined(separator: "\n"))")
    }
  }

  /// Prints the line of each rule as docs/simulation.md has it, over as few seeds as it takes.
  @Test(arguments: Rule.allCases)
  func `without this rule an invariant breaks`(rule: Rule) async {
    var found = false
    for first in stride(from: UInt64(0), to: rule.patience, by: 16) where !found {
      let batch = await Batch.run(seeds: first..<(first + 16), mix: rule.mix, without: rule)
      found = batch.firstViolation != nil
      if found { print(RuleTable.Row(rule: rule, batch: batch, seeds: first + 16).markdown) }
    }

    #expect(found, "\(rule.meaning.leftOut): nothing found in \(rule.patience) seeds")
  }

  @Test func `a seed says everything about its run`() {
    let first = World(seed: 7, traced: true).run(), second = World(seed: 7, traced: true).run()

    #expect(first.trace == second.trace)
    #expect(first.trace.count > 100)
  }

  /// Each broke an invariant once; what was changed is in docs/simulation.md.
  @Test(arguments: [
    (655, "everything"), (2270, "everything"), (2980, "everything"), (8929, "everything"), (77775, "everything"),
    (83493, "everything"), (94863, "everything"), (129675, "everything"), (176941, "everything"), (2, "takeovers"),
    (29, "takeovers"), (143, "takeovers"), (260, "takeovers"),
  ])
  func `a seed that once broke an invariant does not any more`(seed: UInt64, name: String) throws {
    let mix = try #require(Mix.all.first { $0.name == name })

    #expect(World(seed: seed, mix: mix).run().violation == nil)
  }
}
