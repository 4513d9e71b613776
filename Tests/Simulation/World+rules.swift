import DashboardModel
import PageSync

/// Rules left out by changing a commit on its way.
extension World {
  /// Without R2, as the store sees it.
  func rewritten(_ commit: Commit, at shard: ShardStore) -> Commit {
    var commit = commit
    if leavesOut(.commitsCheckLease), let lease = shard.lease {
      commit.hold = LeaseHold(owner: lease.owner, fence: lease.fence)
    }
    if leavesOut(.commitsCompareVersions), commit.base != nil, let version = shard.pages[commit.page]?.snapshot.version {
      commit.base = version
    }
    return commit
  }

  /// Without R3, R4 or R10, as its producer sends it; `page` is how things stood before.
  func altered(_ commit: Commit, of page: Producer.OwnedPage) -> Commit {
    var commit = commit
    if leavesOut(.eventsEndWithTheirEffect) { (commit.finished, commit.privateState) = ([], [:]) }
    if leavesOut(.repeatsAreIdentical), page.writer.inFlight != nil { commit = commit.carrying(page.writer.values) }
    if let old = page.continues { commit = commit.continuing(old) }
    return commit
  }

  /// Without R5 or R9: the contents a new epoch begins with, in place of the writer's.
  func valuesForced(on page: Producer.OwnedPage, _ key: PageKey) -> [ComponentID: ComponentValue]? {
    if leavesOut(.pendingEffectsAreKept), page.writer.inFlight != nil { return page.confirmed }
    guard leavesOut(.memoryIsWrittenBack) else { return nil }
    return store.snapshot(of: key)?.components.mapValues(\.value) ?? World.initial
  }
}

extension Commit {
  /// The same numbers over other contents.
  fileprivate func carrying(_ contents: [ComponentID: ComponentValue]) -> Commit {
    var commit = self
    if let base {
      let changes = contents.sorted { $0.key < $1.key }.map { ComponentChange($0.key, .set($0.value)) }
      commit.update = .changes(Update(from: base, to: to, changes: changes), values: contents.mapValues(Optional.some))
    } else {
      commit.update = .whole(contents)
    }
    return commit
  }

  /// As if the epoch had not begun anew but gone on from `old`.
  fileprivate func continuing(_ old: Version) -> Commit {
    guard to.epoch == old.epoch else { return self }
    var commit = self
    commit.to.revision += old.revision
    commit.base = Version(epoch: old.epoch, revision: (base?.revision ?? 0) + old.revision)
    commit.finished = finished.map { event in
      var event = event
      if case .applied = event.reply.outcome { event.reply.outcome = .applied(commit.to) }
      return event
    }
    switch update {
    case .whole(let contents): return commit.carrying(contents)
    case .changes(var update, let values):
      (update.from, update.to) = (commit.base ?? old, commit.to)
      commit.update = .changes(update, values: values)
      return commit
    }
  }
}
