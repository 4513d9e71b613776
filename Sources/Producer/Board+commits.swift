import DashboardModel
import PageSync

/// Changes going out: one commit at a time per page, the first at once, then at most every 50 ms.
extension Board {
  /// The commits to send now, and how long until there may be more.
  func dueCommits() -> (commits: [Commit], wait: Duration?) {
    let now = timeline.now.monotonic
    var commits: [Commit] = []
    var wait: Duration?
    for (key, page) in pages where !page.isCommitting && page.writer.hasWork && !isHeld(key) {
      let due = page.dueAt
      guard due <= now else {
        if holds[shardOf(key)] != nil { wait = min(wait ?? .seconds(1), due - now) }
        continue
      }
      if let commit = nextCommit(of: key, now: now) { commits.append(commit) }
    }
    return (commits, wait)
  }

  /// Everything staged for a shard's pages that is not on its way yet, due or not.
  func dueCommits(of shard: Int) -> [Commit] {
    let now = timeline.now.monotonic
    return pages.filter { shardOf($0.key) == shard && !$0.value.isCommitting && $0.value.writer.hasWork && !isHeld($0.key) }
      .compactMap { nextCommit(of: $0.key, now: now) }
  }

  /// True while something of a shard is staged or on its way, or a handler may still stage something.
  func hasWork(in shard: Int) -> Bool {
    pages.contains { shardOf($0.key) == shard && $0.value.writer.hasWork && !isHeld($0.key) }
      || runs.all.values.contains { shardOf($0.event.record.page) == shard }
  }

  private func nextCommit(of key: PageKey, now: Duration) -> Commit? {
    guard let hold = holds[shardOf(key)], let commit = pages[key]?.writer.nextCommit(hold: hold) else { return nil }
    pages[key]?.isCommitting = true
    pages[key]?.isUrgent = false
    pages[key]?.lastCommit = now
    return commit
  }

  /// Takes the store's answer in; `nil`: none came, so the same commit is sent again (R4).
  func answered(_ answer: CommitAnswer?, to commit: Commit) {
    let key = commit.page
    guard pages[key]?.isCommitting == true else { return }
    pages[key]?.isCommitting = false
    if answer == .ok {
      for event in commit.finished { pages[key]?.unconfirmed.remove(event.entry) }
      markedRuns(by: commit)
    }
    // A new epoch began meanwhile: it carries everything, whatever became of this commit.
    guard pages[key]?.writer.inFlight?.to == commit.to else { return }
    guard let answer, let action = pages[key]?.writer.answered(answer) else {
      pages[key]?.retryAt = timeline.now.monotonic + Self.retryInterval
      return
    }
    switch action {
    case .proceed: pages[key]?.retryAt = nil
    case .newEpoch(let generation):
      logger.warning("the data store stands elsewhere; writing the page anew", metadata: ["page": "\(key)", "answer": "\(answer)"])
      note(generation)
      openEpoch(key)
    case .askLease: pages[key]?.retryAt = timeline.now.monotonic + Self.retryInterval
    }
  }

  static let retryInterval = Duration.milliseconds(100)

  /// The versions of a shard's pages that changed in the last 2 s, for its heartbeat.
  func recentVersions(of shard: Int) -> [PageKey: Version] {
    let now = timeline.now.monotonic
    var versions: [PageKey: Version] = [:]
    for (key, page) in pages where shardOf(key) == shard {
      guard let version = page.writer.committed, let last = page.lastCommit, now - last < .seconds(2) else { continue }
      versions[key] = version
    }
    return versions
  }
}

extension LivePage {
  fileprivate var dueAt: Duration {
    if let retryAt { return retryAt }
    guard !isUrgent, let lastCommit else { return .zero }
    return lastCommit + Board.commitInterval
  }
}
