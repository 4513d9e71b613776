import DashboardModel
import PageSync

/// What Redis keeps, in memory: the same answers as the scripts in `Scripts`, for any change there belongs here too.
///
/// Pure: what is to be delivered is returned in ``published``, in order.
struct MemoryStore {
  /// Something published on a channel.
  enum Publication {
    case message(PageMessage, PageKey)
    case heartbeat(Heartbeat)
    case reply(EventReply, viewer: ViewerID, sequence: UInt64, front: String)
    case setUp(shards: Int)
    case release(shard: Int)
  }

  struct Page {
    var snapshot: Snapshot
    var privateState: [String: [UInt8]] = [:]
  }

  struct Shard {
    var lease: LeaseRecord?
    /// The highest generation when the lease's fence was granted, see `Scripts`.
    var generationBefore: UInt64 = 0
    var floor: UInt64 = 0
    var pages: [PageKey: Page] = [:]
    var marks: [ViewerID: Marks] = [:]
    var queue = EventQueue()
  }

  var shardCount: Int { setUpFor ?? 1 }
  /// As its first producer set it up.
  var setUpFor: Int?
  var producers: [String: Announcement] = [:]
  var shards: [Int: Shard] = [:]
  private var published: [Publication] = []

  mutating func publish(_ publication: Publication) { published.append(publication) }

  mutating func takePublished() -> [Publication] {
    defer { published = [] }
    return published
  }

  func shard(of page: PageKey) -> Int { Backplane.shard(of: page, among: shardCount) }

  func page(_ key: PageKey) -> Page? { shards[shard(of: key)]?.pages[key] }
}

// MARK: - Leases

extension MemoryStore {
  mutating func acquire(_ number: Int, owner: String, minimumFence: UInt64, lineage: String) -> LeaseAnswer {
    if let lease = shards[number]?.lease { return .refused(lease) }
    let lease = LeaseRecord(owner: owner, fence: minimumFence + 1, beat: 0, lineage: lineage, generation: 0)
    shards[number, default: Shard()].lease = lease
    shards[number]?.generationBefore = 0
    return .granted(lease)
  }

  mutating func steal(_ number: Int, owner: String, seen: LeaseRecord, minimumFence: UInt64) -> LeaseAnswer {
    guard var lease = shards[number]?.lease else { return .refused(nil) }
    guard (lease.owner, lease.fence, lease.beat, lease.lineage) == (seen.owner, seen.fence, seen.beat, seen.lineage)
    else { return .refused(lease) }
    lease.owner = owner
    lease.fence = max(lease.fence, minimumFence) + 1
    lease.released = false
    shards[number]?.lease = lease
    shards[number]?.generationBefore = lease.generation
    return .granted(lease)
  }

  mutating func release(_ number: Int, hold: LeaseHold) {
    guard case .held = check(number, hold) else { return }
    shards[number]?.lease?.released = true
    publish(.release(shard: number))
  }

  mutating func beat(_ number: Int, hold: LeaseHold, versions: [PageKey: Version]) -> BeatAnswer {
    switch check(number, hold) {
    case .none: return .noLease
    case .fenced(let lease): return .fenced(lease)
    case .held(var lease):
      lease.beat += 1
      shards[number]?.lease = lease
      published.append(.heartbeat(Heartbeat(shard: number, beat: lease.beat, versions: versions)))
      return .ok(lease, floor: shards[number]?.floor ?? 0)
    }
  }

  enum Holding {
    case none
    case fenced(LeaseRecord)
    case held(LeaseRecord)
  }

  func check(_ number: Int, _ hold: LeaseHold) -> Holding {
    guard let lease = shards[number]?.lease else { return .none }
    return (lease.owner, lease.fence) == (hold.owner, hold.fence) ? .held(lease) : .fenced(lease)
  }
}

// MARK: - Pages

extension MemoryStore {
  mutating func commit(_ commit: Commit) -> CommitAnswer {
    let number = shard(of: commit.page)
    switch check(number, commit.hold) {
    case .none: return .noLease
    case .fenced(let lease): return .fenced(lease)
    case .held:
      guard var shard = shards[number] else { return .noLease }
      let page = shard.pages[commit.page]
      if page?.snapshot.version == commit.to { return .ok }
      if let refusal = refusal(of: commit, page?.snapshot.version, shard) { return refusal }
      shard.write(commit, over: page)
      shards[number] = shard
      publish(commit)
      return .ok
    }
  }

  private func refusal(
    of commit: Commit, _ version: Version?, _ shard: Shard
  ) -> CommitAnswer? {
    let generation = commit.to.epoch.generation
    if generation <= shard.floor { return .floor(shard.floor) }
    if let base = commit.base { return version == base ? nil : .conflict(version) }
    if let version, generation <= version.epoch.generation { return .conflict(version) }
    return generation <= shard.generationBefore ? .floor(shard.generationBefore) : nil
  }

  // The message makes the way through its bytes, so that too large updates become `moved` here as well.
  private mutating func publish(_ commit: Commit) {
    if let message = PageMessage(bytes: commit.message.bytes) { published.append(.message(message, commit.page)) }
    for event in commit.storableFinished {
      published.append(
        .reply(event.reply, viewer: event.viewer, sequence: event.sequence, front: event.front))
    }
  }

  mutating func drop(_ page: PageKey, hold: LeaseHold) -> CommitAnswer {
    let number = shard(of: page)
    switch check(number, hold) {
    case .none: return .noLease
    case .fenced(let lease): return .fenced(lease)
    case .held(let lease):
      let dropped = shards[number]?.pages.removeValue(forKey: page)
      let generation = dropped?.snapshot.version.epoch.generation ?? 0
      shards[number]?.lease?.generation = max(lease.generation, generation)
      let before = shards[number]?.generationBefore ?? 0
      shards[number]?.generationBefore = max(before, generation)
      published.append(.message(.gone, page))
      return .ok
    }
  }
}

extension MemoryStore.Shard {
  fileprivate mutating func write(_ commit: Commit, over old: MemoryStore.Page?) {
    var page = MemoryStore.Page(snapshot: Snapshot(version: commit.to, components: [:]))
    if commit.base != nil, let old {
      page = old
    } else {
      let highest = max(lease?.generation ?? 0, commit.to.epoch.generation)
      lease?.generation = highest
    }
    page.snapshot.apply(commit)
    for (name, value) in commit.privateState { page.privateState[name] = value }
    pages[commit.page] = page
    for event in commit.storableFinished {
      queue.remove([event.entry])
      marks[event.viewer, default: Marks()].finish(event.sequence, event.reply)
    }
  }
}

extension Snapshot {
  /// Writes what changed and keeps at most 256 tombstones, the youngest.
  fileprivate mutating func apply(_ commit: Commit) {
    version = commit.to
    for (id, value) in commit.sets {
      components[id] = StoredValue(revision: commit.to.revision, value: value)
      removed[id] = nil
    }
    for id in commit.removes where components.removeValue(forKey: id) != nil { removed[id] = commit.to.revision }
    let surplus = removed.count - Scripts.mostTombstones
    guard surplus > 0 else { return }
    for (id, revision) in removed.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }).prefix(surplus) {
      removed[id] = nil
      removedFloor = revision
    }
  }
}

// MARK: - Events

extension MemoryStore {
  mutating func enqueue(_ event: EventRecord, in number: Int) -> EnqueueAnswer {
    var shard = shards[number] ?? Shard()
    if event.kind == .event {
      let marks = shard.marks[event.viewer] ?? Marks()
      if let answer = marks.judge(event, queueIsEmpty: shard.queue.isEmpty) { return answer }
    }
    guard shard.queue.count < Scripts.mostEvents else { return .busy }
    shard.queue.add(event)
    if event.kind == .event { shard.marks[event.viewer, default: Marks()].queued = event.sequence }
    shards[number] = shard
    return .queued
  }

  mutating func bury(_ number: Int, event: QueuedEvent, hold: LeaseHold) {
    guard case .held = check(number, hold) else { return }
    let record = event.record
    shards[number]?.queue.bury(event.entry)
    guard record.kind == .event, record.sequence > 0 else { return }
    let reply = EventReply.failed("poison")
    shards[number]?.marks[record.viewer, default: Marks()].finish(record.sequence, reply)
    published.append(.reply(reply, viewer: record.viewer, sequence: record.sequence, front: record.front))
  }
}
