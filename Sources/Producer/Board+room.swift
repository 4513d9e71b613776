import DashboardModel

/// Room for pages that are made when somebody opens them. Where there is none, the one that nobody has looked at for the
/// longest time gives way; only where all are looked at just now, another is refused.
extension Board {
  /// Pages in all.
  static let mostPages = 20_000
  /// Pages of one browser's tabs.
  static let mostPagesOfSession = 100
  /// Fronts say every 30 s that somebody looks at a page.
  static let idleAfter = Duration.seconds(65)

  /// Makes room for a page; false when there is none.
  func makeRoom(for key: PageKey, in dashboard: LiveDashboard) -> Bool {
    let own = key.viewer.flatMap { pagesOfSessions[$0.session] } ?? []
    if own.count >= Self.mostPagesOfSession, !dropIdlest(of: own) { return false }
    if !dashboard.hasRoom(for: key.parameters, isApp: authored.contains(key.dashboard)), !dropIdlest(of: dashboard.pages) {
      return false
    }
    return pages.count < Self.mostPages || dropIdlest(of: pages.keys)
  }

  private func dropIdlest(of keys: some Sequence<PageKey>) -> Bool {
    var idlest: (key: PageKey, since: Duration)?
    for key in keys where key.isOnDemand && !key.isForEditors {
      guard let page = pages[key], page.unconfirmed.isEmpty, page.lastOpened < idlest?.since ?? .seconds(Int64.max) else { continue }
      idlest = (key, page.lastOpened)
    }
    guard let idlest, timeline.now.monotonic - idlest.since > Self.idleAfter else { return false }
    leave(idlest.key)
    return true
  }

  func noteMade(_ key: PageKey) {
    if let viewer = key.viewer, !key.isForEditors { pagesOfSessions[viewer.session, default: []].insert(key) }
  }

  func noteGone(_ key: PageKey) {
    guard let viewer = key.viewer, pagesOfSessions[viewer.session]?.remove(key) != nil else { return }
    if pagesOfSessions[viewer.session]?.isEmpty == true { pagesOfSessions[viewer.session] = nil }
  }
}
