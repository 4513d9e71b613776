package import DashboardModel

/// Numbers epochs above every generation a producer knows of: its own, the lease's, the pages' and the floor's.
package struct EpochNumbers: Sendable {
  private var highest: UInt64 = 0

  package init() {}

  package mutating func note(_ generation: UInt64) { highest = max(highest, generation) }

  /// The next epoch. The very first is seeded by the wall clock, so that a store which lost everything does not start
  /// below what browsers show.
  package mutating func next(seed: UInt64, nonce: UInt32) -> Epoch {
    highest = highest == 0 ? max(1, seed) : highest + 1
    return Epoch(generation: highest, nonce: nonce)
  }
}
