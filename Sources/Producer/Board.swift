import Backplane
import DashboardFiles
import DashboardModel
import Logging
import PageSync

/// The heart of a producer: every dashboard and page it owns, changed by what sources say and viewers do.
///
/// Nothing in here waits: whoever calls gets the commits to send or the runners to start, and comes back with the
/// answers. So no slow source, store or handler ever holds up another page.
package actor Board {
  let timeline: Timeline
  let logger: Logger
  /// Starts a runner in a task of its own; the answer ends it.
  let start: @Sendable (SourceRunner) -> @Sendable () -> Void
  let context: @Sendable (Board) -> SourceContext
  /// Who answers events, and how that is done.
  let events: EventServices
  /// Rung when there is something to commit.
  let wake: @Sendable () -> Void
  /// Writes the dashboards that are code; `nil` where there are files only.
  let author: (any PageAuthor)?
  /// Their names.
  let authored: Set<String>

  var definitions: [String: DashboardDefinition] = [:]
  var dashboards: [String: LiveDashboard] = [:]
  var pages: [PageKey: LivePage] = [:]
  let work = PagesWithWork()
  /// The pages of each browser's tabs.
  var pagesOfSessions: [String: Set<PageKey>] = [:]
  var holds: [Int: LeaseHold] = [:]
  /// Leases that are ours while the pages are still being restored.
  private var granted: [Int: LeaseHold] = [:]
  /// Shards that are being given up: nothing new begins in them.
  var retiring: Set<Int> = []
  /// What is done of each viewer's events, by shard.
  var marks: [Int: ViewerMarks] = [:]
  /// Events of pages that are gone, to be answered.
  var abandoned: [AbandonedEvent] = []
  /// Events that wait for an earlier one of their viewer, and those that a handler answers just now.
  var lanes = EventLanes()
  var runs = HandlerRuns()
  /// When the store last confirmed each lease, told by when it was asked.
  var confirmations: [Int: Duration] = [:]
  private var lastForgetting = Duration.zero
  /// What the home page's list has shown of each dashboard, see `thumbnails()`.
  var thumbnailCurves: [String: [Double]] = [:]
  /// Dashboards whose files have mistakes just now.
  var broken: Set<String> = []
  /// The files of those that are not, to be kept beside their pages.
  var originals: [String: KeptDefinition] = [:]
  /// When those were loaded that go on from what the store kept, in Unix milliseconds.
  var revived: [String: Double] = [:]
  /// Reads files that were kept; `nil` if they can no longer be used.
  let compile: @Sendable (KeptDefinition) -> DashboardDefinition?
  /// What is wrong with them, told to editors only.
  var mistakes: [String: String] = [:]
  /// What the store has of them, until they can be read.
  var unclaimed: [PageKey: StoredPage] = [:]
  /// Pages the store has and nobody wants any more: to be dropped there as soon as it takes that.
  private(set) var unwanted: Set<PageKey> = []
  let shards: Int
  private var epochs = EpochNumbers()
  /// Numbers the lives of pages that an author writes.
  var lastLife: UInt64 = 0
  /// How often a page of each shard was written anew: its events must be read again then.
  private(set) var epochsBegun: [Int: Int] = [:]

  /// Least time between two commits of a page, unless a viewer waits.
  static let commitInterval = Duration.milliseconds(50)
  /// A page that was made on demand is dropped after this long without a word from a front.
  static let viewerPatience = Duration.seconds(150)
  /// A viewer's page is dropped this long after its tab was unloaded: a reload comes back within that.
  static let reloadPatience = Duration.seconds(15)
  /// Two fronts' words about one page may cross within this time.
  static let crossing = Duration.seconds(2)
  struct Surroundings: Sendable {
    var timeline: Timeline
    var shards: Int
    var logger: Logger
    var start: @Sendable (SourceRunner) -> @Sendable () -> Void
    var context: @Sendable (Board) -> SourceContext
    var events: EventServices
    var wake: @Sendable () -> Void
    var author: (any PageAuthor)?
    var compile: @Sendable (KeptDefinition) -> DashboardDefinition? = { _ in nil }
  }

  init(_ surroundings: Surroundings) {
    timeline = surroundings.timeline
    shards = surroundings.shards
    logger = surroundings.logger
    start = surroundings.start
    context = surroundings.context
    events = surroundings.events
    wake = surroundings.wake
    author = surroundings.author
    compile = surroundings.compile
    authored = Set(surroundings.author?.definitions.map(\.name) ?? [])
  }

  // MARK: Ownership

  /// The shard is ours, newly, and its pages are on their way from the store.
  func granted(_ shard: Int, _ record: LeaseRecord) {
    granted[shard] = LeaseHold(record)
    retiring.remove(shard)
  }

  func isGranted(_ shard: Int, _ record: LeaseRecord) -> Bool { granted[shard] == LeaseHold(record) }

  /// The pages come back from the store and go on in a new epoch (R3), unless the lease was lost meanwhile.
  func won(_ shard: Int, _ record: LeaseRecord, stored: [StoredPage]) {
    guard isGranted(shard, record) else { return }
    granted[shard] = nil
    holds[shard] = LeaseHold(record)
    confirmed(shard, at: timeline.now.monotonic)
    note(record.generation)
    for page in stored { note(page.snapshot.version.epoch.generation) }
    let byKey = Dictionary(stored.map { ($0.key, $0) }) { first, _ in first }
    revive(shard, from: byKey)
    for definition in definitions.values where shardOf(definition.name) == shard { begin(definition, byKey) }
    for (key, page) in byKey where pages[key] == nil {
      if broken.contains(key.dashboard) { unclaimed[key] = page } else { unwanted.insert(key) }
    }
    logger.info("owns a shard", metadata: ["shard": "\(shard)", "fence": "\(record.fence)", "pages": "\(pages.count)"])
    wake()
  }

  /// Ours again after the store lost or turned back: everything is written anew from memory (R7, R9). False when the
  /// pages were never here.
  @discardableResult
  func regained(_ shard: Int, _ record: LeaseRecord) -> Bool {
    guard holds[shard] != nil else { return false }
    holds[shard] = LeaseHold(record)
    confirmed(shard, at: timeline.now.monotonic)
    note(record.generation)
    for (key, page) in pages where page.shard == shard { openEpoch(key) }
    logger.warning("the data store had lost the lease; writing all pages anew", metadata: ["shard": "\(shard)"])
    wake()
    return true
  }

  /// The shard is being given up: its sources end, and only what is staged still goes out.
  func retire(_ shard: Int) {
    retiring.insert(shard)
    granted[shard] = nil
    for name in dashboards.keys where shardOf(name) == shard {
      for running in dashboards[name]?.running.values ?? [:].values { running.stop() }
    }
  }

  /// Somebody else's now: nothing of the shard is kept.
  func lost(_ shard: Int) {
    (holds[shard], granted[shard], marks[shard]) = (nil, nil, nil)
    retiring.remove(shard)
    dropEvents(of: shard)
    for name in dashboards.keys where shardOf(name) == shard { end(name) }
    unclaimed = unclaimed.filter { shardOf($0.key) != shard }
    unwanted = unwanted.filter { shardOf($0) != shard }
  }

  /// The hold under which new events may be taken; `nil` for a shard that is somebody else's or being given up.
  func hold(of shard: Int) -> LeaseHold? { retiring.contains(shard) ? nil : holds[shard] }

  /// Shards that are ours, restored or not, and not being given up.
  var ownedShards: Set<Int> { Set(holds.keys).union(granted.keys).subtracting(retiring) }

  func note(_ generation: UInt64) { epochs.note(generation) }

  /// Generations at or below the floor are used up; a page below it must move.
  func noteFloor(_ floor: UInt64, of shard: Int) {
    note(floor)
    let low = pages.filter { $0.value.writer.epoch.generation <= floor && $0.value.shard == shard }
    for key in low.keys { openEpoch(key) }
    if !low.isEmpty { wake() }
  }

  func isOwned(_ name: String) -> Bool { holds[shardOf(name)] != nil }

  func newEpoch() -> Epoch {
    epochs.next(seed: UInt64(max(1, timeline.now.unix)), nonce: .random(in: 1...UInt32.max))
  }

  func openEpoch(_ key: PageKey) {
    let epoch = newEpoch()
    pages[key]?.writer.open(epoch)
    epochsBegun[shardOf(key), default: 0] += 1
    pages[key]?.retryAt = nil
  }

  // MARK: Pages

  /// Makes a page, from what the store has of it if it has something.
  func makePage(_ key: PageKey, from stored: StoredPage? = nil) {
    guard pages[key] == nil else { return }
    use(key.parameters, of: key.dashboard)
    guard dashboards[key.dashboard] != nil else { return }
    let now = timeline.now.monotonic
    let values = stored?.snapshot.components.mapValues(\.value) ?? [:]
    if let stored { marks[shardOf(key), default: ViewerMarks()].restore(from: stored.privateState, now: now) }
    let writer = PageWriter(
      key: key, epoch: newEpoch(), values: values, privateState: stored?.privateState ?? [:])
    pages[key] = LivePage(writer: writer, shard: shardOf(key), now: now, work: work)
    noteMade(key)
    if key == PageKey(dashboard: key.dashboard) { reviseHistories(of: key.dashboard) }
    if authored.contains(key.dashboard), !key.isForEditors {
      pages[key]?.authored = beginAuthored(key, stored)
    } else {
      define(key)
    }
    dashboards[key.dashboard]?.pages.insert(key)
    unwanted.remove(key)
  }

  /// Gives a new page its components.
  private func define(_ key: PageKey) {
    guard let dashboard = dashboards[key.dashboard] else { return }
    let now = timeline.now
    let isShell = key.viewer == nil && dashboard.definition.scope == .viewer
    let whole = key.isForEditors ? mistakesPage(of: key.dashboard) : dashboard.instance(of: key).definition
    var definition = whole
    // The shared page of a per-viewer dashboard is its definition alone.
    if isShell { definition.components = [] }
    pages[key]?.restoreTroubles()
    pages[key]?.adopt(definition, LivePage.Inheritance(histories: dashboard.histories(for: key)))
    if isShell { pages[key]?.writer.set(.page, ComponentValue(whole.pageItem)) }
    pages[key]?.update(from: dashboard.states(for: key), now: now)
  }

  /// Forgets a page; the store keeps it.
  func forget(_ key: PageKey) {
    guard let page = pages.removeValue(forKey: key) else { return }
    page.isForgotten = true
    noteGone(key)
    guard let authored = page.authored else { return }
    author?.told(.end(key))
    forget(authored.early.values)
  }

  /// Forgets a page, and has it taken out of the store.
  func leave(_ key: PageKey) {
    abandon(pages[key]?.writer.unfinishedEvents ?? [], in: shardOf(key), .failed("page_gone"))
    forget(key)
    unclaimed[key] = nil
    dashboards[key.dashboard]?.pages.remove(key)
    unwanted.insert(key)
    retire(key.parameters, of: key.dashboard)
  }

  /// The store does not have this page any more.
  func dropped(_ key: PageKey) { unwanted.remove(key) }

  // MARK: What sources say

  /// `source` is the key that it runs under.
  func received(_ outcome: SourceOutcome, from source: String, of name: String) {
    // A run that ended after its source was stopped has nobody to tell.
    guard dashboards[name]?.running[source] != nil else { return }
    dashboards[name]?.sources[source, default: SourceState()].apply(outcome)
    guard let dashboard = dashboards[name] else { return }
    let now = timeline.now
    noteHistory(of: source, in: name, now: now)
    for key in dashboard.pages {
      guard let own = dashboard.instances[key.parameters]?.name(ofKey: source) else { continue }
      pages[key]?.update(from: dashboard.states(for: key), source: own, now: now)
    }
    tellAuthored(source, of: name)
    remember(source, of: name)
    finishPushes(of: source, in: name)
    wake()
  }

  /// Keeps what the next producer needs to go on, beside the dashboard's page.
  func remember(_ source: String, of name: String) {
    guard let running = dashboards[name]?.running[source], let key = PageKey(dashboard: name),
      let state = (running.runner.source as? any RestorableSource)?.state
    else { return }
    pages[key]?.writer.setPrivate("source.\(source)", state.encoded)
  }

  /// Called four times a second: ages, hold times, and viewers who are gone. Answers the pages to drop from the store.
  func check() -> [PageKey] {
    let now = timeline.now
    if now.monotonic - lastForgetting > .seconds(3600) {
      for shard in marks.keys { marks[shard]?.forgetSilent(now: now.monotonic) }
      lastForgetting = now.monotonic
    }
    endRunsOfGonePages()
    for (key, page) in pages where page.nextCheck.map({ $0 <= now.monotonic }) ?? false {
      pages[key]?.check(dashboards[key.dashboard]?.states(for: key) ?? [:], now: now)
    }
    if !work.isEmpty { wake() }
    for (key, page) in pages where key.isOnDemand {
      // What a viewer did before he left is still done.
      let isIdle = now.monotonic - page.lastOpened > Self.viewerPatience * (page.unconfirmed.isEmpty ? 1 : 2)
      if isIdle { leave(key) }
    }
    return Array(unwanted)
  }

  // MARK: Shards

  func shardOf(_ key: PageKey) -> Int { shard(of: key, among: shards) }
  func shardOf(_ name: String) -> Int { PageKey(dashboard: name).map(shardOf) ?? 0 }
}
