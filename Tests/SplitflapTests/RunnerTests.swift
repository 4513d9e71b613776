import DashboardModel
import Logging
import Testing

@testable import Producer
@testable import Splitflap

/// What an app hands in to its producer, and when.
@MainActor
@Suite(.serialized, .timeLimit(.minutes(1))) struct RunnerTests {
  /// Keeps its pages' instances, so that a test can change them.
  struct App: DashboardApp {
    static var made: [PageInstance] = []
    static var isDown = false
    var pages: [Page] {
      Page("/") { page in note(page) }
      Page("/other") { page in note(page) }
    }
    func shutdown() async {
      Self.isDown = (try? await Task.sleep(for: .milliseconds(20))) != nil
      Self.made.first?.title = "closed"
    }
    private func note(_ page: PageInstance) -> Content {
      Self.made.append(page)
      return Content()
    }
  }

  /// What comes in, one after the other.
  struct Drafts {
    let stream: AsyncStream<(PageKey, PageDraft)>
    /// Nothing more comes.
    let end: @Sendable () -> Void
    func next() async -> (PageKey, PageDraft)? {
      for await draft in stream { return draft }
      return nil
    }
  }

  private func running(_ test: (AppRunner, Drafts) async throws -> Void) async throws {
    App.made = []
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let runner = AppRunner(logger: logger) { App() }
    let (drafts, hand) = AsyncStream<(PageKey, PageDraft)>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runner.run(PageDesk({ for (draft, page) in $0 { hand.yield((page, draft)) } })) }
      try await test(runner, Drafts(stream: drafts) { hand.finish() })
      group.cancelAll()
    }
  }

  private func key(_ name: String = "index") throws -> PageKey { try #require(PageKey(dashboard: name)) }

  // old instance      |  new instance
  //                   |  changes
  // changes           |
  // (hands in)        |  (hands in)
  @Test func `an instance that is past does not silence the one after it`() async throws {
    try await running { runner, drafts in
      let (home, other) = (try key(), try key("other"))
      runner.told(.begin(home, life: 1, stored: nil))
      runner.told(.begin(other, life: 2, stored: nil))
      for _ in 0..<2 { _ = await drafts.next() }
      runner.told(.end(other))
      runner.told(.begin(other, life: 3, stored: nil))
      #expect(await drafts.next()?.1.life == 3)
      let (old, new) = (App.made[1], App.made[2])

      new.title = "new"
      old.title = "old"

      let next = await drafts.next()
      #expect(next?.1.life == 3 && next?.1.face?.title == "new")
    }
  }

  @Test func `at the end the app is waited for`() async throws {
    App.isDown = false
    try await running { runner, drafts in
      let home = try key()
      runner.told(.begin(home, life: 1, stored: nil))
      _ = await drafts.next()

      runner.told(.end(home))
      await runner.leave()

      #expect(App.isDown)
    }
  }

  @Test func `what shutdown changes is handed in before the pages are given up`() async throws {
    try await running { runner, drafts in
      runner.told(.begin(try key(), life: 1, stored: nil))
      _ = await drafts.next()

      await runner.leave()
      drafts.end()

      #expect(await drafts.next()?.1.face?.title == "closed")
    }
  }

  @Test func `a page's first change waits for no other page`() async throws {
    try await running { runner, drafts in
      let (home, other) = (try key(), try key("other"))
      runner.told(.begin(home, life: 1, stored: nil))
      runner.told(.begin(other, life: 2, stored: nil))
      for _ in 0..<2 { _ = await drafts.next() }
      try await Task.sleep(for: ChangedPages.interval * 2)
      App.made[0].title = "one"
      #expect(await drafts.next()?.0 == home)
      App.made[0].title = "two"
      let start = ContinuousClock.now
      App.made[1].title = "first"

      #expect(await drafts.next()?.0 == other)
      #expect(await drafts.next()?.1.face?.title == "two")
      #expect(ContinuousClock.now - start > ChangedPages.interval / 2)
    }
  }
}
