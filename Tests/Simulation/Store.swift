import DashboardModel
import PageSync

/// The one store: the production ``ShardStore``, which is made to stall, vanish, go back and lose keys here, and whose
/// rules are left out here by changing what goes in or comes out.
final class Store {
  unowned let world: World
  private(set) var shard = ShardStore(number: 0)
  private(set) var isUp = true
  /// When it was last away, and back. Outages that follow each other closely are one: who was on its way back still is.
  private(set) var awayAt = -1, backAt = -1
  private var isStalled = false
  private var postponed: [() -> Void] = []
  /// Keys of pages that were lost, until the page is written whole again.
  private var lost: [PageKey: Set<PageKeyPart>] = [:]
  /// The list of pages as a new owner reads it; `nil` after it was lost and until a page is written.
  private var listed: Set<PageKey>? = []
  /// It was begun again after it was lost, so it may not name all pages.
  private var isListPartial = false
  /// What lay on disk at some moments.
  private var files: [Saved] = []
  private var lineages = 0
  private var questions = 0
  /// It went back or lost something at least once, so that a front may rightly find it behind.
  private(set) var hasLostData = false
  /// Its stream was lost alone: events that others of their viewer follow may be passed over.
  private(set) var hasLostQueue = false

  /// The hashes a page is kept in.
  enum PageKeyPart: CaseIterable { case version, components, removed, privateState }

  private struct Saved {
    var shard: ShardStore
    var lost: [PageKey: Set<PageKeyPart>]
    var listed: Set<PageKey>?
    var isListPartial: Bool
    var tries: Invariants.Tries
  }

  /// After an outage the incumbent is connected again by then.
  static let timeToReturn = 3000

  init(_ world: World) { self.world = world }

  // MARK: What is asked of it

  var lease: LeaseRecord? { shard.lease }

  func acquire(_ owner: String, _ minimumFence: UInt64, askedAt: Int) -> LeaseAnswer {
    lineages += 1
    // Five reads of an absent lease are enough for who has never seen one: a fresh store looks the same.
    let askedAt = minimumFence == 0 ? 0 : askedAt
    return given(to: owner, askedAt) { $0.acquire(owner: owner, minimumFence: minimumFence, lineage: "l\(lineages)") }
  }

  func steal(_ owner: String, _ seen: LeaseRecord, _ minimumFence: UInt64, askedAt: Int) -> LeaseAnswer {
    given(to: owner, askedAt) { $0.steal(owner: owner, seen: seen, minimumFence: minimumFence) }
  }

  private func given(to owner: String, _ askedAt: Int, _ body: (inout ShardStore) -> LeaseAnswer) -> LeaseAnswer {
    let answer = change(body)
    if case .granted(let record) = answer {
      world.note("store gives the lease to \(owner), fence \(record.fence) of line \(record.lineage)")
      world.invariants.gaveLease(to: owner, askedAt: askedAt)
    }
    return answer
  }

  func release(_ hold: LeaseHold) {
    world.note("\(hold.owner) releases the lease")
    if shard.lease.map(LeaseHold.init) == hold { world.invariants.givesBack(hold.owner) }
    change { $0.release(hold) }
  }

  func beat(_ hold: LeaseHold, _ versions: [PageKey: Version]) -> BeatAnswer { change { $0.beat(hold, versions: versions) } }

  func commit(_ commit: Commit) -> CommitAnswer {
    let sender = commit.hold.owner
    let commit = world.rewritten(commit, at: shard)
    let before = shard.pages[commit.page]?.snapshot.version
    let answer = refusal(of: commit) ?? change { $0.commit(commit) }
    if shard.pages[commit.page]?.snapshot.version != before {
      if commit.base == nil { lost[commit.page] = nil }
      if listed == nil { isListPartial = true }
      listed = (listed ?? []).union([commit.page])
      world.invariants.committed(commit, by: sender, contents: shard.pages[commit.page]?.snapshot)
    }
    let base = commit.base.map { "\($0)" } ?? "nothing"
    world.note("store answers \(sender) \(answer) to \(commit.page) \(commit.to) over \(base)")
    return answer
  }

  // As the commit script: a missing version is no page; counts that do not fit are noticed by what builds on them.
  private func refusal(of commit: Commit) -> CommitAnswer? {
    guard let damage = lost[commit.page], !damage.isEmpty, shard.lease?.owner == commit.hold.owner,
      shard.lease?.fence == commit.hold.fence
    else { return nil }
    let isTooLow = commit.to.epoch.generation <= shard.floor
    if damage.contains(.version) {
      if commit.base != nil { return isTooLow ? .floor(shard.floor) : .conflict(nil) }
      shard.pages[commit.page] = nil
      return nil
    }
    guard commit.base != nil, commit.base == shard.pages[commit.page]?.snapshot.version,
      damage == [.privateState] ? !world.leavesOut(.privateStateIsCounted) : !world.leavesOut(.countsAreChecked)
    else { return nil }
    return isTooLow ? .floor(shard.floor) : .corrupt
  }

  /// The page as fronts and new owners read it (R15).
  func snapshot(of page: PageKey) -> Snapshot? {
    guard var snapshot = shard.pages[page]?.snapshot, let damage = lost[page] else { return shard.pages[page]?.snapshot }
    if damage.contains(.version) { return nil }
    if damage == [.privateState] { return snapshot }
    guard world.leavesOut(.countsAreChecked) else { return nil }
    if damage.contains(.components) { snapshot.components = [:] }
    if damage.contains(.removed) { snapshot.removed = [:] }
    return snapshot
  }

  func version(of page: PageKey) -> Version? {
    lost[page]?.contains(.version) == true ? nil : shard.pages[page]?.snapshot.version
  }

  /// As the owner finds it when it looks over its pages: `nil` also when counts do not fit, or it is not listed.
  func standing(of page: PageKey) -> Version? {
    guard listed?.contains(page) == true || world.leavesOut(.pagesAreFound) else { return nil }
    var damage = lost[page] ?? []
    if world.leavesOut(.privateStateIsCounted) { damage.remove(.privateState) }
    return damage.isEmpty || world.leavesOut(.countsAreChecked) ? version(of: page) : nil
  }

  /// A page as its next owner would find it: only if it is listed, and with its private state.
  func isWhole(_ page: PageKey, like writer: PageWriter?) -> Bool {
    (listed == nil || isListPartial || listed?.contains(page) == true)
      && shard.pages[page]?.privateState == writer?.privateState
  }

  var marks: [StoredMark] {
    shard.marks.map { StoredMark(shard: 0, viewer: $0.key, queued: $0.value.queued, done: $0.value.done) }
  }

  func restore(_ marks: [RememberedMark], _ hold: LeaseHold) { change { $0.restore(marks, hold: hold) } }

  func restore() -> [StoredPage] {
    let isWhole = listed != nil && !isListPartial || world.leavesOut(.pagesAreFound)
    let names = isWhole ? World.pages.filter { listed?.contains($0) == true } : World.pages
    if !isWhole { (listed, isListPartial) = (Set(names), false) }
    return names.compactMap { key in
      snapshot(of: key).map { StoredPage(key: key, snapshot: $0, privateState: shard.pages[key]?.privateState ?? [:]) }
    }
  }

  func events(after entry: String?) -> [QueuedEvent] {
    let events = shard.queue.after(entry, limit: 100)
    if entry == nil, world.leavesOut(.onlyBeginningsAreTries) {
      questions += 1
      _ = shard.queue.begin(events.map(\.entry), by: "question \(questions)")
    }
    return events
  }
  func begin(_ entries: [String], _ hold: LeaseHold) -> [Int] {
    let answer = change { $0.begin(entries, hold: hold) }
    for (entry, _) in zip(entries, answer) { world.invariants.noted(entry, under: hold) }
    return answer
  }
  func finish(_ event: QueuedEvent, _ reply: EventReply?, _ hold: LeaseHold) {
    change { $0.finish(event, reply: reply, hold: hold) }
  }
  func bury(_ event: QueuedEvent, _ hold: LeaseHold) { change { $0.bury(event, hold: hold) } }

  func enqueue(_ event: EventRecord) -> EnqueueAnswer {
    if world.leavesOut(.storeKnowsWhatIsDone) { shard.marks[event.viewer] = nil }
    var event = event
    if world.leavesOut(.storeKnowsWhatIsDone) { event.lowest = event.sequence }
    let answer = change { $0.enqueue(event) }
    world.note("store answers \(answer) to event \(event.sequence) of \(World.name(event.viewer))")
    return answer
  }

  func raiseFloor(to generation: UInt64) {
    guard !world.leavesOut(.floorIsRaised) else { return }
    change { $0.raiseFloor(to: generation) }
    world.note("floor \(shard.floor)")
  }

  private func change<Answer>(_ body: (inout ShardStore) -> Answer) -> Answer {
    let answer = body(&shard)
    for publication in shard.takePublished() {
      for front in world.fronts { front.channel.carry(publication) }
      if case .released = publication { hint() }
    }
    return answer
  }

  /// Tells those who wait for the lease; a hint may be lost like any message.
  private func hint() {
    for producer in world.producers where producer.connection.isUp && !world.random.chance(world.mix.lost) {
      producer.after(world.random.between(0...4)) { producer.ring() }
    }
  }

  // MARK: What is done to it

  func end() { postponed = [] }

  func whenAwake(_ action: @escaping () -> Void) {
    guard isUp else { return }
    if isStalled { postponed.append(action) } else { action() }
  }

  func stall(for time: Int) {
    guard !isStalled else { return }
    isStalled = true
    world.agenda.after(time) { [self] in
      isStalled = false
      let actions = postponed
      postponed = []
      for action in actions { whenAwake(action) }
    }
  }

  /// Away for some time; whatever was on its way to it is gone.
  func outage(for time: Int, then back: @escaping () -> Void = {}) {
    guard isUp else { return }
    isUp = false
    if awayAt < 0 || world.agenda.now > backAt + Self.timeToReturn { awayAt = world.agenda.now }
    postponed = []
    world.agenda.after(time) { [self] in
      back()
      isUp = true
      world.note("the store is back, lease \(lease.map { "of \($0.owner), fence \($0.fence) of line \($0.lineage)" } ?? "lost")")
      backAt = world.agenda.now
    }
  }

  func save() {
    files.append(
      Saved(shard: shard, lost: lost, listed: listed, isListPartial: isListPartial, tries: world.invariants.tries))
    if files.count > 6 { files.removeFirst() }
  }

  /// As it was when it was saved. Entry ids come from the time of day, so none is given twice.
  func goBack() {
    guard let file = files.randomElement(using: &world.random) else { return }
    let queue = shard.queue
    (shard, lost) = (file.shard, file.lost)
    (listed, isListPartial) = (file.listed, file.isListPartial)
    shard.queue.numberOn(from: queue)
    hasLostData = true
    world.invariants.wentBack(to: file.tries)
    noteLostMarks()
  }

  private func noteLostMarks() {
    for viewer in world.viewers where lost[viewer.key]?.contains(.privateState) == true {
      world.invariants.lostMarks(of: viewer.viewer, fromPage: true)
    }
  }

  func flush() {
    let queue = shard.queue
    shard = ShardStore(number: 0)
    shard.queue.numberOn(from: queue)
    lost = [:]
    (listed, isListPartial) = ([], false)
    hasLostData = true
  }

  /// One key is gone; says which.
  func loseKey() -> String {
    let page = World.pages.randomElement(using: &world.random) ?? World.pages[0]
    hasLostData = true
    switch world.random.between(0...9) {
    case 0: shard.lease = nil; shard.generationBefore = 0; return "lease"
    case 1: shard.floor = 0; return "floor"
    case 2:
      var queue = StoredQueue()
      queue.numberOn(from: shard.queue)
      shard.queue = queue
      hasLostQueue = true
      return "ev"
    case 3:
      guard let viewer = shard.marks.keys.sorted(by: { $0.text < $1.text }).randomElement(using: &world.random) else { return "cl" }
      shard.marks[viewer] = nil
      world.invariants.lostMarks(of: viewer)
      return "cl of \(World.name(viewer))"
    case 4:
      shard.pages[page]?.privateState = [:]
      _ = lose(.privateState, of: page)
      noteLostMarks()
      return "\(page):k"
    case 5: return lose(.removed, of: page) ?? "\(page):x, which was empty"
    case 6: listed = nil; return "pages"
    case 7: return lose(.version, of: page) ?? "\(page):m, which was missing"
    default: return lose(.components, of: page) ?? "\(page):c, which was missing"
    }
  }

  private func lose(_ part: PageKeyPart, of page: PageKey) -> String? {
    guard let snapshot = shard.pages[page]?.snapshot else { return nil }
    if part == .removed, snapshot.removed.isEmpty { return nil }
    lost[page, default: []].insert(part)
    return "\(page):\(part)"
  }
}
