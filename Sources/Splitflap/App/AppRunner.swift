import DashboardModel
import Logging
import PageSync
import Producer

/// Writes an app's pages for the producer: makes them when the board wants them, and hands in what changes.
///
/// The app lives as long as this producer has its first page. A new life begins with a new instance, so nothing of what
/// a deposed producer thought is left.
@MainActor
final class AppRunner: PageAuthor {
  nonisolated let definitions: [DashboardDefinition]
  nonisolated let names: Set<String>
  let logger: Logger
  private(set) var live: LiveApp?
  /// Where drafts go while the producer runs.
  private(set) var desk: PageDesk?
  private let make: @MainActor () -> any DashboardApp
  private let clock: any AppClock
  /// By the name of the page that carries them.
  private let modules: [String: Module]
  private let home: PageKey?
  // Bounded by the pages: each is begun and ended in turn.
  private nonisolated let news: AsyncStream<AuthorNews>
  private nonisolated let tell: AsyncStream<AuthorNews>.Continuation
  private let lives: AsyncStream<LiveApp>
  private let startLife: AsyncStream<LiveApp>.Continuation
  private let bells: AsyncStream<Void>
  private let ring: AsyncStream<Void>.Continuation
  /// Pages with something to hand in, and when each was handed in last.
  private var changed: [PageKey: PageInstance] = [:]
  private var published: [PageKey: Duration] = [:]
  /// Pages that wait for the first one, which has the stored properties.
  private var early: [AuthorNews] = []
  /// Handlers of events that came before the first page. Bounded by the handlers that the board starts.
  private var handlersWaiting: [AsyncStream<Void>.Continuation] = []

  /// Least time between two drafts of a page.
  static let interval = Duration.milliseconds(50)

  init(clock: any AppClock = MachineClock(), logger: Logger, make: @escaping @MainActor () -> any DashboardApp) {
    (self.make, self.clock, self.logger) = (make, clock, logger)
    let app = make(), pages = app.pages
    modules = Dictionary(app.modules.map { ($0.dashboard, $0) }) { first, _ in first }
    definitions = pages.map(\.definition) + modules.values.map(\.definition)
    home = pages.first.flatMap { PageKey(dashboard: $0.path.dashboard) }
    (news, tell) = AsyncStream.makeStream()
    (lives, startLife) = AsyncStream.makeStream()
    (bells, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    let names = pages.map(\.path.dashboard)
    self.names = Set(names)
    precondition(self.names.count == names.count, "two pages of an app have the same path: \(names.joined(separator: ", "))")
    StyleSheets.onUnknown = { logger.warning("unknown utility classes", metadata: ["classes": "\($0.joined(separator: " "))"]) }
  }

  nonisolated func told(_ news: AuthorNews) { tell.yield(news) }

  func value(of task: String) async throws -> JSON {
    guard let live, let source = live.app.sources.first(where: { $0.name == task }) else {
      throw SourceError(SourceContext.noTask(task))
    }
    return try await AppContext.$current.withValue(live.context) { try await source.value() }
  }

  func run(_ desk: PageDesk) async {
    self.desk = desk
    await withDiscardingTaskGroup { group in
      group.addTask { await self.listen() }
      group.addTask { await self.publish(desk) }
      group.addTask { await self.runLives(desk) }
    }
  }

  private func runLives(_ desk: PageDesk) async {
    await withDiscardingTaskGroup { group in
      for await life in lives {
        group.addTask { await life.run() }
        group.addTask { for await source in life.context.refreshes { await desk.refresh(source) } }
      }
      group.cancelAll()
    }
  }

  // MARK: What the board says

  private func listen() async {
    for await one in news {
      guard case .begin(let key, let life, _) = one, let module = modules[key.dashboard] else {
        take(one)
        continue
      }
      await desk?.publish(module.draft(life: life), of: key)
    }
  }

  private func take(_ one: AuthorNews) {
    switch one {
    case .begin(let key, let life, let stored):
      if key == home { beginLife() }
      guard let live else { return early.append(one) }
      live.begin(key, life: life, stored: stored) { [weak self] in self?.note($0) }
      if let instance = live.instances[key] { note(instance) }
      guard key == home else { return }
      let waiting = early
      early = []
      for one in waiting { take(one) }
    case .end(let key):
      early.removeAll { if case .begin(key, _, _) = $0 { true } else { false } }
      changed[key] = nil
      published[key] = nil
      live?.end(key)
      if key == home { endLife() }
    }
  }

  private func beginLife() {
    endLife()
    let life = LiveApp(make(), clock: clock, logger: logger)
    live = life
    startLife.yield(life)
    for waiting in handlersWaiting { waiting.finish() }
    handlersWaiting = []
  }

  /// The app as soon as it lives: after a change of hands an event may be there before the first page is.
  func whenLive() async -> LiveApp? {
    if let live { return live }
    let (begun, waiting) = AsyncStream<Void>.makeStream()
    handlersWaiting.append(waiting)
    for await _ in begun {}
    return live
  }

  private func endLife() {
    live?.end()
    live = nil
    changed = [:]
  }

  // MARK: What the board is told

  private func note(_ page: PageInstance) {
    changed[page.key] = page
    ring.yield()
  }

  private func publish(_ desk: PageDesk) async {
    for await _ in bells {
      while let wait = await publishDue(desk), !Task.isCancelled {
        try? await clock.sleep(until: clock.now + wait)
      }
    }
  }

  /// Hands in what is due; how long until there is more.
  private func publishDue(_ desk: PageDesk) async -> Duration? {
    let now = clock.now
    for (key, page) in changed {
      guard published[key].map({ now - $0 >= Self.interval }) ?? true, changed[key] === page else { continue }
      await publish(page, desk)
    }
    return changed.keys.compactMap { published[$0].map { max(.milliseconds(1), $0 + Self.interval - now) } ?? .milliseconds(1) }.min()
  }

  /// Hands in what changed of a page, as the effect of an event if it is one.
  func publish(_ page: PageInstance, _ desk: PageDesk, event: String? = nil) async {
    changed[page.key] = nil
    published[page.key] = clock.now
    guard let draft = page.draft(for: event) else { return }
    await desk.publish(draft, of: page.key)
  }
}
