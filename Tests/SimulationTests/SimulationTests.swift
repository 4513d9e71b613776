import Foundation
import Testing

/// The protocol's machines under random interleavings: crashes, lost calls and answers, late execution, lost, repeated
/// and reordered messages, cut channels, viewers moving between fronts.
///
/// `SPLITFLAP_SEEDS=200000 swift test --filter SimulationTests` runs more; `SPLITFLAP_SEED=4711` replays one.
@Suite struct SimulationTests {
  private static let environment = ProcessInfo.processInfo.environment

  @Test func `no seed breaks an invariant`() async {
    let first = UInt64(Self.environment["SPLITFLAP_SEED"] ?? "") ?? 0
    let count = Self.environment["SPLITFLAP_SEED"] == nil ? UInt64(Self.environment["SPLITFLAP_SEEDS"] ?? "") ?? 2000 : 1

    for seed in first..<(first + count) {
      // Other suites run beside this one, on as few threads as there are cores.
      await Task.yield()
      var world = World(seed: seed)
      if let violation = world.run(steps: 600) {
        Issue.record("seed \(seed): \(violation); replay with SPLITFLAP_SEED=\(seed)")
        return
      }
    }
  }

  @Test(arguments: Rule.allCases)
  func `without this rule an invariant breaks`(rule: Rule) {
    let violation = (UInt64(0)..<2000).lazy.compactMap { seed -> String? in
      var world = World(seed: seed, without: rule)
      return world.run(steps: 600)
    }.first

    #expect(violation != nil)
  }
}
