package import DashboardModel
package import PageSync
import Synchronization

extension MemoryBackplane {
  package func onHint(_ call: @escaping @Sendable (StoreHint) -> Void) {
    state.withLock { $0.onHint = call }
  }

  package func announce(_ owner: String, _ announcement: Announcement) async throws -> [String: Announcement] {
    change { store in
      store.producers[owner] = announcement
      return store.producers
    }
  }

  package func forget(producers: [String]) async throws {
    change { store in for producer in producers { store.producers[producer] = nil } }
  }

  package func keepSetup() async throws {}

  package func standing(of pages: [PageKey]) async throws -> [Version?] {
    state.withLock { state in pages.map { state.store.page($0)?.snapshot.version } }
  }

  package func values(of components: [ComponentAddress]) async throws -> [ComponentValue?] {
    state.withLock { state in
      components.map { state.store.page($0.page)?.snapshot.components[$0.component]?.value }
    }
  }

  package func marks(after cursor: String?) async throws -> (marks: [StoredMark], cursor: String?) {
    let all = state.withLock { state in
      state.store.shards.flatMap { number, shard in
        shard.marks.map { StoredMark(shard: number, viewer: $0.key, queued: $0.value.queued, done: $0.value.done) }
      }
    }
    return (all, nil)
  }

  package func remove(_ marks: [StoredMark], hold: LeaseHold) async throws {
    change { store in for mark in marks { store[mark.shard].remove(mark, hold: hold) } }
  }

  package func restore(_ marks: [RememberedMark], in shard: Int, hold: LeaseHold) async throws {
    change { $0[shard].restore(marks, hold: hold) }
  }
}
