import DashboardModel
import Logging
import PageSync
import Producer

/// An app while this producer has its pages: the instance with its stored properties, its tasks, and its live pages.
@MainActor
final class LiveApp {
  let app: any DashboardApp
  let context: AppContext
  private let pages: [String: Page]
  private(set) var instances: [PageKey: PageInstance] = [:]
  private var waiters: [PageKey: [AsyncStream<Void>.Continuation]] = [:]
  /// The page beside which stored properties are kept.
  let home: PageKey?
  private let stopped: AsyncStream<Void>
  private let hasStopped: AsyncStream<Void>.Continuation

  init(_ app: any DashboardApp, clock: any AppClock, logger: Logger) {
    self.app = app
    context = AppContext(clock: clock, logger: logger)
    let pages = app.pages, modules = app.modules.map(\.inModel)
    self.pages = Dictionary(pages.map { page in
      var page = page
      page.modules = modules
      return (page.path.dashboard, page)
    }) { first, _ in first }
    home = pages.first.flatMap { PageKey(dashboard: $0.path.dashboard) }
    (stopped, hasStopped) = AsyncStream.makeStream()
  }

  /// Makes a page; stored properties are there before the first one is made.
  func begin(_ key: PageKey, life: UInt64, stored: StoredPage?, onChange: @escaping (PageInstance) -> Void) {
    guard let page = pages[key.dashboard] else { return }
    let instance = AppContext.$current.withValue(context) {
      PageInstance(page, key: key, life: life, stored: stored, onChange: onChange) { instance in
        guard key == home else { return }
        for (name, property) in cellProperties(of: app) { instance.keep(property.anyCell, as: "stored.\(name)") }
      }
    }
    instances[key] = instance
    for waiter in waiters.removeValue(forKey: key) ?? [] { waiter.finish() }
  }

  func end(_ key: PageKey) { instances.removeValue(forKey: key)?.end() }

  func page(named name: String) -> Page? { pages[name] }

  /// The page of an address's path.
  func page(at path: String) -> Page? {
    let parts = path.split(separator: "/")
    guard let page = pages[parts.first.map(String.init) ?? PagePath.root] else { return nil }
    return max(0, parts.count - 1) <= page.path.parameters.count ? page : nil
  }

  /// The page as soon as it is made; `nil` when it is not in time.
  func instance(_ key: PageKey) async -> PageInstance? {
    if let instance = instances[key] { return instance }
    let (made, waiter) = AsyncStream<Void>.makeStream()
    waiters[key, default: []].append(waiter)
    for await _ in made {}
    return instances[key]
  }

  // MARK: Its life

  /// Runs `startup` and all tasks, until ``stop()`` or ``end()``, and then `shutdown`.
  func run() async {
    await AppContext.$current.withValue(context) {
      context.tasks.begin("startup", shows: nil) { [app] in try await app.startup() }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.context.tasks.run() }
        group.addTask { for await _ in self.stopped {} }
        await group.next()
        group.cancelAll()
      }
      await app.shutdown()
      context.end()
    }
  }

  /// Ends the tasks and has `shutdown` called; the pages stay.
  func stop() { hasStopped.finish() }

  /// Ends it all: the pages are not ours any more.
  func end() {
    for instance in instances.values { instance.end() }
    instances = [:]
    for waiter in waiters.values.flatMap(\.self) { waiter.finish() }
    waiters = [:]
    stop()
  }
}
