import DashboardModel
import PageSync

/// A producer process: the lease machine, the page writers, the event reader and the marks of production, in shells that
/// do what `ShardKeeper`, `CommitLoop`, `EventPump` and `Board` do.
final class Producer: Process {
  private(set) lazy var connection = Connection(of: self)
  var lease: ShardLease
  /// Set when the pages are here.
  var hold: LeaseHold?
  var pages: [PageKey: OwnedPage] = [:]
  var marks = ViewerMarks()
  var reader = EventReader()
  var lanes = EventLanes()
  private var numbers = EpochNumbers()
  private(set) var epochsBegun = 0
  /// How often it lost the shard.
  private(set) var ownerships = 0
  /// While events are left in the stream: when to begin with the oldest again.
  var goBackAt: Int?
  /// When the last answer about the lease made up this process's mind.
  private var decidedAt = 0

  struct OwnedPage {
    var writer: PageWriter
    /// Entries handled whose commit is not confirmed.
    var unconfirmed: Set<String> = []
    var isCommitting = false
    var retryAt = 0
    var lastCommit = -1000
    /// What was confirmed last, for a run without R5.
    var confirmed: [ComponentID: ComponentValue]
    /// Where the store stood, for a run without R3.
    var continues: Version?
  }

  let startedAt: Int

  override init(_ name: String, in world: World) {
    startedAt = world.agenda.now
    lease = ShardLease(owner: name)
    super.init(name, in: world)
    _ = connection
    after(world.random.between(0...200)) { self.keep() }
    after(world.random.between(0...200)) { self.pump() }
    after(world.random.between(0...200)) { self.work() }
  }

  /// Its memory counts as a copy: it runs, and nothing but an outage of the store keeps it from writing.
  var isSound: Bool { isAlive && !isFrozen && hold != nil && !isCutOff }
  private var isCutOff: Bool {
    connection.isIsolated || !connection.isUp && world.store.isUp && !connection.isReturning
  }

  func isolate(for time: Int) { connection.cut(isolatedFor: time) }

  /// A clean stop: the lease is released, and another process starts in this one's place.
  func stop() {
    if let hold = lease.hold { connection.ask { $0.release(hold) } then: { _ in } }
    world.crash(self)
  }

  // MARK: The lease, as ShardKeeper

  private func keep() {
    let askedAt = decidedAt
    switch lease.question {
    case .read:
      connection.ask { $0.lease } then: { record in
        self.heard(record.map { record in self.lease.read(self.seen(record)) })
      }
    case .acquire(let fence):
      connection.ask { [name] in $0.acquire(name, fence, askedAt: askedAt) } then: { answer in self.heard(answer.map(self.contested)) }
    case .steal(let record, let fence):
      let record = unmasked(record)
      connection.ask { [name] in $0.steal(name, record, fence, askedAt: askedAt) } then: { answer in self.heard(answer.map(self.contested)) }
    case .beat(let hold):
      let versions = recentVersions
      connection.ask { $0.beat(hold, versions) } then: { answer in self.heard(answer.map(self.beaten)) }
    }
  }

  private func heard(_ outcome: ShardLease.Outcome?) {
    decidedAt = world.agenda.now
    guard let outcome else {
      if world.leavesOut(.standbysArePatient), case .read = lease.question {} else { lease.unanswered() }
      return rest()
    }
    switch outcome {
    case .nothing: rest()
    case .kept(let floor):
      note(floor: floor)
      rest()
    case .won(let record): restore(record)
    case .regained(let record):
      regained(record)
      rest()
    case .lost:
      world.note("\(name) is deposed")
      forget()
      rest()
    }
  }

  private func rest() { after(lease.hold == nil ? world.random.between(160...240) : 250) { self.keep() } }

  private var recentVersions: [PageKey: Version] {
    guard world.comparesVersions else { return [:] }
    return pages.compactMapValues { world.agenda.now - $0.lastCommit < 2000 ? $0.writer.committed : nil }
  }

  // Until the pages are here nothing may be written over them; the lease lets nobody else do so meanwhile.
  private func restore(_ record: LeaseRecord) {
    connection.ask { $0.restore() } then: { stored in
      guard let stored else { return self.after(200) { self.restore(record) } }
      self.won(record, stored)
      self.rest()
    }
  }

  /// Impatience that no rule allows: the store stood still, and this process counted on.
  func stealNow() {
    guard hold == nil, let record = world.store.lease, record.owner != name, !isFrozen else { return }
    for _ in 0..<ShardLease.patienceAfterOutage { _ = lease.read(record) }
    world.invariants.exceptLost(trustingMemory: false)
  }

  // MARK: Ownership, as Board

  private func won(_ record: LeaseRecord, _ stored: [StoredPage]) {
    hold = LeaseHold(owner: name, fence: record.fence)
    numbers.note(record.generation)
    for page in stored { numbers.note(page.snapshot.version.epoch.generation) }
    for key in World.pages {
      let page = stored.first { $0.key == key }
      let values = page?.snapshot.components.mapValues(\.value) ?? World.initial
      if !world.leavesOut(.marksAreKept) {
        marks.restore(from: page?.privateState ?? [:], now: .milliseconds(world.agenda.now))
      }
      let old = world.leavesOut(.takeoversOpenEpochs) ? page?.snapshot.version : nil
      let writer = PageWriter(
        key: key, epoch: old?.epoch ?? newEpoch(), values: values, privateState: page?.privateState ?? [:])
      pages[key] = OwnedPage(writer: writer, confirmed: values, continues: old)
    }
    world.note("\(name) owns the shard, fence \(record.fence), restored \(stored.map { "\($0.key) \($0.snapshot.version)" })")
    commitSoon()
  }

  private func regained(_ record: LeaseRecord) {
    guard hold != nil else { return restore(record) }
    hold = LeaseHold(owner: name, fence: record.fence)
    numbers.note(record.generation)
    world.note("\(name) has the shard again, fence \(record.fence)")
    for key in pages.keys.sorted(by: { $0.dashboard < $1.dashboard }) { openEpoch(key) }
    commitSoon()
  }

  private func note(floor: UInt64) {
    numbers.note(floor)
    for key in World.pages where pages[key].map({ $0.writer.epoch.generation <= floor }) ?? false { openEpoch(key) }
    commitSoon()
  }

  private func forget() {
    hold = nil
    ownerships += 1
    pages = [:]
    marks = ViewerMarks()
    lanes = EventLanes()
  }

  private func newEpoch() -> Epoch {
    numbers.next(seed: UInt64(world.wallClock), nonce: .random(in: 1...UInt32.max, using: &world.random))
  }

  private func openEpoch(_ key: PageKey) {
    guard var page = pages[key] else { return }
    let epoch = newEpoch()
    if let values = world.valuesForced(on: page, key) {
      page.writer = PageWriter(key: key, epoch: epoch, values: values)
    } else {
      page.writer.open(epoch)
    }
    epochsBegun += 1
    page.retryAt = 0
    page.continues = nil
    pages[key] = page
  }

  // MARK: Commits, as CommitLoop

  func commitSoon() { for key in World.pages { commit(key) } }

  func commit(_ key: PageKey) {
    guard let hold, let page = pages[key], !page.isCommitting, page.writer.hasWork else { return }
    let wait = max(page.retryAt, page.lastCommit + 50) - world.agenda.now
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
      numbers.note(generation)
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
      let queued = QueuedEvent(entry: event.entry, record: record, deliveries: 1)
      connection.ask { $0.finish(queued, event.reply, hold) } then: { _ in }
    }
  }

  // MARK: Sources

  private func work() {
    after(world.random.between(40...400)) { self.work() }
    guard hold != nil, !world.isCalm, let key = World.pages.randomElement(using: &world.random) else { return }
    let id = World.ids.randomElement(using: &world.random) ?? World.ids[0]
    let number = world.nextNumber()
    switch world.random.between(0...9) {
    case 0: pages[key]?.writer.remove(id)
    case 1...3:
      var points = Points()
      points.append(time: Double(number), values: [1])
      pages[key]?.writer.append(World.series, Append(head: Array(#"{"value":\#(number)}"#.utf8), points: points, keep: 5))
    default: pages[key]?.writer.set(id, ComponentValue(head: Array(#"{"value":\#(number)}"#.utf8)))
    }
    commit(key)
  }

  // MARK: Rules left out

  /// Without R6 the own lease looks like somebody else's.
  private func seen(_ record: LeaseRecord?) -> LeaseRecord? {
    guard world.leavesOut(.ownLeaseIsAdopted), var record, record.owner == name else { return record }
    record.owner += "?"
    return record
  }

  private func unmasked(_ record: LeaseRecord) -> LeaseRecord {
    var record = record
    if record.owner == name + "?" { record.owner = name }
    return record
  }

  private func contested(_ answer: LeaseAnswer) -> ShardLease.Outcome {
    if case .refused(let record?) = answer, hold != nil, world.leavesOut(.lostRacesAreNoVerdict) {
      var stranger = record
      (stranger.owner, stranger.lineage) = ("\(name)?", "another")
      return lease.answered(BeatAnswer.fenced(stranger))
    }
    return lease.answered(answer)
  }

  private func beaten(_ answer: BeatAnswer) -> ShardLease.Outcome {
    guard case .fenced(var record) = answer, let hold = lease.hold else { return lease.answered(answer) }
    if world.leavesOut(.lowerFenceIsNoVerdict), record.fence < hold.fence { record.lineage = "another" }
    if world.leavesOut(.deposedOwnersStop), record.owner != name {
      let taken = unmasked(record)
      connection.ask { [name] in $0.steal(name, taken, hold.fence, askedAt: 0) } then: { _ in }
      return .nothing
    }
    return lease.answered(.fenced(seen(record) ?? record))
  }
}
