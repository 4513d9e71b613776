import DashboardModel
import PageSync
import Testing

@testable import Producer

/// Pages with parameters: made on demand, and sources shared where they can be.
@Suite struct InstanceTests {
  private static let region = PageVariable(
    name: "region", title: "Region", kind: .select(["eu", "us", "asia"].map { .init(value: $0, label: $0) }), fallback: "eu")

  /// `orders` depends on the region, `machine` does not.
  private func shop(_ change: (inout DashboardDefinition) -> Void = { _ in }) -> DashboardDefinition {
    var shop = DashboardDefinition(name: "shop", title: "Shop \(VariableText.place(of: "region", .plain))")
    shop.variables = [Self.region]
    let url = "http://localhost/?region=\(VariableText.place(of: "region", .address))"
    shop.sources = [
      SourceDefinition(name: "orders", kind: .http(HTTPRequestDefinition(url: url)), every: 3600),
      SourceDefinition(name: "machine", kind: .system(disk: "/"), every: 3600),
    ]
    shop.components = ["orders", "machine"].map { name in
      var component = ComponentDefinition(id: ComponentID(name)!, type: .number)
      component.bindings = [Binding(source: name)]
      return component
    }
    change(&shop)
    return shop
  }

  private func running(_ change: (inout DashboardDefinition) -> Void = { _ in }) async throws -> TestBoard {
    let test = TestBoard()
    _ = await test.board.replace([shop(change)], broken: [])
    try await test.win()
    return test
  }

  @Test func `a page with parameters is made when somebody opens it, and shows its own values`() async throws {
    let test = try await running()
    #expect(test.sources.names == ["machine", "orders"])

    #expect(await test.board.handle(try test.event(.open, on: "shop?region=us")) == .answered(nil))
    await test.say(1, from: "orders", of: "shop")
    await test.say(2, from: "orders?region=us", of: "shop")
    await test.say(3, from: "machine", of: "shop")
    try await test.flush()

    #expect(test.sources.names == ["machine", "orders", "orders?region=us"])
    #expect(try await test.value("orders", of: "shop")?["value"] == 1)
    #expect(try await test.value("orders", of: "shop?region=us")?["value"] == 2)
    #expect(try await test.value("machine", of: "shop?region=us")?["value"] == 3)
    let item = try #require(try await test.stored("shop?region=us")?.snapshot.components[.page]?.value)
    let header = try JSON(decoding: item.json)
    #expect(header["title"] == "Shop us")
    #expect(header["values"] == ["region": "us"])
  }

  @Test(arguments: ["shop?region=eu", "shop?region=mars", "shop?other=1", "shop~vvvvvvvvvvvvvvvvvvvvvv", "gone?region=us"])
  func `a page that the definition does not give is not made`(key: String) async throws {
    let test = try await running()

    _ = await test.board.handle(try test.event(.open, on: key))

    #expect(await test.board.pageKeys.count == 1)
  }

  @Test func `a page nobody looks at any more goes, and the sources that only it needed`() async throws {
    let test = try await running()
    _ = await test.board.handle(try test.event(.open, on: "shop?region=us"))

    test.clock.advance(Board.viewerPatience + .seconds(1))
    let dropped = await test.board.check()

    #expect(dropped.map(\.description) == ["shop?region=us"])
    #expect(test.sources.names == ["machine", "orders"])
    #expect(await test.board.pageKeys.count == 1)
  }

  @Test func `more sets of parameters than there may be are refused, and room comes back`() async throws {
    let test = try await running { shop in
      shop.variables = [PageVariable(name: "region", title: "Region", kind: .text(longest: 20), fallback: "eu")]
    }
    for number in 0..<LiveDashboard.mostInstances {
      #expect(await test.board.handle(try test.event(.open, on: "shop?region=r\(number)")) == .answered(nil))
    }

    let refused = await test.board.handle(try test.event(.open, on: "shop?region=more"))
    #expect(refused == .answered(.failed("too_many")))
    #expect(await test.board.pageKeys.count == 1 + LiveDashboard.mostInstances)
    #expect(test.sources.names.count == 2 + LiveDashboard.mostInstances)

    test.clock.advance(Board.viewerPatience + .seconds(1))
    _ = await test.board.check()
    #expect(await test.board.handle(try test.event(.open, on: "shop?region=more")) == .answered(nil))
  }

  @Test func `an edit keeps the sources that it does not touch, in every instance`() async throws {
    let test = try await running()
    _ = await test.board.handle(try test.event(.open, on: "shop?region=us"))
    await test.say(2, from: "orders?region=us", of: "shop")
    let before = test.sources.running.withLock { $0 }

    _ = await test.board.replace([shop { $0.title = "Edited"; $0.sources[1].every = 60 }], broken: [])
    try await test.flush()

    let after = test.sources.running.withLock { $0 }
    #expect(after["orders"] === before["orders"] && after["orders?region=us"] === before["orders?region=us"])
    #expect(after["machine"] !== before["machine"])
    #expect(try await test.value("orders", of: "shop?region=us")?["value"] == 2)
  }

  @Test func `when an option goes, so does its page`() async throws {
    let test = try await running()
    _ = await test.board.handle(try test.event(.open, on: "shop?region=us"))

    let dropped = await test.board.replace(
      [shop { $0.variables[0].kind = .select([.init(value: "eu", label: "eu"), .init(value: "asia", label: "asia")]) }],
      broken: [])

    #expect(dropped.map(\.description) == ["shop?region=us"])
    #expect(test.sources.names == ["machine", "orders"])
  }

  @Test func `the next owner goes on with the pages that were open`() async throws {
    let test = try await running()
    _ = await test.board.handle(try test.event(.open, on: "shop?region=us"))
    await test.say(2, from: "orders?region=us", of: "shop")
    try await test.flush()

    let next = TestBoard(test.backplane)
    _ = await next.board.replace([shop()], broken: [])
    try await next.win()
    try await next.flush()

    #expect(next.sources.names == ["machine", "orders", "orders?region=us"])
    #expect(try await next.value("orders", of: "shop?region=us")?["value"] == 2)
  }

  @Test func `a viewer's own page may have parameters too`() async throws {
    let test = try await running { $0.scope = .viewer }

    _ = await test.board.handle(try test.event(.open, on: "shop?region=us~\(TestBoard.viewer)"))
    await test.say(2, from: "orders?region=us", of: "shop")
    try await test.flush()

    #expect(try await test.value("orders", of: "shop?region=us~\(TestBoard.viewer)")?["value"] == 2)
  }
}
