package import DashboardModel

/// One page as its producer writes it: collects changes, makes one commit at a time out of them, and decides what the
/// store's answer means. No I/O, no clock, no random numbers.
///
/// The contents in memory already include every change ever staged; a commit only carries them out. So a commit whose
/// outcome is unknown is repeated to the letter (R4), and a new epoch simply writes the contents whole (R5).
package struct PageWriter: Sendable {
  /// What became of a commit.
  package enum Action: Hashable, Sendable {
    /// Done; ask for the next commit.
    case proceed
    /// The store is elsewhere: open a new epoch, above this generation, and go on.
    case newEpoch(above: UInt64)
    /// The lease is in doubt: beat, and let its answer decide (R8).
    case askLease
  }

  package let key: PageKey
  package private(set) var values: [ComponentID: ComponentValue]
  /// Counters, cursors and the like, kept in the store beside the page and never sent to browsers.
  package private(set) var privateState: [String: [UInt8]]
  /// Where the store is known to stand; `nil` until the first commit of this epoch is confirmed.
  package private(set) var committed: Version?
  package private(set) var inFlight: Commit? {
    get { onItsWay.first }
    set { onItsWay = newValue.map { [$0] } ?? [] }
  }

  // One or none. In an array, for a commit is large, most pages are at rest, and there are many.
  private var onItsWay: [Commit] = []

  package private(set) var epoch: Epoch
  private var staged: [ComponentID: ComponentChange.Kind] = [:]
  private var stagedPrivate: Set<String> = []
  private var stagedEvents: [StagedEvent] = []
  private let definitionHash: String

  /// An event that was handled and waits for the commit that carries its effect.
  package struct StagedEvent: Hashable, Sendable {
    package var event: QueuedEvent
    package var ending: EventEnding
    package init(_ event: QueuedEvent, _ ending: EventEnding = EventEnding()) {
      self.event = event
      self.ending = ending
    }
  }

  package init(
    key: PageKey, epoch: Epoch, values: [ComponentID: ComponentValue], privateState: [String: [UInt8]] = [:],
    definitionHash: String = ""
  ) {
    self.key = key
    self.epoch = epoch
    self.values = values
    self.privateState = privateState
    self.definitionHash = definitionHash
  }

  /// True when a commit is due or on its way.
  package var hasWork: Bool {
    inFlight != nil || committed == nil || !staged.isEmpty || !stagedPrivate.isEmpty || !stagedEvents.isEmpty
  }

  package mutating func set(_ id: ComponentID, _ value: ComponentValue) {
    guard values[id] != value else { return }
    values[id] = value
    staged[id] = .set(value)
  }

  /// Adds rows to a series; to a component that has none yet it is a set.
  package mutating func append(_ id: ComponentID, _ append: Append) {
    guard let old = values[id], old.points != nil else {
      set(id, ComponentValue(head: append.head, points: append.points.suffix(append.keep)))
      return
    }
    let value = old.appending(append)
    values[id] = value
    // A series that keeps nothing cannot be told as new rows.
    let keep = value.points?.count ?? 0
    switch staged[id] {
    case _ where keep == 0: staged[id] = .set(value)
    case nil: staged[id] = .append(append)
    case .append(let earlier):
      // Rows leave at the old end only, so both together keep what is left now.
      var points = earlier.points
      points.append(append.points, keep: keep)
      staged[id] = .append(Append(head: append.head, points: points, keep: keep))
    default: staged[id] = .set(value)
    }
  }

  package mutating func remove(_ id: ComponentID) {
    guard values.removeValue(forKey: id) != nil else { return }
    staged[id] = .remove
  }

  package mutating func setPrivate(_ name: String, _ bytes: [UInt8]?) {
    guard privateState[name] != bytes else { return }
    privateState[name] = bytes
    stagedPrivate.insert(name)
  }

  package mutating func finish(_ event: StagedEvent) { stagedEvents.append(event) }

  /// Events that no confirmed commit carries yet.
  package var unfinishedEvents: [QueuedEvent] { (sentEvents + stagedEvents).map(\.event) }

  /// The commit to send now: the one in flight again, or a new one; `nil` when there is nothing to do.
  package mutating func nextCommit(hold: LeaseHold) -> Commit? {
    if inFlight != nil {
      // The same lease regained with a higher fence: same numbers, same contents.
      inFlight?.hold = hold
      return inFlight
    }
    guard hasWork else { return nil }
    let base = committed
    let to = Version(epoch: epoch, revision: (base?.revision ?? 0) + 1)
    let commit = Commit(
      page: key, hold: hold, base: base, to: to, update: contents(from: base, to: to),
      privateState: privateChanges(whole: base == nil), finished: stagedEvents.map { $0.finished(at: to) },
      definitionHash: definitionHash)
    staged = [:]
    stagedPrivate = []
    sentEvents = stagedEvents
    stagedEvents = []
    inFlight = commit
    return commit
  }

  private var sentEvents: [StagedEvent] = []

  package mutating func answered(_ answer: CommitAnswer) -> Action {
    guard let commit = inFlight else { return .proceed }
    switch answer {
    case .ok:
      inFlight = nil
      sentEvents = []
      committed = commit.to
      return .proceed
    case .noLease, .fenced: return .askLease
    case .floor(let floor): return .newEpoch(above: max(floor, epoch.generation))
    case .conflict(let version):
      return .newEpoch(above: max(version?.epoch.generation ?? 0, epoch.generation))
    case .corrupt: return .newEpoch(above: epoch.generation)
    }
  }

  /// Starts over in a new epoch with everything this writer knows, the unconfirmed included (R3, R5, R9).
  package mutating func open(_ epoch: Epoch) {
    precondition(epoch > self.epoch, "epochs grow")
    self.epoch = epoch
    committed = nil
    inFlight = nil
    staged = [:]
    stagedPrivate = []
    stagedEvents = sentEvents + stagedEvents
    sentEvents = []
  }

  private func contents(from base: Version?, to: Version) -> Commit.Contents {
    guard let base else { return .whole(values) }
    let changes = staged.map { ComponentChange($0.key, $0.value) }.sorted { $0.id < $1.id }
    return .changes(
      Update(from: base, to: to, changes: changes),
      values: Dictionary(uniqueKeysWithValues: staged.keys.map { ($0, values[$0]) }))
  }

  private func privateChanges(whole: Bool) -> [String: [UInt8]?] {
    if whole { return privateState.mapValues(Optional.some) }
    return Dictionary(uniqueKeysWithValues: stagedPrivate.map { ($0, privateState[$0]) })
  }
}

extension PageWriter.StagedEvent {
  fileprivate func finished(at version: Version) -> FinishedEvent {
    FinishedEvent(
      entry: event.entry, viewer: event.record.viewer, sequence: event.record.sequence, front: event.record.front,
      reply: ending.reply(at: version))
  }
}
