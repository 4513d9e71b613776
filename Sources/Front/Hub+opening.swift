import DashboardModel
import NIOCore
import PageSync

/// Pages that are made on demand: a viewer's own, and those with parameters.
extension Hub {
  /// Tells the producer that somebody looks at such a page, so that it is made and kept.
  func openIfViewers(_ key: PageKey) {
    guard key.isOnDemand, let opener else { return }
    let now = NIODeadline.now()
    let isNew = state.withLock { state -> Bool? in
      guard let page = state.pages[key], page.isInUse(now) else { return nil }
      // Without an owner nobody takes events from the queue: it must not fill up with these.
      if case .stale = state.condition(of: key, now: now) { return nil }
      guard page.isDue(now) else { return nil }
      state.pages[key]?.lastOpened = now
      state.pages[key]?.isWanted = false
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

  /// A tab has come, newly or again: its page is kept from now on, also if it was just left, here or at another front.
  func arrived(at key: PageKey) {
    guard key.viewer != nil else { return }
    let now = NIODeadline.now()
    state.withLock { state in
      guard let page = state.pages[key] else { return }
      state.pages[key]?.hasLeft = false
      guard page.hasLeft || page.lastOpened.map({ now - $0 >= WatchedPage.openUnanswered }) ?? false else { return }
      state.pages[key]?.lastOpened = nil
      state.pages[key]?.isWanted = true
    }
    openIfViewers(key)
  }

  /// The one tab that a page was made for is being unloaded: the producer need not wait until it is missed. A reload
  /// comes back in time (``arrived(at:)``).
  func left(_ key: PageKey) {
    guard key.viewer != nil, let opener else { return }
    let isTaken = state.withLock { state in
      if case .stale = state.condition(of: key, now: .now()) { return false }
      // Of two sockets of a tab the other may be open still.
      guard state.pages[key]?.viewers.isEmpty ?? true else { return false }
      state.pages[key]?.hasLeft = true
      return true
    }
    guard isTaken else { return }
    _ = backplane.enqueue(EventRecord(kind: .leave, page: key, viewer: opener, component: "", front: backplane.front))
  }

  /// The name under which this front itself asks for pages.
  private var opener: ViewerID? { ViewerID("front-opens-page-\(backplane.front)") }

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
    guard !hasLeft else { return false }
    return !viewers.isEmpty || isWanted || version == nil && now - lastUsed < .seconds(30)
  }
}
