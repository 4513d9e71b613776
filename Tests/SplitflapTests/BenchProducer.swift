import AsyncHTTPClient
import Backplane
import DashboardModel
import Logging
import PageSync
import Testing

@testable import Producer
@testable import Splitflap

/// A board with an app's pages, whose commits go nowhere and are all well: what a producer keeps, without a store.
@MainActor
final class BenchProducer {
  private let board: Board
  private let page: Page
  private var instances: [PageInstance] = []
  private var opened = 0

  /// Notes which life each page has.
  private final class Author: PageAuthor {
    let definitions: [DashboardDefinition]
    init(_ definitions: [DashboardDefinition]) { self.definitions = definitions }
    func told(_ news: AuthorNews) {}
    func run(_ desk: PageDesk) async {}
    func value(of task: String) async throws -> JSON { .null }
    nonisolated func handler(for target: EventTarget) -> (any EventHandler)? { nil }
  }

  init(_ make: () -> any DashboardApp) async throws {
    page = try #require(make().pages.first)
    var logger = Logger(label: "bench")
    logger.logLevel = .critical
    board = Board(Board.Surroundings(
      timeline: Timeline(ContinuousClock()), shards: 1, logger: logger, start: { _ in {} },
      context: { _ in SourceContext(folder: "/nowhere", client: .shared, redis: { _, _ in .null }, dashboards: { .null }) },
      events: EventServices(start: { _ in {} }, answer: { _, _ in }), wake: {}, author: Author([page.definition])))
    _ = await board.replace([], broken: [])
    let record = LeaseRecord(owner: "p", fence: 1, beat: 1, lineage: "l", generation: 1)
    await board.granted(0, record)
    await board.won(0, record, stored: [])
  }

  /// So many viewers open the page, and it is committed.
  func open(_ count: Int) async throws {
    for _ in 0..<count {
      opened += 1
      let viewer = try #require(ViewerID("viewer-0000-session-00\(1_000_000_000 + opened)-tab-abcde"))
      let key = try #require(PageKey(dashboard: page.definition.name, viewer: viewer))
      await board.makePage(key)
      // Life 1 is the shell's.
      let instance = PageInstance(page, key: key, life: UInt64(opened + 1))
      instances.append(instance)
      if let draft = instance.draft() { await board.publish(draft, of: key) }
      if opened.isMultiple(of: 500) || opened == 100 { await commit() }
    }
    await commit()
    #expect(await board.pageKeys.count == opened + 1)
  }

  private func commit() async {
    for commit in await board.dueCommits().commits { await board.answered(.ok, to: commit) }
  }
}
