import DashboardModel
import PageSync

/// A front process: one `FrontPage` per page, a channel, the sessions of its viewers, and the events that wait for their
/// answer, in shells that do what `Hub`, `ViewerSession` and `EventIntake` do.
final class Front: Process {
  private(set) lazy var connection = Connection(of: self)
  private(set) lazy var channel = Channel(of: self)
  private(set) var pages: [PageKey: FrontPage] = [:]
  private var sessions: [Session] = []
  private var waiting: [EventName: [(ViewerEvents.Answer, Version?) -> Void]] = [:]
  /// The ticket of the newest read, for a run without R14.
  private var lastTicket: [PageKey: Int] = [:]

  /// When the shard's owner last beat, and how long it counts as alive.
  private var heardOwnerAt = -1_000_000
  private static let patience = 2000

  struct EventName: Hashable {
    var viewer: ViewerID
    var sequence: UInt64
  }

  override init(_ name: String, in world: World) {
    super.init(name, in: world)
    _ = connection
    for key in World.pages {
      var page = FrontPage()
      let actions = page.start()
      pages[key] = page
      perform(actions, key)
    }
    upkeep()
    compare()
  }

  override func crash() {
    super.crash()
    for session in sessions { session.close() }
  }

  override func end() {
    super.end()
    connection.end()
    (waiting, sessions) = ([:], [])
  }

  // MARK: Pages, as Hub

  func drive(_ key: PageKey, _ input: (inout FrontPage) -> [FrontPage.Action]) {
    guard var page = pages[key] else { return }
    let actions = input(&page)
    pages[key] = page
    perform(actions, key)
  }

  private func perform(_ actions: [FrontPage.Action], _ key: PageKey) {
    for action in actions {
      switch action {
      case .subscribe: channel.subscribe(key)
      case .read(let ticket): read(key, ticket)
      case .changed: changed(key)
      case .gone: world.invariants.broken("I2: \(name) takes \(key) for gone")
      case .raiseFloor(let generation):
        world.invariants.raisedFloor(self)
        connection.ask { $0.raiseFloor(to: generation) } then: { _ in }
      }
    }
  }

  private func read(_ key: PageKey, _ ticket: Int) {
    lastTicket[key] = ticket
    connection.ask { $0.snapshot(of: key) } then: { snapshot in
      let ticket = self.world.leavesOut(.answersMatchTheirRead) ? self.lastTicket[key] ?? ticket : ticket
      self.drive(key) { page in
        if let snapshot { return page.wasRead(snapshot, ticket: ticket) }
        return page.readFailed(ticket: ticket)
      }
    }
  }

  private func changed(_ key: PageKey) {
    guard let view = pages[key]?.view else { return }
    world.note("\(name) shows \(key) \(view.version)")
    world.invariants.shows(view.version, key, name) { view.values }
    for session in sessions where session.page == key { session.changed() }
  }

  private func upkeep() {
    after(500) { self.upkeep() }
    for key in World.pages { drive(key) { $0.tick() } }
  }

  private func compare() {
    after(world.random.between(4000...6000)) { self.compare() }
    guard world.comparesVersions else { return }
    connection.ask { store in World.pages.map { store.version(of: $0) } } then: { versions in
      let lives = self.world.agenda.now - self.heardOwnerAt <= Self.patience
      for (key, version) in zip(World.pages, versions ?? []) {
        self.drive(key) { $0.checked(version, ownerLives: lives) }
      }
    }
  }

  // MARK: What the channel brings

  func received(_ publication: ShardStore.Publication) {
    switch publication {
    case .message(let message, let key):
      drive(key) { $0.received(message, startingAt: self.world.leavesOut(.updatesStartAtTheView) ? $0.view?.version : nil) }
    case .heartbeat(let heartbeat):
      heardOwnerAt = world.agenda.now
      for key in World.pages {
        if let version = heartbeat.versions[key] { drive(key) { $0.view == nil ? [] : $0.heard(of: version) } }
      }
    case .reply(let reply, let viewer, let sequence, _):
      answer(EventName(viewer: viewer, sequence: sequence), reply)
    case .released: break
    }
  }

  func subscribed(_ key: PageKey) { drive(key) { $0.subscribed() } }

  func channelCut() {
    for key in World.pages {
      drive(key) {
        $0.disconnected()
        return []
      }
    }
  }

  // MARK: Viewers, as ViewerSession and FrontRoutes

  func attach(_ session: Session, shown: Version?) {
    sessions.append(session)
    if let shown { drive(session.page) { $0.heard(of: shown) } }
    session.changed()
  }

  func detach(_ session: Session) { sessions.removeAll { $0 === session } }

  /// What leads a viewer on, and whether it shows more than this front has.
  func answer(_ key: PageKey, since shown: Version?) -> (message: ViewerMessage?, isBehind: Bool) {
    guard let view = pages[key]?.view else { return (nil, false) }
    if let shown, shown > view.version { drive(key) { $0.heard(of: shown) } }
    return (view.message(since: shown), shown.map { $0 > view.version } ?? false)
  }

  /// As EventIntake: asks every second until there is an answer, for ten seconds.
  func submit(_ event: EventRecord, answer: @escaping (ViewerEvents.Answer, Version?) -> Void) {
    let name = EventName(viewer: event.viewer, sequence: event.sequence)
    guard pages[event.page]?.view != nil else { return answer(.retry(after: .seconds(1)), nil) }
    waiting[name, default: []].append(answer)
    enqueue(event, name, until: world.agenda.now + 10_000)
  }

  private func enqueue(_ event: EventRecord, _ name: EventName, until end: Int) {
    guard waiting[name] != nil else { return }
    guard world.agenda.now < end else { return tell(name, .queued) }
    after(1000) { self.enqueue(event, name, until: end) }
    connection.ask { $0.enqueue(event) } then: { answer in
      switch answer {
      case .queued, .pending: for tell in self.waiting[name] ?? [] { tell(.queued, nil) }
      case .done(let reply?): self.answer(name, reply)
      case .done(nil): self.answerDone(event.page, name)
      case .taken: self.tell(name, .failed)
      case .gap(let expected): self.tell(name, .gap(expected: expected))
      case .busy: self.tell(name, .retry(after: .seconds(2)))
      case nil: self.tell(name, .retry(after: .seconds(1)))
      }
    }
  }

  private func answerDone(_ key: PageKey, _ name: EventName) {
    connection.ask { $0.version(of: key) } then: { version in
      if let version, let version { self.answer(name, .applied(version)) } else { self.tell(name, .retry(after: .seconds(1))) }
    }
  }

  private func answer(_ name: EventName, _ reply: EventReply) {
    switch reply.outcome {
    case .applied(let version): tell(name, .applied, version)
    case .failed: tell(name, .failed)
    }
  }

  private func tell(_ name: EventName, _ answer: ViewerEvents.Answer, _ version: Version? = nil) {
    for tell in waiting.removeValue(forKey: name) ?? [] { tell(answer, version) }
  }
}

extension FrontPage {
  /// Without R12 every update pretends to start where the front stands.
  fileprivate mutating func received(_ message: PageMessage, startingAt shown: Version?) -> [Action] {
    guard let shown, case .update(var update) = message, update.to > shown, update.to.epoch == shown.epoch else {
      return received(message)
    }
    update.from = shown
    return received(.update(update))
  }
}

/// A front's subscription: silently loses, doubles and reorders what it carries, and can be cut.
final class Channel {
  private unowned let front: Front
  private var isUp: Bool
  private var subscribed: Set<PageKey> = []
  private var wanted: Set<PageKey> = []
  private var generation = 0
  private var lastArrival = 0

  init(of front: Front) {
    self.front = front
    isUp = front.world.store.isUp
    if !isUp { connectLater() }
  }

  func subscribe(_ key: PageKey) {
    wanted.insert(key)
    guard isUp else { return }
    let current = generation
    if front.world.leavesOut(.subscribedBeforeRead) { front.after(1) { self.front.subscribed(key) } }
    let time = front.world.leavesOut(.subscribedBeforeRead) ? front.world.random.between(5...400) : front.world.random.between(1...6)
    front.world.agenda.after(time) { [self] in
      guard current == generation else { return }
      subscribed.insert(key)
      guard !front.world.leavesOut(.subscribedBeforeRead) else { return }
      front.after(front.world.random.between(0...3)) { if current == self.generation { self.front.subscribed(key) } }
    }
  }

  func carry(_ publication: ShardStore.Publication) {
    let world = front.world
    guard isUp, isWanted(publication) else { return }
    guard world.isCalm || !world.random.chance(world.mix.lost) else { return }
    let time = world.random.between(0...4)
    if !world.isCalm, world.random.chance(world.mix.reordered) { return bring(publication, in: time + world.random.between(1...120)) }
    lastArrival = max(lastArrival, world.agenda.now + time)
    bring(publication, in: lastArrival - world.agenda.now)
    if !world.isCalm, world.random.chance(world.mix.doubled) { bring(publication, in: lastArrival - world.agenda.now + 1) }
  }

  private func isWanted(_ publication: ShardStore.Publication) -> Bool {
    switch publication {
    case .message(_, let key): subscribed.contains(key)
    case .heartbeat: true
    case .reply(_, _, _, let name): name == front.name
    case .released: false
    }
  }

  private func bring(_ publication: ShardStore.Publication, in time: Int) {
    let current = generation
    front.after(time) { if current == self.generation { self.front.received(publication) } }
  }

  func cut() {
    generation += 1
    subscribed = []
    guard isUp else { return }
    isUp = false
    front.perform { self.front.channelCut() }
    connectLater()
  }

  private func connectLater() {
    front.after(front.world.random.between(20...400)) { [self] in
      guard front.world.store.isUp else { return connectLater() }
      isUp = true
      for key in World.pages where wanted.contains(key) { subscribe(key) }
    }
  }
}
