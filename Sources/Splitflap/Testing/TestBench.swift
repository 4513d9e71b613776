import DashboardModel
import Logging
import PageSync
import Producer

/// What stands behind a ``PageTester``: an app with a clock that stands still and a store in memory.
@MainActor
final class TestBench {
  let clock = ManualClock()
  private let make: @MainActor () -> any DashboardApp
  private let logger: Logger
  private var live: LiveApp
  private var stored: [PageKey: StoredPage] = [:]
  private var lives: AsyncStream<LiveApp>
  private let startLife: AsyncStream<LiveApp>.Continuation
  /// Handlers at work.
  private var performing = 0
  private var sessions = 0
  private var testers: [PageTester] = []
  // Bounded by the test: handlers that time alone has begun.
  private let work: AsyncStream<@MainActor @Sendable () async -> Void>
  private let begin: AsyncStream<@MainActor @Sendable () async -> Void>.Continuation
  /// Of these, how many have not begun.
  private var waiting = 0

  init(_ make: @escaping @MainActor () -> any DashboardApp) {
    self.make = make
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    self.logger = logger
    live = LiveApp(make(), clock: clock, logger: logger)
    (lives, startLife) = AsyncStream.makeStream()
    (work, begin) = AsyncStream.makeStream()
  }

  /// Runs the app for as long as the test goes on.
  func run(_ test: @escaping @MainActor () async throws -> Void) async throws {
    beginHome()
    startLife.yield(live)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.runLives() }
      group.addTask { await self.runWork() }
      group.addTask {
        await self.settle()
        try await test()
      }
      try await group.next()
      live.end()
      group.cancelAll()
    }
  }

  private func runLives() async {
    await withDiscardingTaskGroup { group in
      for await life in lives { group.addTask { await life.run() } }
    }
  }

  private func runWork() async {
    await withDiscardingTaskGroup { group in
      for await one in work {
        group.addTask {
          await self.begun()
          await one()
        }
      }
    }
  }

  private func begun() { waiting -= 1 }

  /// As a producer does: the first page has the stored properties.
  private func beginHome() { if let home = live.home { start(home) } }

  // MARK: Pages

  func open(_ address: String, session: String? = nil, roles: Set<String> = []) throws -> PageTester {
    let halves = address.split(separator: "?", maxSplits: 1).map(String.init)
    guard let page = live.page(at: halves.first ?? "/") else { throw TestProblem("the app has no page \(address)") }
    guard page.definition.access.view.admits(Array(roles)) else { throw TestProblem("the page \(address) is not for this viewer") }
    sessions += 1
    let own = session ?? "session-\(String(sessions + 1_000_000))-0000000"
    guard let viewer = ViewerID(own + "tab-\(sessions + 1_000_000)-00000000000") else { throw TestProblem("bad session") }
    let parameters = page.parameters(of: halves[0], query: halves.count > 1 ? halves[1] : "")
    guard var key = PageKey(dashboard: page.path.dashboard)?.with(parameters) else { throw TestProblem("bad address") }
    if page.scope == .viewer { key = key.with(viewer) }
    if live.instances[key] == nil { start(key) }
    keep()
    let tester = PageTester(bench: self, key: key, viewer: Viewer(viewer, roles: Array(roles)))
    testers.append(tester)
    return tester
  }

  /// As the producer judges.
  func mayAct(_ viewer: Viewer, on key: PageKey) -> Bool {
    guard let access = live.page(named: key.dashboard)?.definition.access else { return false }
    return access.view.admits(Array(viewer.roles)) && access.act.admits(Array(viewer.roles))
  }

  func instance(_ key: PageKey) -> PageInstance {
    if live.instances[key] == nil { start(key) }
    guard let instance = live.instances[key] else { preconditionFailure("the app has no page \(key)") }
    return instance
  }

  private func start(_ key: PageKey) { live.begin(key, life: 1, stored: stored[key]) { _ in } }

  // MARK: Time

  func perform(_ work: @MainActor () async throws -> Void) async throws {
    do {
      performing += 1
      defer { performing -= 1 }
      try await AppContext.$current.withValue(live.context) { try await work() }
    }
    await settle()
  }

  func advance(by time: Duration) async {
    let end = clock.now + time
    await settle()
    while true {
      let due = testers.compactMap(\.held.nextDue).min() ?? end
      guard clock.step(until: min(due, end)) || releaseHeld() else { return }
      await settle()
    }
  }

  /// Begins to answer what listeners held back until now; true if there was any. A handler may wait for the clock, so
  /// nobody waits for it here.
  private func releaseHeld() -> Bool {
    var isAny = false
    for tester in testers {
      let due = tester.held.due(clock.now)
      guard !due.isEmpty else { continue }
      isAny = true
      waiting += 1
      begin.yield { await tester.deliver(due) }
    }
    return isAny
  }

  func note(_ error: any Error) { logger.error("a handler failed", metadata: ["error": "\(error)"]) }

  /// Waits until everything that runs waits for the clock. What waits for something else is not waited for long.
  private func settle() async {
    let end = ContinuousClock.now + .seconds(2)
    for _ in 0..<20 { await Task.yield() }
    while waiting > 0 || clock.sleeping < live.context.tasks.alive + performing, ContinuousClock.now < end {
      try? await Task.sleep(for: .milliseconds(1))
    }
    for _ in 0..<20 { await Task.yield() }
  }

  // MARK: The store

  /// Stores what changed.
  func keep() {
    for (key, instance) in live.instances {
      guard let draft = instance.draft() else { continue }
      stored[key] = (stored[key] ?? .empty(key)).adding(draft)
    }
  }

  func restart() async {
    keep()
    let keys = Array(live.instances.keys)
    live.end()
    live = LiveApp(make(), clock: clock, logger: logger)
    beginHome()
    for key in keys where live.instances[key] == nil { start(key) }
    startLife.yield(live)
    await settle()
  }
}

extension StoredPage {
  fileprivate static func empty(_ key: PageKey) -> StoredPage {
    let version = Version(epoch: Epoch(generation: 1, nonce: 1), revision: 1)
    return StoredPage(key: key, snapshot: Snapshot(version: version, components: [:]), privateState: [:])
  }

  fileprivate func adding(_ draft: PageDraft) -> StoredPage {
    var page = self
    for (id, value) in draft.items { page.snapshot.components[id] = .init(revision: draft.number, value: value) }
    if let face = draft.face { page.snapshot.components[.page] = .init(revision: draft.number, value: face.item) }
    for id in draft.removed { page.snapshot.components[id] = nil }
    for (name, bytes) in draft.privateState { page.privateState[name] = bytes }
    return page
  }
}

extension PageFace {
  /// As much of the item `@page` as pages are restored from.
  fileprivate var item: ComponentValue {
    let words = ["title": title, "favicon": favicon, "redirect": redirect].compactMapValues { $0 }
    return ComponentValue(JSON(words))
  }
}

extension Page {
  /// What an address says of this page's parameters.
  fileprivate func parameters(of path: String, query: String) -> PageParameters {
    let segments = path.split(separator: "/").dropFirst().map { PercentEncoding.decoded($0) ?? "" }
    var values = Dictionary(zip(self.path.parameters, segments)) { first, _ in first }
    for part in query.split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1).map { PercentEncoding.decoded($0) ?? "" }
      if let name = halves.first, values[name] == nil { values[name] = halves.count > 1 ? halves[1] : "" }
    }
    return definition.variables.parameters { values[$0] } ?? .empty
  }
}
