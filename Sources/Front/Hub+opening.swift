import DashboardModel
import NIOCore
import PageSync

/// Pages that are made on demand: a viewer's own, and those with parameters.
extension Hub {
  /// Tells the producer that somebody looks at such a page, so that it is made and kept.
  func openIfViewers(_ key: PageKey) {
    guard key.isOnDemand, let opener = ViewerID("front-opens-page-\(backplane.front)") else { return }
    let now = NIODeadline.now()
    let isNew = state.withLock { state -> Bool? in
      guard let page = state.pages[key], page.isInUse(now) else { return nil }
      // Without an owner nobody takes events from the queue: it must not fill up with these.
      if case .stale = state.condition(of: key, now: now) { return nil }
      // A page that was here and is not in the store was given up while nobody could say that it is looked at.
      let every = page.version == nil || page.machine.storeIsBehind ? Self.openUnanswered : Self.openAgain
      guard page.lastOpened.map({ now - $0 >= every }) ?? true else { return nil }
      state.pages[key]?.lastOpened = now
      return page.version == nil
    }
    guard let isNew else { return }
    // Only a page that is not there yet can be refused, and only then somebody waits for the reply.
    let number = isNew ? openings.next() : 0
    if isNew { awaitRefusal(of: key, opener, number) }
    let record = EventRecord(
      kind: .open, page: key, viewer: opener, sequence: number, lowest: number, component: "", front: backplane.front)
    _ = backplane.enqueue(record)
  }

  private static let openUnanswered = TimeAmount.milliseconds(1000)
  private static let openAgain = TimeAmount.seconds(30)
  private static let refusalWithin = TimeAmount.seconds(3)

  private func awaitRefusal(of key: PageKey, _ opener: ViewerID, _ number: UInt64) {
    replies.wait(for: opener, sequence: number, within: Self.refusalWithin, on: loops[0].eventLoop)?.whenSuccess { reply in
      guard case .failed? = reply?.outcome else { return }
      let waiters = self.state.withLock { state -> [WatchedPage.Waiter] in
        guard state.pages[key]?.version == nil else { return [] }
        defer { state.pages[key]?.waiters = [] }
        state.pages[key]?.isRefused = true
        return state.pages[key]?.waiters ?? []
      }
      for waiter in waiters { waiter.promise.succeed(false) }
    }
  }
}

extension WatchedPage {
  fileprivate func isInUse(_ now: NIODeadline) -> Bool {
    !viewers.isEmpty || now - lastUsed < .seconds(30)
  }
}
