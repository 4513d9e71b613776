package import DashboardModel

/// One page as a front follows it: what to ask the backplane for, and when the view changed. No I/O, no clock.
///
/// Rules R11-R15 of docs/protocol.md: subscribe, wait for the confirmation, read, and apply what arrived meanwhile;
/// apply an update only if it starts exactly at the view; otherwise read again; never go back.
package struct FrontPage: Sendable {
  /// What the shell around this machine has to do.
  package enum Action: Hashable, Sendable {
    case subscribe
    /// Read the page from the store; the answer comes back under the same ticket.
    case read(ticket: Int)
    /// The view has a new version: tell the viewers.
    case changed
    /// The page is gone: tell the viewers and forget it.
    case gone
    /// The store shows less than this front has seen: no producer may number on from there.
    case raiseFloor(UInt64)
  }

  package private(set) var view: PageView?
  /// The store confirmed that it has no such page.
  package private(set) var isAbsent = false
  /// The store shows an older version than the view, or none: the view is kept and marked.
  package private(set) var storeIsBehind = false

  /// Something shows that the store may have more than the view, and it was not read yet.
  package var owesRead: Bool { reading != nil || needsRead }

  private var isSubscribed = false
  private var reading: Reading?
  private var lastTicket = 0
  /// A read failed or was cut off; the next tick asks again.
  private var needsRead = false
  /// Successive version checks that found no page although its owner lives.
  private var missedChecks = 0

  private struct Reading {
    /// An answer to an earlier read, sent before the channel was cut, must not pass for this one's.
    var ticket: Int
    /// What was shown when the read was sent: only against this may its answer count as "behind" (R14).
    var issuedAt: Version?
    var arrived: [PageMessage] = []
    var readAgain = false
    /// The newest version that was heard of.
    var heardOf: Version?
    /// Its owner said that the page is gone while an earlier read, which still found it, was under way.
    var wentBefore = false
  }

  /// Updates kept during a read; with more, the page is read once more instead.
  private static let longestArrived = 1000

  package init() {}

  package mutating func start() -> [Action] { [.subscribe] }

  package mutating func subscribed() -> [Action] {
    isSubscribed = true
    return read()
  }

  /// The channel was cut: what happens now goes unheard, so the view is only as good as its last word.
  package mutating func disconnected() {
    isSubscribed = false
    reading = nil
    needsRead = true
  }

  /// Called every few seconds: repeats a read that failed.
  package mutating func tick() -> [Action] {
    guard isSubscribed else { return [] }
    return needsRead && reading == nil ? read() : []
  }

  package mutating func received(_ message: PageMessage) -> [Action] {
    guard reading == nil else {
      keep(message)
      return []
    }
    return take(message)
  }

  /// Something shows that this version exists: a heartbeat, a version check, a viewer coming from another front.
  package mutating func heard(of version: Version) -> [Action] {
    guard let view else { return isSubscribed ? read() : [] }
    guard version > view.version else { return [] }
    let actions = reading == nil ? read() : []
    if reading?.heardOf.map({ $0 < version }) ?? true { reading?.heardOf = version }
    return actions
  }

  /// So many checks a living owner is given to write a missing page anew; then it was dropped while nobody listened.
  package static let checksUntilGone = 4

  /// The answer of a version check for a page this front shows.
  package mutating func checked(_ version: Version?, ownerLives: Bool = false) -> [Action] {
    guard reading == nil, isSubscribed else { return [] }
    missedChecks = version == nil && view != nil && ownerLives ? missedChecks + 1 : 0
    if missedChecks == Self.checksUntilGone {
      missedChecks = 0
      return take(.gone)
    }
    if version == view?.version {
      storeIsBehind = false
      return []
    }
    return read()
  }

  /// There is no answer. If what arrived meanwhile leads on from the view without a gap, past all that was heard of, it says
  /// as much as one; else the next tick asks again.
  package mutating func readFailed(ticket: Int) -> [Action] {
    guard let failed = reading, failed.ticket == ticket else { return [] }
    reading = nil
    needsRead = true
    guard let before = view?.version else { return [] }
    var isWhole = !failed.readAgain
    for message in failed.arrived where !isIncluded(message) {
      guard case .update(let update) = message, view?.apply(update) == true else {
        isWhole = false
        break
      }
    }
    guard view?.version != before else { return [] }
    storeIsBehind = false
    needsRead = !isWhole || hasHeardMore(failed)
    return [.changed]
  }

  package mutating func wasRead(_ snapshot: Snapshot?, ticket: Int) -> [Action] {
    guard let finished = reading, finished.ticket == ticket else { return [] }
    reading = nil
    guard let snapshot else {
      // Its owner took it out of the store: that is no store that lost something.
      if finished.arrived.last.map({ $0 == .gone }) ?? finished.wentBefore { return take(.gone) }
      return foundNothing() + again(finished)
    }
    isAbsent = false
    if let shown = view, snapshot.version < shown.version {
      return foundOlder(than: shown, finished) + again(finished)
    }
    storeIsBehind = false
    let before = view?.version
    take(snapshot)
    if finished.arrived.contains(.gone) {
      // It was read before it went, or came again since: the next read tells.
      let actions = read()
      reading?.wentBefore = true
      return (view?.version != before ? [.changed] : []) + actions
    }
    var actions = finished.arrived.filter { !isIncluded($0) }.flatMap { take($0) }.filter { $0 != .changed }
    if view?.version != before { actions.append(.changed) }
    if finished.readAgain || hasHeardMore(finished), reading == nil { actions += read() }
    return actions
  }

  // MARK: -

  private mutating func read() -> [Action] {
    guard isSubscribed else {
      needsRead = true
      return []
    }
    guard reading == nil else {
      reading?.readAgain = true
      return []
    }
    needsRead = false
    lastTicket += 1
    reading = Reading(ticket: lastTicket, issuedAt: view?.version)
    return [.read(ticket: lastTicket)]
  }

  private mutating func again(_ finished: Reading) -> [Action] {
    finished.readAgain || hasHeardMore(finished) || !finished.arrived.isEmpty ? read() : []
  }

  private func hasHeardMore(_ finished: Reading) -> Bool {
    guard let heard = finished.heardOf else { return false }
    return view.map { heard > $0.version } ?? true
  }

  private mutating func keep(_ message: PageMessage) {
    guard var current = reading else { return }
    if current.arrived.count < Self.longestArrived {
      current.arrived.append(message)
    } else {
      current.arrived = []
      current.readAgain = true
    }
    reading = current
  }

  // What arrived during the read and was in the snapshot already is no sign of trouble.
  private func isIncluded(_ message: PageMessage) -> Bool {
    guard case .update(let update) = message, let shown = view?.version else { return false }
    return update.to.epoch == shown.epoch && update.to <= shown
  }

  private mutating func take(_ snapshot: Snapshot) {
    if view == nil { view = PageView(snapshot) } else { view?.replace(with: snapshot) }
  }

  private mutating func take(_ message: PageMessage) -> [Action] {
    switch message {
    case .gone:
      view = nil
      (isAbsent, storeIsBehind) = (true, false)
      return [.gone]
    case .moved(let to):
      guard let view else { return read() }
      return to > view.version ? read() : []
    case .update(let update):
      guard let shown = view?.version else { return read() }
      if update.to.epoch < shown.epoch { return [] }
      if view?.apply(update) == true {
        storeIsBehind = false
        return [.changed]
      }
      // A gap, a new epoch, or a number this view has passed: the read decides.
      return read()
    }
  }

  private mutating func foundNothing() -> [Action] {
    guard let view else {
      isAbsent = true
      return []
    }
    storeIsBehind = true
    return [.raiseFloor(view.version.epoch.generation)]
  }

  private mutating func foundOlder(than shown: PageView, _ finished: Reading) -> [Action] {
    guard let issuedAt = finished.issuedAt, issuedAt >= shown.version else { return [] }
    storeIsBehind = true
    return [.raiseFloor(shown.version.epoch.generation)]
  }
}
