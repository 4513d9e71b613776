package import Backplane
import DashboardModel
package import Logging
package import NIOCore
import PageSync
import Synchronization
import WebServer

/// Who watches what: follows every page somebody looks at, answers polls from memory and tells sockets of changes.
///
/// All pages are one struct behind one lock. It is held for a dictionary look-up, never while anything is encoded
/// (``PageAnswers``), sent or asked. Invariant: an action a machine returned is performed, after the lock is given
/// back, by whoever drove the machine.
package final class Hub: Sendable {
  struct State {
    var pages: [PageKey: WatchedPage] = [:]
    var freshness: Freshness
    /// As the store is set up; `nil` until a front has heard it.
    var shards: Int?
    var cutOff = CutOff()
    /// What was last told to the viewers of each page, by kind.
    var told: [PageKey: String] = [:]
    /// Signs sessions; `nil` until the store gave the key.
    var signer: SessionSigner?
    /// This front stops: it is not ready any more.
    var isLeaving = false
  }

  let backplane: any FrontBackplane
  let settings: FrontSettings
  let loops: [LoopViewers]
  let logger: Logger
  let replies: ReplyWaiters
  let pulse: FrontPulse
  let openings = ReplyNumbers()
  let state: Mutex<State>

  package init(
    backplane: any FrontBackplane, settings: FrontSettings, eventLoops: any EventLoopGroup, logger: Logger
  ) {
    self.backplane = backplane
    self.settings = settings
    self.logger = logger
    pulse = FrontPulse(sessions: settings.accounts.pulse, quiet: settings.limits.quietOwner)
    loops = eventLoops.makeIterator().enumerated().map { LoopViewers(index: $0.offset, eventLoop: $0.element) }
    replies = ReplyWaiters(most: settings.limits.waitingEvents)
    state = Mutex(State(freshness: Freshness(now: .now(), quiet: settings.limits.quietOwner)))
  }

  // MARK: Answers

  /// The answer to a poll; `nil` while this front does not have the page.
  func pollAnswer(_ key: PageKey, _ wish: PollWish) -> WebAnswer? {
    var actions: [FrontPage.Action] = []
    let found = state.withLock { state in
      if let since = wish.since, let index = state.pages.index(forKey: key), let version = state.pages.values[index].version,
        since > version
      {
        actions = state.pages.values[index].machine.heard(of: since)
        state.pages.values[index].noteReads(wasRead: false)
      }
      return state.use(key, .now())
    }
    perform(actions, for: key)
    return found.map { $0.answers.poll($0.view, wish, $0.standing) }
  }

  /// The answer to a poll that came before, kept with the beats at which it is right; `nil` when the page is not here or
  /// the viewer is ahead of it.
  func pollAgain(_ page: PageKey, _ wish: PollWish, keeping kept: KeptAnswer, _ beats: Beats) -> WebAnswer? {
    let now = NIODeadline.now()
    guard let found = state.withLock({ $0.use(page, now) }), wish.since.map({ $0 <= found.view.version }) ?? true else {
      return nil
    }
    let answer = found.answers.poll(found.view, wish, found.standing)
    if found.standing.isSettled { kept.keep(answer, beats, until: min(now + KeptAnswer.longest, pulse.freshUntil(page))) }
    return answer
  }

  /// What answers to polls of `page`, an instance of `plain`, depend on. To be noted before anything of it is read.
  func beats(of page: PageKey, plain: PageKey) -> Beats? {
    let pulses = state.withLock { state in state.pages[page].flatMap { page in state.pages[plain].map { (page.pulse, $0.pulse) } } }
    return pulses.map { Beats(page: $0.0, definition: $0.1, sessions: pulse.sessions) }
  }

  /// The frame that leads a viewer on, encoded once for all who stand at `since`.
  func frame(_ key: PageKey, since: Version?, compressed: Bool) -> (bytes: ByteBuffer, to: Version)? {
    guard let shown = state.withLock({ $0.pages[key]?.shown }) else { return nil }
    return shown.answers.frame(shown.view, since: since, compressed: compressed).map { ($0, shown.view.version) }
  }

  /// The JSON object that leads from `since` to the newest version, for an event's answer.
  func update(_ key: PageKey, since: Version?) -> ByteBuffer? {
    let shown = state.withLock { $0.pages[key]?.shown }
    return shown.flatMap { $0.answers.json($0.view, since: since) }
  }

  func header(of key: PageKey) -> PageHeader? {
    state.withLock { $0.pages[key]?.header }
  }

  /// What is wrong with the page's file, from the page that only editors are told of.
  func mistakes(of key: PageKey) -> String? {
    let item = state.withLock { $0.pages[key.forEditors]?.machine.view?[.page] }
    return item.flatMap { (try? JSON(decoding: $0.head))?["mistakes"]?.text }
  }

  func version(of key: PageKey) -> Version? { state.withLock { $0.pages[key]?.version } }

  func hasComponent(_ id: ComponentID, in key: PageKey) -> Bool {
    state.withLock { $0.pages[key]?.machine.view?[id] != nil }
  }

  func value(of id: ComponentID, in key: PageKey) -> ComponentValue? {
    state.withLock { $0.pages[key]?.machine.view?[id] }
  }

  func condition(of key: PageKey) -> Freshness.Condition {
    state.withLock { $0.condition(of: key, now: .now()) }
  }

  /// True when this front hears the store and every shard's owner. A takeover is over before it says no.
  package var isReady: Bool {
    let now = NIODeadline.now()
    return state.withLock { state in
      guard let shards = state.shards, !state.isLeaving, state.signer != nil else { return false }
      return (0..<shards).allSatisfy { state.freshness.hears($0, within: settings.limits.unheardWhileReady, now: now) }
    }
  }

  /// Why it is not.
  var unreadiness: String {
    state.withLock { state in
      if state.isLeaving { return "this front stops" }
      return state.freshness.isConnected ? "no producer is running" : "the data store cannot be reached"
    }
  }

  var accounts: Accounts { settings.accounts }

  var signer: SessionSigner? { state.withLock { $0.signer } }

  /// Fetches the key all fronts share, and gives it back to a store that lost it.
  func fetchKey() {
    backplane.signingKey(known: signer?.key).whenSuccess { [weak self] key in
      guard let self else { return }
      state.withLock { state in
        guard state.signer?.key != key else { return }
        state.signer = SessionSigner(key: key)
        pulse.sessions.beat()
      }
    }
  }

  /// True when the store can be reached, with or without a producer.
  package var hearsStore: Bool { state.withLock { $0.freshness.isConnected } }

  // MARK: Watching

  /// How the wait for a page ended.
  enum Readiness: Hashable, Sendable {
    case ready
    /// The store has no such page.
    case absent
    /// The producer makes no more pages of this dashboard.
    case refused
    /// Nothing is known of it: the store cannot be reached, or no producer made it in time.
    case unreachable
  }

  /// Starts watching and waits until the page shows at least `minimum`.
  func whenShown(_ key: PageKey, minimum: Version? = nil, within time: TimeAmount, on loop: any EventLoop)
    -> EventLoopFuture<Readiness>
  {
    let promise = loop.makePromise(of: Bool.self)
    let outcome = state.withLock { $0.watch(key, minimum, promise, most: settings.limits.watchedPages) }
    switch outcome {
    case .ready, .absent, .full: promise.succeed(outcome == .ready)
    case .wait(let waiter, let isNew):
      if isNew { perform([.subscribe], for: key) }
      let timer = loop.scheduleTask(in: time) { self.giveUp(waiter, for: key) }
      promise.futureResult.whenComplete { _ in timer.cancel() }
    }
    openIfViewers(key)
    return promise.futureResult.map { shown in
      shown ? .ready : self.isRefused(key) ? .refused : self.isKnownAbsent(key) ? .absent : .unreachable
    }
  }

  private func isRefused(_ key: PageKey) -> Bool { state.withLock { $0.pages[key]?.isRefused ?? false } }

  /// True when an owner is alive and yet the page is not in the store. While nobody owns the shard, as at the first start,
  /// the page may still come.
  private func isKnownAbsent(_ key: PageKey) -> Bool {
    state.withLock { state in
      guard let page = state.pages[key], page.machine.isAbsent else { return false }
      return state.freshness.hears(state.shard(of: key), now: .now())
    }
  }

  // Who waited in vain is forgotten at once: while the store is away nothing else would ever clear them.
  private func giveUp(_ waiter: UInt64, for key: PageKey) {
    let promise = state.withLock { state -> EventLoopPromise<Bool>? in
      guard let index = state.pages[key]?.waiters.firstIndex(where: { $0.id == waiter }) else { return nil }
      return state.pages[key]?.waiters.remove(at: index).promise
    }
    promise?.succeed(false)
  }

  func attach(_ session: ViewerSession, to key: PageKey, on viewers: LoopViewers) {
    state.withLock { $0.pages[key]?.viewers[viewers.index, default: 0] += 1 }
    viewers.add(session, to: key)
  }

  func detach(_ session: ViewerSession, from key: PageKey, on viewers: LoopViewers) {
    viewers.remove(session, from: key)
    state.withLock { state in
      guard let count = state.pages[key]?.viewers[viewers.index] else { return }
      state.pages[key]?.viewers[viewers.index] = count > 1 ? count - 1 : nil
      state.pages[key]?.lastUsed = .now()
    }
  }

  /// Somebody opened a socket, led here by the balancer.
  func viewerArrived() { state.withLock { $0.cutOff.viewerArrived() } }

  /// A viewer shows this version: if it is newer than ours, we missed something.
  func heard(of version: Version, for key: PageKey) {
    drive(key) { $0.heard(of: version) }
  }

  /// Runs one page's machine and performs what it asks for.
  func drive(_ key: PageKey, wasRead: Bool = false, _ input: (inout FrontPage) -> [FrontPage.Action]) {
    let actions = state.withLock { state -> [FrontPage.Action] in
      guard let index = state.pages.index(forKey: key) else { return [] }
      let wasBehind = state.pages.values[index].machine.storeIsBehind
      let actions = input(&state.pages.values[index].machine)
      let isOther = actions.contains(.changed) || actions.contains(.gone)
      if isOther { state.pages.values[index].changed() }
      state.pages.values[index].noteReads(wasRead: wasRead)
      if isOther || state.pages.values[index].machine.storeIsBehind != wasBehind { state.pages.values[index].pulse.beat() }
      return actions
    }
    perform(actions, for: key)
  }

  private func perform(_ actions: [FrontPage.Action], for key: PageKey) {
    for action in actions {
      switch action {
      case .subscribe: backplane.subscribe(key)
      case .read(let ticket): read(key, ticket)
      case .changed: tellChanged(key)
      case .gone: tellGone(key)
      case .raiseFloor(let generation):
        logger.debug("store is behind", metadata: ["page": "\(key)", "floor": "\(generation)"])
        _ = backplane.raiseFloor(to: generation, for: key)
      }
    }
  }

  private func read(_ key: PageKey, _ ticket: Int) {
    backplane.read(key).whenComplete { [weak self] result in
      guard let self else { return }
      switch result {
      case .success(let snapshot):
        drive(key, wasRead: true) { $0.wasRead(snapshot, ticket: ticket) }
        if snapshot == nil { answerAbsent(key) }
      case .failure: drive(key) { $0.readFailed(ticket: ticket) }
      }
    }
  }

  // A page that is made on demand may simply not be made yet: its waiters wait on.
  private func answerAbsent(_ key: PageKey) {
    guard !key.isOnDemand else { return }
    let waiters = state.withLock { state -> [WatchedPage.Waiter] in
      guard let page = state.pages[key], page.machine.isAbsent else { return [] }
      defer { state.pages[key]?.waiters = [] }
      return page.waiters
    }
    for waiter in waiters { waiter.promise.succeed(false) }
  }

  private func tellChanged(_ key: PageKey) {
    let (waiters, watching) = state.withLock { state in
      (state.pages[key]?.dueWaiters() ?? [], state.pages[key]?.viewers.keys.map { $0 } ?? [])
    }
    for waiter in waiters { waiter.promise.succeed(true) }
    for index in watching { loops[index].tellChanged(key, of: self) }
  }

  private func tellGone(_ key: PageKey) {
    let watching = state.withLock { $0.pages[key]?.viewers.keys.map { $0 } ?? [] }
    for index in watching { loops[index].tell(key) { $0.pageGone() } }
  }
}

extension Hub.State {
  enum WatchOutcome: Hashable {
    case ready, absent, full
    /// As this waiter; `isNew` when nobody watched the page before.
    case wait(UInt64, isNew: Bool)
  }

  fileprivate mutating func watch(
    _ key: PageKey, _ minimum: Version?, _ promise: EventLoopPromise<Bool>, most: Int
  ) -> WatchOutcome {
    guard var page = pages[key] else {
      guard pages.count < most else { return .full }
      var page = WatchedPage(now: .now())
      _ = page.machine.start()
      let waiter = page.wait(for: minimum, promise)
      pages[key] = page
      return .wait(waiter, isNew: true)
    }
    defer { pages[key] = page }
    page.wasUsed(.now())
    if let version = page.version, minimum.map({ $0 <= version }) ?? true { return .ready }
    if page.machine.isAbsent, !key.isOnDemand { return .absent }
    return .wait(page.wait(for: minimum, promise), isNew: false)
  }

  /// What a poll is answered from; the page is kept for a while longer.
  fileprivate mutating func use(_ key: PageKey, _ now: NIODeadline) -> Polled? {
    guard let index = pages.index(forKey: key) else { return nil }
    pages.values[index].wasUsed(now)
    guard let shown = pages.values[index].shown else { return nil }
    return Polled(view: shown.view, answers: shown.answers, standing: standing(of: key, now: now))
  }

  fileprivate struct Polled {
    var view: PageView
    var answers: PageAnswers
    var standing: PageStanding
  }

  func shard(of key: PageKey) -> Int { Backplane.shard(of: key, among: shards ?? 1) }
}
