/// A rule of the protocol that a run can leave out, to see that the simulator would notice. Left out in the simulation's
/// own shells and store, never in the machines.
enum Rule: CaseIterable {
  /// A viewer applies a delta only to what it starts from (R16).
  case viewersCheckFrom
  /// A front applies an update only where it starts (R12).
  case frontsCheckFrom
  /// A front compares versions with the store now and then (R13).
  case frontsCompareVersions
  /// The store takes a commit only on the version it builds on (R2).
  case commitsCompareVersions
  /// The store takes a commit only from the holder of the lease (R2).
  case commitsCheckLease
}
