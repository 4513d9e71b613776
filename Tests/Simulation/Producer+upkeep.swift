import DashboardModel
import PageSync

/// The looking over of the store, as `Housekeeper` does it: pages at rest are compared, and marks learnt.
extension Producer {
  func lookOver() {
    after(1000) { self.lookOver() }
    // Others lose and win shards meanwhile, so the share changes.
    isEager = !world.random.chance(world.mix.reluctant)
    guard hold != nil else { return }
    comparePages()
    learnMarks()
  }

  private func comparePages() {
    let resting = World.pages.compactMap { key in restingVersion(of: key).map { (key: key, version: $0) } }
    connection.ask { store in resting.map { store.standing(of: $0.key) } } then: { found in
      for (page, found) in zip(resting, found ?? []) where found != page.version {
        self.stands(page.key, at: found, expected: page.version)
      }
    }
  }

  /// A missing or another page is written anew (R9).
  private func stands(_ key: PageKey, at found: Version?, expected: Version) {
    guard hold != nil, !isRetiring, restingVersion(of: key) == expected else { return }
    world.note("\(name) finds \(key) at \(found.map { "\($0)" } ?? "nothing"), not \(expected)")
    if let found { note(found.epoch.generation) }
    openEpoch(key)
    commit(key)
  }

  /// Where the store must have the page; `nil` while a commit is due or on its way.
  private func restingVersion(of key: PageKey) -> Version? {
    guard let page = pages[key], !page.isCommitting, !page.writer.hasWork else { return nil }
    return page.writer.committed
  }

  private func learnMarks() {
    guard !world.leavesOut(.marksAreKept) else { return }
    connection.ask { $0.marks } then: { found in
      guard self.hold != nil else { return }
      for mark in found ?? [] {
        if case .new = self.marks.judge(mark.viewer, mark.done) {
          self.world.note("\(self.name) learns that \(mark.done) of \(World.name(mark.viewer)) is done")
        }
        self.marks.learn(mark.viewer, mark.done, now: .milliseconds(self.world.agenda.now))
      }
    }
  }
}
