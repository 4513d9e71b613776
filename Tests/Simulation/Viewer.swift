import DashboardModel
import PageSync

/// A browser tab: the twins of `store.js` and `event_queue.js`, over a socket or polls, moving between fronts as
/// `connection.js` does.
final class Viewer: Process {
  let viewer: ViewerID
  let key: PageKey
  let transport: ViewerEvents.Transport
  private(set) var page = ViewerPage()
  private(set) var events = ViewerEvents()
  private(set) var session: Session?
  /// When fronts began to say that they know less than this tab, and how often they have.
  private var behind: (since: Int, count: Int)?
  private var syncedAt = -1000
  private var sent: Set<UInt64> = []

  init(_ viewer: ViewerID, on key: PageKey, over transport: ViewerEvents.Transport, in world: World) {
    self.viewer = viewer
    self.key = key
    self.transport = transport
    super.init(World.name(viewer), in: world)
    connect()
    after(world.random.between(100...500)) { self.act() }
    after(world.random.between(0...250)) { self.check() }
  }

  override func end() {
    super.end()
    session = nil
  }

  // MARK: Transport

  /// Leaves the front, if there still is one, and comes to another.
  func move() {
    session?.close()
    session = nil
    after(world.random.between(0...300)) { self.connect() }
  }

  private func connect() {
    guard session == nil, let front = world.fronts.randomElement(using: &world.random) else { return }
    let session = Session(viewer: self, front: front, cursor: page.version)
    self.session = session
    events.reconnected()
    if transport == .socket {
      session.toFront { front.attach(session, shown: session.cursor) }
    } else {
      poll(session)
    }
  }

  func lost(_ session: Session) {
    guard self.session === session else { return }
    move()
  }

  private func poll(_ session: Session) {
    guard self.session === session else { return }
    let shown = page.version
    session.toFront {
      let (message, isBehind) = session.front.answer(self.key, since: shown)
      session.answer {
        self.freshness(isBehind)
        if let message { self.receive(message) }
      }
    }
    after(world.random.between(300...500)) { self.poll(session) }
  }

  // MARK: What it shows

  func receive(_ message: ViewerMessage) {
    let before = page
    var message = message
    if world.leavesOut(.viewersCheckFrom), let shown = page.version { message = message.starting(at: shown) }
    if world.leavesOut(.viewersNeverGoBack), case .full = message { page = ViewerPage() }
    if page.receive(message) == .sync { sync() }
    guard page.version != before.version, let version = page.version else { return }
    world.note("\(name) shows \(version)")
    world.invariants.moved(self, from: before.version, to: version)
    world.invariants.shows(version, key, name) { self.page.values }
  }

  // One a second at most, however many messages do not fit.
  private func sync() {
    let wait = syncedAt + 1000 - world.agenda.now
    guard wait <= 0 else { return after(wait) { self.sync() } }
    syncedAt = world.agenda.now
    guard transport == .socket, let session else { return }
    let shown = page.version
    session.toFront { session.sync(since: shown) }
  }

  /// As connection.js: asks again while fronts are behind, and takes what they have after ten seconds.
  func freshness(_ isBehind: Bool) {
    guard isBehind else { return behind = nil }
    let noted = (since: behind?.since ?? world.agenda.now, count: (behind?.count ?? 0) + 1)
    behind = noted
    if noted.count >= 3, world.agenda.now - noted.since >= 10_000 {
      world.invariants.resets(self)
      page = ViewerPage(version: nil, values: page.values)
      behind = nil
    }
    after(2500) { self.sync() }
  }

  // MARK: What its person does

  private func act() {
    after(world.random.between(200...900)) { self.act() }
    guard !world.isCalm else { return }
    for _ in 0..<world.random.between(1...3) {
      _ = events.add(whatItDoes)
    }
    send()
  }

  private var whatItDoes: String {
    if world.random.chance(world.mix.poisonous) { return "poison" }
    if world.random.chance(world.mix.failing) { return "fail" }
    return world.random.chance(world.mix.slow) ? "slow" : "count"
  }

  private func check() {
    after(250) { self.check() }
    send()
  }

  private func send() {
    guard let session, session.isOpen else { return }
    let once = world.leavesOut(.eventsAreSentAgain)
    for event in events.take(now: .milliseconds(world.agenda.now), over: transport) {
      guard sent.insert(event.sequence).inserted || !once else { continue }
      let record = EventRecord(
        page: key, viewer: viewer, sequence: event.sequence, lowest: event.lowest, component: "button", name: event.name,
        front: session.front.name)
      session.toFront { self.submit(record, session) }
    }
  }

  private func submit(_ record: EventRecord, _ session: Session) {
    let shown = page.version
    session.front.submit(record) { answer, version in
      // Over Ajax the answer carries the change, beside whatever a poll brings.
      let update = self.transport == .ajax ? session.front.answer(self.key, since: shown).message : nil
      session.answer {
        if let update { self.receive(update) }
        guard self.events.answered(record.sequence, answer, now: .milliseconds(self.world.agenda.now)) else { return }
        self.world.note("\(self.name) hears of \(record.sequence): \(answer) \(version.map { "\($0)" } ?? "")")
        self.world.invariants.acknowledged(record, answer, version)
        self.send()
      }
    }
  }
}

/// One connection of a viewer to a front: in order both ways, until it is closed. On the front's side the cursor.
final class Session {
  unowned let viewer: Viewer
  let front: Front
  private(set) var cursor: Version?
  private(set) var isOpen = true
  private var lastUp = 0, lastDown = 0
  private var frameIsPlanned = false
  private var lastFrame = -1000

  var page: PageKey { viewer.key }

  init(viewer: Viewer, front: Front, cursor: Version?) {
    self.viewer = viewer
    self.front = front
    self.cursor = cursor
  }

  func toFront(_ action: @escaping () -> Void) {
    let world = viewer.world
    lastUp = max(lastUp, world.agenda.now + world.random.between(1...20))
    front.after(lastUp - world.agenda.now) { if self.isOpen { action() } }
    if !front.isAlive { close() }
  }

  func toViewer(_ action: @escaping () -> Void) {
    let world = viewer.world
    lastDown = max(lastDown, world.agenda.now + world.random.between(1...20))
    viewer.after(lastDown - world.agenda.now) { if self.isOpen { action() } }
  }

  /// To a request of its own over Ajax, which others may overtake.
  func answer(_ action: @escaping () -> Void) {
    guard viewer.transport == .ajax else { return toViewer(action) }
    viewer.after(viewer.world.random.between(1...60)) { if self.isOpen { action() } }
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    front.detach(self)
    viewer.after(0) { self.viewer.lost(self) }
  }

  func sync(since shown: Version?) {
    cursor = shown
    if let shown { front.drive(page) { $0.heard(of: shown) } }
    changed()
  }

  /// Sends the difference between cursor and view, at most every 50 ms.
  func changed() {
    guard isOpen, !frameIsPlanned else { return }
    frameIsPlanned = true
    front.after(max(0, lastFrame + 50 - viewer.world.agenda.now)) { [self] in
      frameIsPlanned = false
      guard isOpen, let view = front.pages[page]?.view else { return }
      let isBehind = cursor.map { $0 > view.version } ?? false
      toViewer { self.viewer.freshness(isBehind) }
      guard let message = view.message(since: cursor) else { return }
      cursor = view.version
      lastFrame = viewer.world.agenda.now
      toViewer { self.viewer.receive(message) }
    }
  }
}

extension ViewerMessage {
  /// Without R16 every update pretends to start where the viewer stands.
  fileprivate func starting(at shown: Version) -> ViewerMessage {
    switch self {
    case .full: return self
    case .delta(var update):
      update.from = shown
      return .delta(update)
    case .rebase(var update):
      update.from = shown
      return .rebase(update)
    }
  }
}
