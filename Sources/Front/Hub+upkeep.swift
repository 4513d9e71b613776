import DashboardModel
import NIOCore
import PageSync

/// What a front does by the clock: versions compared with the store (R13), pages without viewers let go, viewers told when
/// their page goes stale.
extension Hub {
  /// Called twice a second.
  func upkeep() {
    let now = NIODeadline.now()
    if signer == nil { fetchKey() }
    backplane.answers().whenSuccess { [weak self] in self?.state.withLock { $0.freshness.answered(at: .now()) } }
    shareEndedSessions()
    letGo(now)
    tellConditions(now)
    sendElsewhere(now)
    for key in state.withLock({ Array($0.pages.keys) }) {
      drive(key) { $0.tick() }
      openIfViewers(key)
    }
  }

  /// Tells the other fronts who signed out here, and hears who did there.
  private func shareEndedSessions() {
    guard accounts.areConfigured else { return }
    sendEndedSessions()
    backplane.endedSessions().whenSuccess { [accounts] in accounts.heardEnded($0) }
  }

  /// What the store does not take now is sent again at the next upkeep.
  func sendEndedSessions() {
    let sessions = accounts.unsent
    guard !sessions.isEmpty else { return }
    backplane.endSessions(sessions).whenSuccess { [accounts] in accounts.sent(sessions) }
  }

  /// Called every 5 s: one pipelined question for all watched pages.
  func compareVersions() {
    fetchKey()
    let keys = state.withLock { Array($0.pages.keys) }
    guard !keys.isEmpty else { return }
    backplane.versions(of: keys).whenSuccess { [weak self] versions in
      guard let self else { return }
      for (key, version) in zip(keys, versions) {
        let lives = state.withLock { $0.freshness.hears($0.shard(of: key), now: .now()) }
        drive(key) { $0.checked(version, ownerLives: lives) }
      }
    }
  }

  private func letGo(_ now: NIODeadline) {
    let limits = settings.limits
    let gone = state.withLock { state -> [PageKey] in
      let gone = state.pages.filter { $0.value.isIdle(limits, now) }.map(\.key)
      for key in gone {
        state.pages.removeValue(forKey: key)?.pulse.beat()
        state.told[key] = nil
      }
      return gone
    }
    for key in gone {
      backplane.unsubscribe(key)
      // Somebody may have come for it in between, and have been subscribed before we unsubscribed.
      if state.withLock({ $0.pages[key] != nil }) { backplane.subscribe(key) }
    }
  }

  /// Sends viewers to another front while this one is cut off and there is a better one.
  private func sendElsewhere(_ now: NIODeadline) {
    let (action, since) = state.withLock { state in
      let since = state.freshness.cutSince
      return (state.isLeaving ? .nothing : state.cutOff.tick(since: since, now: now), since)
    }
    guard let since, action != .nothing else { return }
    logger.info("sends viewers to another front", metadata: ["which": "\(action)"])
    for viewers in loops { viewers.sendElsewhere(action, since: since) }
  }

  private func tellConditions(_ now: NIODeadline) {
    let changed = state.withLock { state -> [(PageKey, Freshness.Condition, [Int])] in
      state.pages.filter { !$0.value.viewers.isEmpty }.compactMap { key, page in
        let condition = state.condition(of: key, now: now)
        guard (state.told[key] ?? "ok") != condition.kind else { return nil }
        state.told[key] = condition.kind
        return (key, condition, Array(page.viewers.keys))
      }
    }
    for (key, condition, watching) in changed {
      for index in watching { loops[index].tell(key) { $0.conditionChanged(condition) } }
    }
  }
}

extension WatchedPage {
  fileprivate func isIdle(_ limits: FrontLimits, _ now: NIODeadline) -> Bool {
    let time = machine.isAbsent ? limits.watchedWhileAbsent : limits.watchedAfterLastViewer
    return viewers.isEmpty && waiters.isEmpty && now - lastUsed > time
  }
}
