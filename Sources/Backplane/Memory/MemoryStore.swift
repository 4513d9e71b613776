import DashboardModel
import PageSync

/// What Redis keeps, in memory: every shard as ``ShardStore`` has it.
struct MemoryStore {
  var shardCount: Int { setUpFor ?? 1 }
  /// As its first producer set it up.
  var setUpFor: Int?
  var producers: [String: Announcement] = [:]
  private(set) var shards: [Int: ShardStore] = [:]

  /// The shard of this number, made when it is first asked for.
  subscript(number: Int) -> ShardStore {
    get { shards[number] ?? ShardStore(number: number) }
    _modify {
      var shard = shards.removeValue(forKey: number) ?? ShardStore(number: number)
      defer { shards[number] = shard }
      yield &shard
    }
  }

  func shard(of page: PageKey) -> Int { Backplane.shard(of: page, among: shardCount) }

  func page(_ key: PageKey) -> ShardStore.Page? { shards[shard(of: key)]?.pages[key] }

  /// What was published since, in order within each shard.
  mutating func takePublished() -> [ShardStore.Publication] {
    shards.keys.sorted().flatMap { self[$0].takePublished() }
  }
}
