package import DashboardModel
package import PageSync
import NIOCore
import Synchronization

extension MemoryBackplane: ProducerBackplane {
  package func configure(shards: Int) async throws {
    guard (1...64).contains(shards) else { throw BackplaneError.mismatch("shards must be 1 to 64, not \(shards)") }
    let found = state.withLock { state in
      if state.store.setUpFor == nil {
        state.store.setUpFor = shards
        if let listener = state.listener { call(&state) { listener.found(shards: shards) } }
      }
      return state.store.shardCount
    }
    guard found == shards else { throw BackplaneError.mismatch("the store has shards \(found); expected \(shards)") }
  }

  package func lease(of shard: Int) async throws -> LeaseRecord? {
    state.withLock { $0.store[shard].lease }
  }

  package func acquire(_ shard: Int, owner: String, minimumFence: UInt64) async throws -> LeaseAnswer {
    let fence = min(minimumFence, largestStoredNumber - 1)
    return change { $0[shard].acquire(owner: owner, minimumFence: fence, lineage: randomHex(bytes: 8)) }
  }

  package func steal(
    _ shard: Int, owner: String, seen: LeaseRecord, minimumFence: UInt64
  ) async throws -> LeaseAnswer {
    let fence = min(minimumFence, largestStoredNumber - 1)
    return change { $0[shard].steal(owner: owner, seen: seen, minimumFence: fence) }
  }

  package func release(_ shard: Int, hold: LeaseHold) async throws {
    change { $0[shard].release(hold) }
  }

  package func beat(_ shard: Int, hold: LeaseHold, versions: [PageKey: Version]) async throws -> BeatAnswer {
    change { $0[shard].beat(hold, versions: versions) }
  }

  package func send(_ commits: [Commit], answered: @escaping @Sendable (CommitResult) -> Void) {
    for commit in commits {
      answered(CommitResult(commit, .success(change { $0[$0.shard(of: commit.page)].commit(commit) })))
    }
  }

  package func drop(_ page: PageKey, hold: LeaseHold) async throws -> CommitAnswer {
    change { $0[$0.shard(of: page)].drop(page, hold: hold) }
  }

  package func restore(_ shard: Int) async throws -> [StoredPage] {
    state.withLock { state in
      (state.store.shards[shard]?.pages ?? [:]).map { key, page in
        StoredPage(key: key, snapshot: page.snapshot, privateState: page.privateState)
      }
    }
  }

  package func begin(_ shard: Int, entries: [String], hold: LeaseHold) async throws -> [Int] {
    change { $0[shard].begin(entries, hold: hold) }
  }

  package func newEvents(
    _ shard: Int, after: String?, limit: Int, wait: Duration
  ) async throws -> [QueuedEvent] {
    let events = state.withLock { $0.events(shard, after: after, limit: limit) }
    guard events.isEmpty, wait > .zero else { return events }
    try await waitForEvent(shard, after: after, at: .now() + TimeAmount(wait))
    return state.withLock { $0.events(shard, after: after, limit: limit) }
  }

  // Woken by enqueue or by the time, whichever comes first.
  private func waitForEvent(_ shard: Int, after: String?, at deadline: NIODeadline) async throws {
    let promise = eventLoop.makePromise(of: Void.self)
    let isThere = state.withLock { state in
      if !state.events(shard, after: after, limit: 1).isEmpty { return true }
      state.waiting[shard, default: []].append(promise)
      return false
    }
    if isThere { promise.succeed() }
    let timer = eventLoop.scheduleTask(deadline: deadline) { self.wake(shard) }
    try await promise.futureResult.get()
    timer.cancel()
  }

  private func wake(_ shard: Int) {
    for promise in state.withLock({ $0.waiting.removeValue(forKey: shard) ?? [] }) { promise.succeed() }
  }

  package func acknowledge(_ shard: Int, entries: [String]) async throws {
    change { $0[shard].queue.remove(entries) }
  }

  package func bury(_ shard: Int, event: QueuedEvent, hold: LeaseHold) async throws {
    change { $0[shard].bury(event, hold: hold) }
  }
}

extension MemoryBackplane.State {
  fileprivate func events(_ shard: Int, after: String?, limit: Int) -> [QueuedEvent] {
    store.shards[shard]?.queue.after(after, limit: limit) ?? []
  }
}
