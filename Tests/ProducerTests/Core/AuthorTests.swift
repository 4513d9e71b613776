import DashboardModel
import PageSync
import Synchronization
import Testing

@testable import Producer

/// Pages that code writes, as the board sees them.
@Suite(.timeLimit(.minutes(1))) struct AuthorTests {
  /// An author of the dashboard `desk` that only listens; the test hands in its drafts.
  final class Author: PageAuthor {
    let definitions: [DashboardDefinition]
    let news = Mutex<[AuthorNews]>([])
    let body: @Sendable (HandledEvent) async throws -> EventResult

    init(scope: Scope = .shared, _ body: @escaping @Sendable (HandledEvent) async throws -> EventResult = { _ in EventResult() }) {
      var desk = DashboardDefinition(name: "desk", title: "Desk")
      (desk.scope, desk.access.actIsOpen) = (scope, true)
      definitions = [desk]
      self.body = body
    }

    init(scope: Scope, _ change: (inout DashboardDefinition) -> Void) {
      var desk = DashboardDefinition(name: "desk", title: "Desk")
      desk.scope = scope
      change(&desk)
      definitions = [desk]
      body = { _ in EventResult() }
    }

    func told(_ news: AuthorNews) { self.news.withLock { $0.append(news) } }
    func run(_ desk: PageDesk) async {}
    func value(of task: String) async throws -> JSON { .null }

    func handler(for target: EventTarget) -> (any EventHandler)? {
      target.page.dashboard == "desk" ? ClosureHandlers.Handler(effects: .none, body: body) : nil
    }

    var lives: [UInt64] {
      news.withLock { $0.compactMap { if case .begin(_, let life, _) = $0 { life } else { nil } } }
    }

    var ended: [PageKey] { news.withLock { $0.compactMap { if case .end(let key) = $0 { key } else { nil } } } }
  }

  private static let key = PageKey(dashboard: "desk")!

  private func draft(_ number: UInt64, life: UInt64 = 1, _ text: String, event: String? = nil) -> PageDraft {
    var draft = PageDraft(life: life, number: number)
    draft.event = event
    if number == 1 { draft.face = PageFace(title: "Desk") }
    draft.items[ComponentID("e1")!] = ComponentValue(["type": "element", "tag": "p", "text": .string(text)])
    return draft
  }

  private func ready(_ author: Author) async throws -> TestBoard {
    let test = TestBoard(author: author)
    try await test.load([:])
    try await test.win()
    return test
  }

  @Test func `nothing of a page goes out before its first draft`() async throws {
    let author = Author()
    let test = try await ready(author)
    #expect(await test.commits().isEmpty)

    await test.board.publish(draft(1, "one"), of: Self.key)
    try await test.flush()

    #expect(try await test.value("e1", of: "desk")?["text"] == "one")
    #expect(try await test.value("@page", of: "desk")?["root"] == [])
  }

  @Test func `a component whose event was given up says so over later drafts, too`() async throws {
    let test = try await ready(Author())
    await test.board.publish(draft(1, "one"), of: Self.key)
    try await test.flush()

    await test.board.buried(try test.event(.event, "e1", on: "desk"))
    await test.board.publish(draft(2, "two"), of: Self.key)
    try await test.flush()

    #expect(try await test.value("e1", of: "desk")?["text"] == "two")
    #expect(try await test.value("e1", of: "desk")?["state"] == "error")
  }

  // handler's draft 3 |  pump's draft 2
  // arrives           |
  //                   |  arrives
  @Test func `drafts are staged in the order they were made, however they arrive`() async throws {
    let test = try await ready(Author())
    await test.board.publish(draft(1, "one"), of: Self.key)
    await test.board.publish(draft(3, "three"), of: Self.key)
    await test.board.publish(draft(2, "two"), of: Self.key)

    try await test.flush()

    #expect(try await test.value("e1", of: "desk")?["text"] == "three")
  }

  @Test func `the next producer's author gets what the store has, and shows nothing half written`() async throws {
    let first = try await ready(Author())
    var kept = draft(1, "before")
    kept.privateState["stored.count"] = Array("7".utf8)
    await first.board.publish(kept, of: Self.key)
    try await first.flush()

    let author = Author()
    let second = TestBoard(first.backplane, author: author)
    try await second.load([:])
    try await second.win()
    #expect(await second.commits().isEmpty)
    let stored = author.news.withLock { news in news.compactMap { if case .begin(_, _, let stored?) = $0 { stored } else { nil } } }
    #expect(stored.first?.privateState["stored.count"] == Array("7".utf8))
    #expect(try await second.value("e1", of: "desk")?["text"] == "before")

    var other = PageDraft(life: author.lives[0], number: 1)
    other.items[ComponentID("e2")!] = ComponentValue(["type": "element", "tag": "p"])
    await second.board.publish(other, of: Self.key)
    try await second.flush()

    #expect(try await second.value("e1", of: "desk") == nil)
    #expect(try await second.value("e2", of: "desk") != nil)
  }

  @Test func `a draft of an earlier life is void`() async throws {
    let author = Author()
    let test = try await ready(author)
    await test.board.lost(0)
    try await test.win()
    await test.board.publish(draft(1, life: author.lives[1], "new"), of: Self.key)

    await test.board.publish(draft(2, life: author.lives[0], "old"), of: Self.key)
    try await test.flush()

    #expect(author.ended == [Self.key])
    #expect(try await test.value("e1", of: "desk")?["text"] == "new")
  }

  @Test func `an event's effect and its end are one commit`() async throws {
    let (handed, done) = (Gate(), Gate())
    let board = Mutex<Board?>(nil)
    let author = Author { event in
      var draft = PageDraft(life: 1, number: 2)
      draft.event = event.key
      draft.items[ComponentID("e1")!] = ComponentValue(["type": "element", "tag": "p", "text": "clicked"])
      draft.reply.notices = [.init("Thanks")]
      await board.withLock(\.self)?.publish(draft, of: Self.key)
      handed.open()
      await done.wait()
      return .endedByDraft
    }
    let supervisor = HandlerSupervisor()
    let events = EventServices(handlers: [author], start: { supervisor.start($0) }, answer: { _, _ in })
    let test = TestBoard(events: events, author: author)
    board.withLock { $0 = test.board }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await supervisor.run { _, _ in true } }
      try await test.load([:])
      try await test.win()
      await test.board.publish(draft(1, "one"), of: Self.key)
      try await test.flush()
      _ = await test.board.handle(try test.event(.event, "e1", on: "desk"))
      await handed.wait()
      // Nothing that comes after is waited for: with many viewers there is always somebody at work.
      let ends = try await commit(test)
      done.open()
      #expect(ends.finished.count == 1 && ends.finished.first?.reply.note != nil)
      #expect(try await test.value("e1", of: "desk")?["text"] == "clicked")
      group.cancelAll()
    }
  }

  // handler            |  pump's draft 2
  // draft 3, and ends  |
  //                    |  arrives
  @Test func `an event whose effect has been overtaken ends with it`() async throws {
    let (handed, board) = (Gate(), Place())
    let author = Author { event in
      await board.now?.publish(draft(3, "three", event: event.key), of: Self.key)
      handed.open()
      return .endedByDraft
    }
    try await atWork(author, board) { test in
      await handed.wait()
      try await Task.sleep(for: .milliseconds(50))
      #expect(await test.commits().isEmpty)

      await test.board.publish(draft(2, "two"), of: Self.key)

      #expect(try await commit(test).finished.count == 1)
      #expect(try await test.value("e1", of: "desk")?["text"] == "three")
    }
  }

  @Test func `an event whose page was made anew meanwhile ends all the same`() async throws {
    let (handed, go, board) = (Gate(), Gate(), Place())
    let author = Author { event in
      await go.wait()
      await board.now?.publish(draft(2, life: 99, "late", event: event.key), of: Self.key)
      handed.open()
      return .endedByDraft
    }
    try await atWork(author, board) { test in
      go.open()
      await handed.wait()
      let ends = try await commit(test)

      #expect(ends.finished.count == 1)
      #expect(try await test.value("e1", of: "desk")?["text"] == "one")
    }
  }

  /// Where a handler finds the board that runs it.
  private final class Place: Sendable {
    let board = Mutex<Board?>(nil)
    var now: Board? { board.withLock(\.self) }
  }

  /// A board with the first draft staged, and an event that the author answers.
  private func atWork(
    _ author: Author, _ board: Place, _ body: (TestBoard) async throws -> Void
  ) async throws {
    let supervisor = HandlerSupervisor()
    let events = EventServices(handlers: [author], start: { supervisor.start($0) }, answer: { _, _ in })
    let test = TestBoard(events: events, author: author)
    board.board.withLock { $0 = test.board }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await supervisor.run { _, _ in true } }
      try await test.load([:])
      try await test.win()
      await test.board.publish(draft(1, "one"), of: Self.key)
      try await test.flush()
      _ = await test.board.handle(try test.event(.event, "e1", on: "desk"))
      try await body(test)
      group.cancelAll()
    }
  }

  /// The next commit there is, carried out.
  private func commit(_ test: TestBoard) async throws -> Commit {
    while true {
      if let commit = await test.commits().first {
        await test.board.answered(try await test.backplane.commit(commit), to: commit)
        return commit
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test func `dashboard components of code run through the same engine, and read files' sources`() async throws {
    let test = TestBoard(author: Author())
    try await test.load(["shop": "sources: { orders: { type: counter, every: 1s } }\ncomponents: { n: { type: number, from: orders } }"])
    try await test.win()
    var draft = draft(1, "one")
    var own = ComponentDefinition(id: ComponentID("e2")!, type: .number), bound = own
    own.bindings = [Binding(source: "=e2")]
    own.levels = [LevelRule(level: .bad, condition: .above(5))]
    bound.id = ComponentID("e3")!
    bound.bindings = [Binding(source: "orders")]
    draft.components = [own, bound]
    draft.readings["=e2"] = 7
    await test.board.publish(draft, of: Self.key)
    await test.say(12, from: "orders", of: "shop")
    try await test.flush()

    #expect(try await test.value("e2", of: "desk") == ["value": 7, "level": "bad"])
    #expect(try await test.value("e3", of: "desk")?["value"] == 12)
    #expect(try await test.value("@page", of: "desk")?["components"]?["e2"]?["type"] == "number")
  }

  @Test func `what frames listen to stands beside their components' definitions`() async throws {
    let test = try await ready(Author())
    let id = try #require(ComponentID("e2"))
    var draft = draft(1, "one")
    draft.components = [ComponentDefinition(id: id, type: .number)]
    draft.frames[id] = JSON.Members([.init(name: "on", value: ["click": [:]])])
    await test.board.publish(draft, of: Self.key)
    try await test.flush()

    let definition = try await test.value("@page", of: "desk")?["components"]?["e2"]
    #expect(definition?["type"] == "number" && definition?["on"] == ["click": [:]])
  }

  @Test func `a viewer's page is written when it is opened and let go when nobody asks for it`() async throws {
    let author = Author(scope: .viewer)
    let test = try await ready(author)
    let own = "desk~\(TestBoard.viewer)"
    _ = await test.board.handle(try test.event(.open, on: own))
    #expect(author.lives.count == 2)
    await test.board.publish(draft(1, life: author.lives[1], "mine"), of: try #require(PageKey(own)))
    try await test.flush()

    test.clock.advance(.seconds(200))
    let gone = await test.board.check()

    #expect(gone.map(\.description) == [own] && author.ended.map(\.description) == [own])
  }

  @Test func `a curve that begins anew has no point from before`() async throws {
    let test = try await ready(Author())
    let id = ComponentID("e2")!
    func said(_ number: UInt64, _ value: JSON, restarted: Bool = false) -> PageDraft {
      var one = draft(number, "chart")
      var line = ComponentDefinition(id: id, type: .line)
      line.bindings = [Binding(source: "=e2", field: "0")]
      if number == 1 || restarted { one.components = [line] }
      if restarted { one.restarted = [id] }
      one.readings["=e2"] = [value]
      return one
    }
    func points() async throws -> [JSON] {
      (try await test.value("e2", of: "desk")?["points"]?.elements ?? []).compactMap { $0.elements?.last }
    }
    await test.board.publish(said(1, 1), of: Self.key)
    await test.board.publish(said(2, 2), of: Self.key)
    try await test.flush()
    // The wall clock stands still, so a second point has no room.
    #expect(try await points() == [1])

    await test.board.publish(said(3, 3, restarted: true), of: Self.key)
    try await test.flush()

    #expect(try await points() == [3])
  }
}
