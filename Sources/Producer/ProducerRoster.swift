import Backplane

/// Which producers are alive and how the shards spread over them, told from what each announces. It only says who should
/// own less or go first; who owns what is the leases' business.
///
///     A owns 3, B owns 1, C owns 0   → A gives one up
///     A owns 2, B owns 1, C owns 1   → nobody does
struct ProducerRoster {
  private struct Member {
    var announcement: Announcement
    /// Successive looks at which it had said nothing new.
    var silent = 0
  }

  let owner: String
  let shards: Int
  private var members: [String: Member] = [:]
  private var lastOwned: [String: Int] = [:]
  /// Successive looks that found the same producers with the same shards.
  private var calm = 0

  /// Looks, half a second apart, after which one that says nothing counts as dead.
  static let mostSilence = 6
  /// Looks after which a dead one's name is removed.
  static let mostSilenceListed = 120
  /// Looks without a change before anything is moved, so that nothing moves twice.
  static let calmBeforeMove = 3

  init(owner: String, shards: Int) {
    self.owner = owner
    self.shards = shards
  }

  /// Takes in what all have announced; answers the names to remove.
  mutating func heard(_ announcements: [String: Announcement]) -> [String] {
    members = announcements.reduce(into: [:]) { found, pair in
      let known = members[pair.key]
      let silent = known?.announcement.beat == pair.value.beat ? (known?.silent ?? 0) + 1 : 0
      found[pair.key] = Member(announcement: pair.value, silent: silent)
    }
    let owned = live
    calm = owned == lastOwned ? calm + 1 : 0
    lastOwned = owned
    return members.filter { $0.value.silent >= Self.mostSilenceListed && $0.key != owner }.map(\.key)
  }

  /// The shards that each living producer owns.
  var live: [String: Int] {
    members.filter { $0.value.silent < Self.mostSilence || $0.key == owner }.mapValues(\.announcement.owned)
  }

  /// True when this producer should give a shard up: it owns the most, by two more than somebody else, and nothing moves
  /// just now.
  var hasTooMany: Bool {
    let live = live
    guard calm >= Self.calmBeforeMove, live.values.reduce(0, +) == shards, let mine = live[owner],
      let least = live.values.min(), mine > least + 1
    else { return false }
    return !live.contains { $0.value > mine || ($0.value == mine && $0.key < owner) }
  }

  /// Those that took their name out of the list have stopped.
  mutating func keep(only names: Set<String>) { members = members.filter { names.contains($0.key) } }

  /// True while this producer owns less than its share, so that it may be quick to take a free shard. Who said nothing new
  /// at the last look may be what the shard is free for.
  func isEager(owning owned: Int) -> Bool {
    let count = max(1, members.count { $0.value.silent == 0 || $0.key == owner })
    return owned < (shards + count - 1) / count
  }
}
