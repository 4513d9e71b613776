package import DashboardModel

/// What the store keeps of one shard, and what its scripts mean, in plain Swift: the in-memory backplane runs it, the
/// simulator breaks it, and `Tests/BackplaneTests` holds it and the Lua scripts to the same answers. Any change in
/// `Backplane/Scripts` belongs here too.
///
/// Pure: what is to be delivered is taken from ``takePublished()``, in order.
package struct ShardStore: Sendable {
  /// Something published on a channel.
  package enum Publication: Sendable {
    case message(PageMessage, PageKey)
    case heartbeat(Heartbeat)
    case reply(EventReply, viewer: ViewerID, sequence: UInt64, front: String)
    case released(shard: Int)
  }

  package struct Page: Sendable {
    package var snapshot: Snapshot
    package var privateState: [String: [UInt8]] = [:]
  }

  package let number: Int
  package var lease: LeaseRecord?
  /// The highest generation when the lease's fence was granted: every epoch opened under that fence must be above it, in
  /// whatever order the first commits of many pages arrive.
  package var generationBefore: UInt64 = 0
  package var floor: UInt64 = 0
  package var pages: [PageKey: Page] = [:]
  package var marks: [ViewerID: StoredMarks] = [:]
  package var queue = StoredQueue()
  private var published: [Publication] = []

  package init(number: Int) { self.number = number }

  package mutating func takePublished() -> [Publication] {
    defer { published = [] }
    return published
  }
}

// MARK: - The lease

extension ShardStore {
  package mutating func acquire(owner: String, minimumFence: UInt64, lineage: String) -> LeaseAnswer {
    if let lease { return .refused(lease) }
    let granted = LeaseRecord(owner: owner, fence: minimumFence + 1, beat: 0, lineage: lineage, generation: 0)
    lease = granted
    generationBefore = 0
    return .granted(granted)
  }

  package mutating func steal(owner: String, seen: LeaseRecord, minimumFence: UInt64) -> LeaseAnswer {
    guard var lease else { return .refused(nil) }
    guard (lease.owner, lease.fence, lease.beat, lease.lineage) == (seen.owner, seen.fence, seen.beat, seen.lineage)
    else { return .refused(lease) }
    lease.owner = owner
    lease.fence = max(lease.fence, minimumFence) + 1
    lease.released = false
    self.lease = lease
    generationBefore = lease.generation
    return .granted(lease)
  }

  package mutating func release(_ hold: LeaseHold) {
    guard case .held = check(hold) else { return }
    lease?.released = true
    queue.giveBack(from: hold.owner)
    published.append(.released(shard: number))
  }

  package mutating func beat(_ hold: LeaseHold, versions: [PageKey: Version]) -> BeatAnswer {
    switch check(hold) {
    case .none: return .noLease
    case .fenced(let lease): return .fenced(lease)
    case .held(var lease):
      lease.beat += 1
      self.lease = lease
      published.append(.heartbeat(Heartbeat(shard: number, beat: lease.beat, versions: versions)))
      return .ok(lease, floor: floor)
    }
  }

  package mutating func raiseFloor(to generation: UInt64) {
    floor = max(floor, min(generation, StoreLimits.largestNumber))
  }

  /// Removes a viewer's marks that still are as seen.
  package mutating func remove(_ mark: StoredMark, hold: LeaseHold) {
    guard case .held = check(hold), let found = marks[mark.viewer], found.queued == mark.queued, found.done == mark.done
    else { return }
    marks[mark.viewer] = nil
  }

  package mutating func restore(_ remembered: [RememberedMark], hold: LeaseHold) {
    guard case .held = check(hold) else { return }
    for mark in remembered { marks[mark.viewer, default: StoredMarks()].remember(mark) }
  }

  private enum Holding {
    case none
    case fenced(LeaseRecord)
    case held(LeaseRecord)
  }

  private func check(_ hold: LeaseHold) -> Holding {
    guard let lease else { return .none }
    return (lease.owner, lease.fence) == (hold.owner, hold.fence) ? .held(lease) : .fenced(lease)
  }
}

// MARK: - Pages

extension ShardStore {
  package mutating func commit(_ commit: Commit) -> CommitAnswer {
    switch check(commit.hold) {
    case .none: return .noLease
    case .fenced(let lease): return .fenced(lease)
    case .held:
      let version = pages[commit.page]?.snapshot.version
      if version == commit.to { return .ok }
      if let refusal = refusal(of: commit, version) { return refusal }
      write(commit)
      publish(commit)
      return .ok
    }
  }

  private func refusal(of commit: Commit, _ version: Version?) -> CommitAnswer? {
    let generation = commit.to.epoch.generation
    if generation <= floor { return .floor(floor) }
    if let base = commit.base { return version == base ? nil : .conflict(version) }
    if let version, generation <= version.epoch.generation { return .conflict(version) }
    return generation <= generationBefore ? .floor(generationBefore) : nil
  }

  private mutating func write(_ commit: Commit) {
    var page = Page(snapshot: Snapshot(version: commit.to, components: [:]))
    if commit.base != nil, let old = pages[commit.page] {
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
      marks[event.viewer, default: StoredMarks()].finish(event.sequence, event.reply)
    }
  }

  // The message makes the way through its bytes, so that too large updates become `moved` here as well.
  private mutating func publish(_ commit: Commit) {
    if let message = PageMessage(bytes: commit.message.bytes) { published.append(.message(message, commit.page)) }
    for event in commit.storableFinished {
      published.append(.reply(event.reply, viewer: event.viewer, sequence: event.sequence, front: event.front))
    }
  }

  package mutating func drop(_ page: PageKey, hold: LeaseHold) -> CommitAnswer {
    switch check(hold) {
    case .none: return .noLease
    case .fenced(let lease): return .fenced(lease)
    case .held(let lease):
      let generation = pages.removeValue(forKey: page)?.snapshot.version.epoch.generation ?? 0
      self.lease?.generation = max(lease.generation, generation)
      generationBefore = max(generationBefore, generation)
      published.append(.message(.gone, page))
      return .ok
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
    let surplus = removed.count - StoreLimits.tombstones
    guard surplus > 0 else { return }
    for (id, revision) in removed.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }).prefix(surplus) {
      removed[id] = nil
      removedFloor = revision
    }
  }
}

// MARK: - Events

extension ShardStore {
  package mutating func enqueue(_ event: EventRecord) -> EnqueueAnswer {
    var marks = self.marks[event.viewer] ?? StoredMarks()
    if event.kind == .event, let answer = marks.judge(event, queueIsEmpty: queue.isEmpty) { return answer }
    guard queue.count < StoreLimits.events else { return .busy }
    queue.add(event)
    if event.kind == .event {
      marks.queue(event)
      self.marks[event.viewer] = marks
    }
    return .queued
  }

  /// See ``StoredQueue/begin(_:by:)``; nothing for who does not hold the shard, or has released it.
  package mutating func begin(_ entries: [String], hold: LeaseHold) -> [Int] {
    guard case .held(let lease) = check(hold), !lease.released else { return [] }
    return queue.begin(entries, by: hold.owner)
  }

  package mutating func finish(_ event: QueuedEvent, reply: EventReply?, hold: LeaseHold) {
    guard case .held = check(hold), queue.contains(event.entry) else { return }
    queue.remove([event.entry])
    if let reply { answer(event.record, reply) }
  }

  package mutating func bury(_ event: QueuedEvent, hold: LeaseHold) {
    guard case .held = check(hold) else { return }
    queue.bury(event.entry)
    if event.record.kind == .event, event.record.sequence > 0 { answer(event.record, .failed("poison")) }
  }

  private mutating func answer(_ record: EventRecord, _ reply: EventReply) {
    if record.kind == .event, record.sequence > 0 {
      marks[record.viewer, default: StoredMarks()].finish(record.sequence, reply)
    }
    published.append(.reply(reply, viewer: record.viewer, sequence: record.sequence, front: record.front))
  }
}
