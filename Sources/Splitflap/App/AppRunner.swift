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
  private nonisolated let news: AsyncStream<News>
  private nonisolated let tell: AsyncStream<News>.Continuation
  private let lives: AsyncStream<LiveApp>
  private let startLife: AsyncStream<LiveApp>.Continuation
  private let left: AsyncStream<Void>
  private let hasLeft: AsyncStream<Void>.Continuation
  private var changed = ChangedPages()
  /// Rung when they are worth a look.
  private let bell: AsyncStream<Void>
  private let ring: AsyncStream<Void>.Continuation
  /// Ends a process whose pages stand still; `nil` where nobody could take over.
  private let giveUp: (@Sendable () -> Void)?
  /// Pages that wait for the first one, which has the stored properties.
  private var early: [AuthorNews] = []
  /// Handlers of events that came before the first page. Bounded by the handlers that the board starts.
  private var handlersWaiting: [AsyncStream<Void>.Continuation] = []

  private enum News: Sendable {
    case board(AuthorNews)
    /// The process ends soon.
    case leaving
  }

  /// How long `shutdown` may take at the end of the process.
  nonisolated private static let longestShutdown = Duration.seconds(5)
  /// Drafts that are made without a pause.
  private static let draftsAtOnce = 64

  init(
    clock: any AppClock = MachineClock(), logger: Logger, giveUp: (@Sendable () -> Void)? = nil,
    make: @escaping @MainActor () -> any DashboardApp
  ) {
    (self.make, self.clock, self.logger, self.giveUp) = (make, clock, logger, giveUp)
    let app = make(), pages = app.pages
    modules = Dictionary(app.modules.map { ($0.dashboard, $0) }) { first, _ in first }
    definitions = pages.map(\.definition) + modules.values.map(\.definition)
    home = pages.first.flatMap { PageKey(dashboard: $0.path.dashboard) }
    (news, tell) = AsyncStream.makeStream()
    (lives, startLife) = AsyncStream.makeStream()
    (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (left, hasLeft) = AsyncStream.makeStream()
    let names = pages.map(\.path.dashboard)
    self.names = Set(names)
    precondition(self.names.count == names.count, "two pages of an app have the same path: \(names.joined(separator: ", "))")
    VoidStyles.onVoid = { logger.warning("a style that no element can have is left out", metadata: ["style": "\($0)"]) }
    StyleSheets.onUnknown = { logger.warning("unknown utility classes", metadata: ["classes": "\($0.joined(separator: " "))"]) }
  }

  nonisolated func told(_ news: AuthorNews) { tell.yield(.board(news)) }

  func value(of task: String) async throws -> JSON {
    guard let live, let source = live.app.sources.first(where: { $0.name == task }) else {
      throw SourceError(SourceContext.noTask(task))
    }
    return try await AppContext.$current.withValue(live.context) { try await source.value() }
  }

  func run(_ desk: PageDesk) async {
    self.desk = desk
    await withDiscardingTaskGroup { group in
      let watch = MainActorWatch(logger: logger, giveUp: giveUp)
      group.addTask { await watch.run() }
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
    }
    // What `shutdown` changed goes out while the pages are this producer's.
    await publish(live.map { Array($0.instances.values) } ?? [], desk)
    hasLeft.finish()
  }

  // By a message: a main actor that stands still must not keep the pages from the next producer.
  nonisolated func leave() async {
    tell.yield(.leaving)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in self.left {} }
      group.addTask { try? await Task.sleep(for: Self.longestShutdown) }
      await group.next()
      group.cancelAll()
    }
  }

  // MARK: What the board says

  private func listen() async {
    for await one in news {
      switch one {
      case .leaving: stopLife()
      case .board(.begin(let key, let life, _)) where modules[key.dashboard] != nil:
        if let module = modules[key.dashboard] { await desk?.publish([(module.draft(life: life), key)]) }
      case .board(let one):
        take(one)
        // Many pages may be made at once, after a takeover: others have their turn in between.
        await Task.yield()
      }
    }
    endLife()
    startLife.finish()
  }

  // The pages stay, with their handlers, until they are another producer's.
  private func stopLife() {
    live?.stop()
    startLife.finish()
  }

  private func take(_ one: AuthorNews) {
    switch one {
    case .begin(let key, let life, let stored):
      if key == home { beginLife() }
      guard let live else { return early.append(one) }
      live.begin(key, life: life, stored: stored) { [weak self] in self?.note($0) }
      guard key == home else { return }
      let waiting = early
      early = []
      for one in waiting { take(one) }
    case .end(let key):
      early.removeAll { if case .begin(key, _, _) = $0 { true } else { false } }
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
  }

  // MARK: What the board is told

  private func note(_ page: PageInstance) {
    changed.note(page, now: clock.now)
    ring.yield()
  }

  private func publish(_ desk: PageDesk) async {
    await withDiscardingTaskGroup { group in
      /// When the pages are looked at of themselves.
      var alarm: Duration?
      for await _ in bell {
        await publish(changed.takeDue(now: clock.now), desk)
        guard let next = changed.nextDue, alarm.map({ $0 <= clock.now || next < $0 }) ?? true else { continue }
        alarm = next
        group.addTask {
          try? await self.clock.sleep(until: next)
          self.ring.yield()
        }
      }
      group.cancelAll()
    }
  }

  /// Hands in what changed of these pages. One whose page was made anew meanwhile has nothing to say any more.
  private func publish(_ pages: [PageInstance], _ desk: PageDesk) async {
    var pages = pages[...]
    while !pages.isEmpty {
      let drafts = pages.prefix(Self.draftsAtOnce).compactMap { page -> PageDesk.Item? in
        guard live?.instances[page.key] === page else { return nil }
        return draft(of: page).map { ($0, page.key) }
      }
      pages = pages.dropFirst(Self.draftsAtOnce)
      // Others have their turn meanwhile.
      await desk.publish(drafts)
    }
  }

  /// What changed of a page, as the effect of an event if it is one.
  func draft(of page: PageInstance, event: String? = nil) -> PageDraft? {
    page.draftedAt = clock.now
    return page.draft(for: event)
  }
}
