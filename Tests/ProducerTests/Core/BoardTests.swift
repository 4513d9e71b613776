import DashboardModel
import PageSync
import Testing

@testable import Producer

@Suite struct BoardTests {
  private static let shop = """
    sources: { orders: { type: counter, start: 0 }, machine: { type: counter, start: 50 } }
    components: { count: { type: number, from: orders, sparkline: 1h }, hi: { type: hello }, cpu: { type: gauge, from: machine } }
    act: anyone

    """
  private static let wide = shop.replacing("cpu: {", with: "more: { type: number, from: orders }, cpu: {")

  @Test func `a page is written whole, and later only what changed`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.shop])
    try await test.win()
    try await test.flush()
    #expect(try await test.value("count", of: "shop") == ["state": "loading", "points": []])
    #expect(try await test.value("@page", of: "shop")?["title"] == "Shop")

    await test.say(7, from: "orders", of: "shop")
    let commits = await test.commits()

    guard case .changes(let update, _)? = commits.first?.update else {
      Issue.record("changes are expected, not \(commits)")
      return
    }
    #expect(update.changes.map(\.id.name) == ["count"])
  }

  @Test func `a changed definition keeps what did not change, and drops and adds the rest`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.shop])
    try await test.win()
    await test.say(7, from: "orders", of: "shop")
    await test.say(60, from: "machine", of: "shop")
    _ = await test.board.handle(try test.event(.event, "hi", on: "shop"))
    try await test.flush()

    try await test.load(["shop": Self.wide.replacing("hi: { type: hello }, ", with: "")])
    try await test.flush()

    #expect(try await test.value("count", of: "shop")?["points"]?.elements?.count == 1)
    #expect(try await test.value("cpu", of: "shop")?["value"] == 60)
    #expect(try await test.value("hi", of: "shop") == nil)
    #expect(try await test.value("more", of: "shop")?["value"] == 7)
    #expect(try await test.value("@page", of: "shop")?["components"]?["more"]?["type"] == "number")
    #expect(test.sources.names == ["machine", "orders"])
  }

  @Test func `a component that takes another type starts anew`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.shop])
    try await test.win()
    await test.say(60, from: "machine", of: "shop")
    try await test.flush()

    let other = Self.shop.replacing("type: gauge, from: machine", with: "type: text, text: Hello")
      .replacing(", machine: { type: counter, start: 50 }", with: "")
    try await test.load(["shop": other])
    try await test.flush()
    #expect(try await test.value("cpu", of: "shop")?["value"] == "Hello")
    #expect(test.sources.names == ["orders"])

    try await test.load(["shop": Self.shop])
    try await test.flush()
    #expect(try await test.value("cpu", of: "shop") == ["state": "loading"])
  }

  @Test func `a file with mistakes keeps its page, a file that is gone takes it along`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.shop])
    try await test.win()
    try await test.flush()

    #expect(try await test.load([:], broken: ["shop"]) == [])
    #expect(test.sources.names == ["machine", "orders"])

    #expect(try await test.load([:]).map(\.description) == ["shop"])
    #expect(test.sources.names == [])
    // It is asked for until the store has done it.
    #expect(await test.board.check().map(\.description) == ["shop"])
    await test.board.dropped(PageKey("shop")!)
    #expect(await test.board.check() == [])
  }

  @Test func `a page whose definition went while nobody owned it is dropped, unless its file has mistakes`() async throws {
    let before = TestBoard()
    try await before.load(["shop": Self.shop, "old": Self.shop])
    try await before.win()
    _ = await before.board.handle(try before.event(.event, "hi", on: "shop"))
    try await before.flush()

    let after = TestBoard(before.backplane)
    try await after.load([:], broken: ["shop"])
    try await after.win()
    #expect(await after.board.check().map(\.description) == ["old"])

    try await after.load(["shop": Self.shop])
    try await after.flush()
    #expect(try await after.value("hi", of: "shop")?["value"] == 1)
    #expect(await after.board.check().map(\.description) == ["old"])
  }

  @Test func `the next owner goes on with counters, clicks and curves, in a new epoch`() async throws {
    let before = TestBoard()
    try await before.load(["shop": Self.shop])
    try await before.win()
    let runner = try #require(before.sources.running.withLock { $0["orders"] })
    _ = (runner.source as? CounterSource)?.fetch()
    await before.say(1, from: "orders", of: "shop")
    _ = await before.board.handle(try before.event(.event, "hi", on: "shop"))
    try await before.flush()
    let old = try #require(try await before.stored("shop")).snapshot.version

    let after = TestBoard(before.backplane)
    try await after.load(["shop": Self.shop])
    try await after.win()
    try await after.flush()

    #expect(try #require(try await after.stored("shop")).snapshot.version.epoch > old.epoch)
    #expect(try await after.value("hi", of: "shop")?["value"] == 1)
    #expect(try await after.value("count", of: "shop")?["points"]?.elements?.count == 1)
    let restored = try #require(after.sources.running.withLock { $0["orders"] })
    #expect((restored.source as? CounterSource)?.fetch() == 2)
  }

  @Test func `the deposed owner drops everything`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.shop])
    try await test.win()
    await test.board.lost(0)
    await test.say(9, from: "orders", of: "shop")

    #expect(await test.commits().isEmpty)
    #expect(test.sources.names == [])
    #expect(await test.board.pageKeys.isEmpty)
  }

  @Test func `all pages of a start are taken by the store at the first try`() async throws {
    let test = TestBoard()
    try await test.load(Dictionary(uniqueKeysWithValues: (0..<10).map { ("shop\($0)", Self.shop) }))
    try await test.win()

    for commit in await test.commits().shuffled() { #expect(try await test.backplane.commit(commit) == .ok) }
  }
}

@Suite struct ViewerPageTests {
  private static let hello = "scope: viewer\nact: anyone\ncomponents: { hi: { type: hello } }\n"
  private static let own = "hello~vvvvvvvvvvvvvvvvvvvvvv"

  @Test func `a viewer's page is made when somebody looks, and dropped when nobody does any more`() async throws {
    let test = TestBoard()
    try await test.load(["hello": Self.hello])
    try await test.win()
    try await test.flush()
    #expect(try await test.value("hi", of: "hello") == nil)
    #expect(try await test.value("@page", of: "hello")?["components"]?["hi"]?["type"] == "hello")

    #expect(await test.board.handle(try test.event(.open, on: Self.own)) == .answered(nil))
    try await test.flush()
    #expect(try await test.value("hi", of: Self.own)?["value"] == 0)

    test.clock.advance(.seconds(100))
    _ = await test.board.handle(try test.event(.open, on: Self.own))
    test.clock.advance(.seconds(100))
    #expect(await test.board.check() == [])
    test.clock.advance(.seconds(60))
    #expect(await test.board.check() == [PageKey(Self.own)!])
    #expect(await !test.board.pageKeys.contains(PageKey(Self.own)!))
  }

  @Test func `a viewer who comes back before the page was dropped keeps the store's page`() async throws {
    let test = TestBoard()
    try await test.load(["hello": Self.hello])
    try await test.win()
    _ = await test.board.handle(try test.event(.open, on: Self.own))
    try await test.flush()
    test.clock.advance(.seconds(200))
    #expect(await test.board.check().count == 1)

    _ = await test.board.handle(try test.event(.open, on: Self.own))

    #expect(await test.board.check() == [])
    try await test.flush()
    #expect(try await test.value("hi", of: Self.own)?["value"] == 0)
  }

  @Test func `a page whose tab was left is dropped soon, and one that is loaded again is kept`() async throws {
    let test = TestBoard()
    try await test.load(["hello": Self.hello])
    try await test.win()
    let page = PageKey(Self.own)!
    _ = await test.board.handle(try test.event(.open, on: Self.own))
    try await test.flush()

    _ = await test.board.handle(try test.event(.leave, on: Self.own))
    test.clock.advance(.seconds(14))
    #expect(await test.board.check() == [])
    _ = await test.board.handle(try test.event(.open, on: Self.own))
    test.clock.advance(.seconds(100))
    #expect(await test.board.check() == [])

    _ = await test.board.handle(try test.event(.leave, on: Self.own))
    test.clock.advance(.seconds(16))
    #expect(await test.board.check() == [page])
    #expect(await test.board.handle(try test.event(.leave, on: Self.own)) == .answered(nil))
  }

  // front A | front B
  // leave   |
  //         | open (the same tab, moved)
  // ------- the stream has them the other way round
  @Test func `a leave that another front's opening has overtaken is void`() async throws {
    let test = TestBoard()
    try await test.load(["hello": Self.hello])
    try await test.win()
    var open = try test.event(.open, on: Self.own)
    open.record.front = "another front"
    _ = await test.board.handle(open)

    _ = await test.board.handle(try test.event(.leave, on: Self.own))
    test.clock.advance(.seconds(60))
    #expect(await test.board.check() == [])

    _ = await test.board.handle(try test.event(.leave, on: Self.own))
    test.clock.advance(.seconds(16))
    #expect(await test.board.check() == [PageKey(Self.own)!])
  }

  @Test func `what a viewer did before he left is done`() async throws {
    let test = TestBoard()
    try await test.load(["hello": Self.hello])
    try await test.win()
    _ = await test.board.handle(try test.event(.open, on: Self.own))
    try await test.flush()
    _ = await test.board.handle(try test.event(.event, "hi", on: Self.own))
    _ = await test.board.handle(try test.event(.leave, on: Self.own))

    test.clock.advance(.seconds(20))
    #expect(await test.board.check() == [])
    try await test.flush()

    #expect(try await test.value("hi", of: Self.own)?["value"] == 1)
    #expect(await test.board.check() == [PageKey(Self.own)!])
  }

  @Test func `only a dashboard with a page per viewer has such pages`() async throws {
    let test = TestBoard()
    try await test.load(["hello": Self.hello.replacing("scope: viewer\n", with: "")])
    try await test.win()

    _ = await test.board.handle(try test.event(.open, on: Self.own))

    #expect(await test.board.pageKeys.map(\.description) == ["hello"])
  }

  @Test func `viewers' pages go when the dashboard becomes one for all`() async throws {
    let test = TestBoard()
    try await test.load(["hello": Self.hello])
    try await test.win()
    _ = await test.board.handle(try test.event(.open, on: Self.own))
    try await test.flush()

    try await test.load(["hello": Self.hello.replacing("scope: viewer\n", with: "")])
    try await test.flush()

    #expect(await test.board.check() == [PageKey(Self.own)!])
    #expect(try await test.value("hi", of: "hello")?["value"] == 0)
  }
}
