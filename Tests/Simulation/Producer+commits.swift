import DashboardModel
import PageSync

/// Changes going out, as `CommitLoop` and `Board` send them: one commit at a time per page.
extension Producer {
  func commitSoon() { for key in World.pages { commit(key) } }

  func commit(_ key: PageKey) {
    guard let hold, let page = pages[key], !page.isCommitting, page.writer.hasWork else { return }
    let wait = isRetiring ? 0 : max(page.retryAt, page.lastCommit + 50) - world.agenda.now
    guard wait <= 0 else { return after(wait) { self.commit(key) } }
    guard var commit = pages[key]?.writer.nextCommit(hold: hold) else { return }
    pages[key]?.isCommitting = true
    pages[key]?.lastCommit = world.agenda.now
    let machines = commit
    commit = world.altered(commit, of: page)
    connection.ask { $0.commit(commit) } then: { self.answered($0, to: machines) }
  }

  private func answered(_ answer: CommitAnswer?, to commit: Commit) {
    let key = commit.page
    guard pages[key]?.isCommitting == true else { return }
    pages[key]?.isCommitting = false
    if answer == .ok {
      for event in commit.finished { pages[key]?.unconfirmed.remove(event.entry) }
      if world.leavesOut(.eventsEndWithTheirEffect) { finishApart(commit) }
    }
    // A new epoch began meanwhile: it carries everything, whatever became of this commit.
    guard pages[key]?.writer.inFlight?.to == commit.to else { return self.commit(key) }
    guard let answer, let action = pages[key]?.writer.answered(answer) else { return retry(key) }
    switch action {
    case .proceed:
      pages[key]?.retryAt = 0
      if let values = pages[key]?.writer.values { pages[key]?.confirmed = values }
    case .newEpoch(let generation):
      note(generation)
      openEpoch(key)
    case .askLease: return retry(key)
    }
    self.commit(key)
  }

  private func retry(_ key: PageKey) {
    pages[key]?.retryAt = world.agenda.now + 100
    commit(key)
  }

  private func finishApart(_ commit: Commit) {
    guard let hold else { return }
    for event in commit.finished {
      let record = EventRecord(
        page: commit.page, viewer: event.viewer, sequence: event.sequence, component: "", front: event.front)
      let queued = QueuedEvent(entry: event.entry, record: record)
      connection.ask { $0.finish(queued, event.reply, hold) } then: { _ in }
    }
  }
}
