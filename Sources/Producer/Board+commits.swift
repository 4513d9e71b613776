import Backplane
import DashboardModel
import PageSync

/// Changes going out: one commit at a time per page, the first at once, then at most every 50 ms.
extension Board {
  /// Takes the store's answers in, and tells the commits to send now and how long until there may be more.
  func exchange(_ answers: [CommitResult]) -> (commits: [Commit], wait: Duration?) {
    for result in answers { answered(try? result.answer.get(), to: result.commit) }
    return dueCommits()
  }

  /// The commits to send now, and how long until there may be more.
  func dueCommits() -> (commits: [Commit], wait: Duration?) {
    let now = timeline.now.monotonic
    var commits: [Commit] = []
    var wait: Duration?
    for page in work.take() where page.canCommit {
      guard let hold = holds[page.shard], !page.isHeld else {
        page.noteWork()
        continue
      }
      let due = page.dueAt
      if due <= now {
        if let commit = page.nextCommit(hold, now: now) { commits.append(commit) }
      } else {
        page.noteWork()
        wait = min(wait ?? .seconds(1), due - now)
      }
    }
    return (commits, wait)
  }

  /// Everything staged for a shard's pages that is not on its way yet, due or not.
  func dueCommits(of shard: Int) -> [Commit] {
    guard let hold = holds[shard] else { return [] }
    let now = timeline.now.monotonic
    return pages.values.filter { $0.shard == shard && $0.canCommit && !$0.isHeld }.compactMap { $0.nextCommit(hold, now: now) }
  }

  /// True while something of a shard is staged or on its way, or a handler may still stage something.
  func hasWork(in shard: Int) -> Bool {
    pages.values.contains { $0.shard == shard && $0.writer.hasWork && !$0.isHeld }
      || runs.all.values.contains { shardOf($0.event.record.page) == shard }
  }

  /// Takes the store's answer in; `nil`: none came, so the same commit is sent again (R4).
  func answered(_ answer: CommitAnswer?, to commit: Commit) {
    guard let page = pages[commit.page], page.isCommitting else { return }
    page.isCommitting = false
    if answer == .ok {
      for event in commit.finished { page.unconfirmed.remove(event.entry) }
      markedRuns(by: commit)
    }
    // A new epoch began meanwhile: it carries everything, whatever became of this commit.
    guard page.writer.inFlight?.to == commit.to else { return }
    guard let answer else {
      page.retryAt = timeline.now.monotonic + Self.retryInterval
      return
    }
    switch page.writer.answered(answer) {
    case .proceed: page.retryAt = nil
    case .newEpoch(let generation):
      logger.warning(
        "the data store stands elsewhere; writing the page anew", metadata: ["page": "\(page.key)", "answer": "\(answer)"])
      note(generation)
      openEpoch(page.key)
    case .askLease: page.retryAt = timeline.now.monotonic + Self.retryInterval
    }
  }

  static let retryInterval = Duration.milliseconds(100)

  /// The versions of a shard's pages that changed in the last 2 s, for its heartbeat.
  func recentVersions(of shard: Int) -> [PageKey: Version] {
    let now = timeline.now.monotonic
    var versions: [PageKey: Version] = [:]
    for (key, page) in pages where page.shard == shard {
      guard let version = page.writer.committed, let last = page.lastCommit, now - last < .seconds(2) else { continue }
      versions[key] = version
    }
    return versions
  }
}

extension LivePage {
  /// Something is staged, and nothing on its way.
  fileprivate var canCommit: Bool { !isForgotten && !isCommitting && writer.hasWork }

  fileprivate var dueAt: Duration {
    if let retryAt { return retryAt }
    guard !isUrgent, let lastCommit else { return .zero }
    return lastCommit + Board.commitInterval
  }

  fileprivate func nextCommit(_ hold: LeaseHold, now: Duration) -> Commit? {
    isCommitting = true
    guard let commit = writer.nextCommit(hold: hold) else {
      isCommitting = false
      return nil
    }
    isUrgent = false
    lastCommit = now
    return commit
  }
}
