package import DashboardModel
package import PageSync

/// What a producer asks of the store beside its leases, pages and events: who else is there, whether the store still has
/// what it was given, and what may be thrown away. None of it decides who owns what. Everything may throw
/// ``BackplaneError``.
package protocol StoreUpkeep: Sendable {
  /// Calls when there is something to look at now: a hint saves waiting, and never decides.
  func onHint(_ call: @escaping @Sendable (StoreHint) -> Void)

  /// Says that a producer is alive and how many shards it owns; answers what all have said.
  func announce(_ owner: String, _ announcement: Announcement) async throws -> [String: Announcement]
  /// Takes producers that are gone out of the list.
  func forget(producers: [String]) async throws

  /// Writes again how the store is set up, if it lost that: for fronts that come now. For owners only.
  func keepSetup() async throws

  /// Where pages stand, in the same order; `nil` for one that is missing or whose counts do not fit.
  func standing(of pages: [PageKey]) async throws -> [Version?]
  /// Single components of pages, in the same order; `nil` for one that the store does not have.
  func values(of components: [ComponentAddress]) async throws -> [ComponentValue?]

  /// Some of the marks that are kept of viewers, of any shard, and where to go on; a `nil` cursor begins, and ends.
  func marks(after cursor: String?) async throws -> (marks: [StoredMark], cursor: String?)
  /// Removes marks that still are exactly as seen.
  func remove(_ marks: [StoredMark], hold: LeaseHold) async throws
  /// Puts marks back into a store that lost them; those that are further on stay (R9).
  func restore(_ marks: [RememberedMark], in shard: Int, hold: LeaseHold) async throws
}

/// What makes a look at a lease worth while before its time.
package enum StoreHint: Hashable, Sendable {
  /// Its owner released this shard.
  case released(shard: Int)
  /// The store can be reached (again).
  case connected
}

/// A producer's sign of life.
package struct Announcement: Hashable, Sendable {
  /// Raised with every announcement: others see that it moves, and need no clock.
  package var beat: UInt64
  /// How many shards it owns.
  package var owned: Int
  package init(beat: UInt64, owned: Int) {
    self.beat = beat
    self.owned = owned
  }
}

/// One component of one page.
package struct ComponentAddress: Hashable, Sendable {
  package var page: PageKey
  package var component: ComponentID
  package init(_ page: PageKey, _ component: ComponentID) {
    self.page = page
    self.component = component
  }
}
