import DashboardModel
import PageSync

/// A producer process: the lease machine, the page writers, the event reader and the marks of production, in shells that
/// do what `ShardKeeper`, `CommitLoop`, `EventPump`, `Housekeeper` and `Board` do.
final class Producer: Process {
  private(set) lazy var connection = Connection(of: self) { [unowned self] in ring() }
  var lease: ShardLease
  /// The lease is ours, and the pages are on their way.
  var granted: LeaseHold?
  /// Set when the pages are here.
  var hold: LeaseHold?
  /// Being given up: what is staged still goes out, nothing new begins.
  var isRetiring = false
  var rest = Rest()
  /// False while this process has its share of other shards, so that it leaves this one to others first.
  var isEager = true
  var pages: [PageKey: OwnedPage] = [:]
  var marks = ViewerMarks()
  var reader = EventReader()
  var lanes = EventLanes()
  /// Entries that a handler answers just now.
  var running: Set<String> = []
  private var numbers = EpochNumbers()
  private(set) var epochsBegun = 0
  /// How often it lost the shard.
  private(set) var ownerships = 0
  /// While events are left in the stream: when to begin with the oldest again.
  var goBackAt: Int?
  /// Whose they are.
  var left: Set<ViewerID> = []

  /// When the last answer about the lease made up this process's mind.
  var decidedAt = 0

  /// Between two questions about the lease: a bell ends it.
  struct Rest {
    var isOn = false
    var isRung = false
    var count = 0
  }

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
    lease = ShardLease(owner: name, afterOutage: !world.store.isUp)
    super.init(name, in: world)
    _ = connection
    after(world.random.between(0...200)) { self.keep() }
    after(world.random.between(0...200)) { self.pump() }
    after(world.random.between(0...200)) { self.work() }
    after(world.random.between(0...1000)) { self.lookOver() }
  }

  /// Its memory counts as a copy: it runs, and nothing but an outage of the store keeps it from writing.
  var isSound: Bool { isAlive && !isFrozen && hold != nil && !isCutOff }
  private var isCutOff: Bool {
    connection.isIsolated || !connection.isUp && world.store.isUp && !connection.isReturning
  }

  override func end() {
    super.end()
    connection.end()
  }

  func isolate(for time: Int) { connection.cut(isolatedFor: time) }

  // MARK: Ownership, as Board

  func won(_ record: LeaseRecord, _ stored: [StoredPage]) {
    (granted, hold) = (nil, LeaseHold(record))
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

  /// False when the pages were never here.
  func regained(_ record: LeaseRecord) -> Bool {
    guard hold != nil else { return false }
    hold = LeaseHold(record)
    numbers.note(record.generation)
    world.note("\(name) has the shard again, fence \(record.fence)")
    for key in pages.keys.sorted(by: { $0.dashboard < $1.dashboard }) { openEpoch(key) }
    commitSoon()
    return true
  }

  func note(_ generation: UInt64) { numbers.note(generation) }

  func note(floor: UInt64) {
    numbers.note(floor)
    for key in World.pages where pages[key].map({ $0.writer.epoch.generation <= floor }) ?? false { openEpoch(key) }
    commitSoon()
  }

  func forget() {
    (granted, hold) = (nil, nil)
    ownerships += 1
    pages = [:]
    marks = ViewerMarks()
    lanes = EventLanes()
    running = []
  }

  private func newEpoch() -> Epoch {
    numbers.next(seed: UInt64(world.wallClock), nonce: .random(in: 1...UInt32.max, using: &world.random))
  }

  func openEpoch(_ key: PageKey) {
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

  // MARK: Sources

  private func work() {
    after(world.random.between(40...world.mix.longestWork)) { self.work() }
    guard hold != nil, !isRetiring, !world.isCalm, let key = World.pages.randomElement(using: &world.random) else { return }
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
}

extension LeaseHold {
  init(_ record: LeaseRecord) { self.init(owner: record.owner, fence: record.fence) }
}
