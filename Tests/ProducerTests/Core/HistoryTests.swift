import Backplane
import DashboardModel
import PageSync
import Redis
import Testing
import TestSupport

@testable import Producer

/// `keep` on a board: what components show of the past, and where it lies.
@Suite struct HistoryTests {
  private static let shop = """
    sources: { orders: { type: counter, keep: 24h } }
    components: { now: { type: gauge, from: orders } }

    """
  private static let drawn = shop.replacing(
    "components: {", with: "components: { past: { type: line, from: orders, window: 1h }, few: { type: number, from: orders, compare: 10m },")

  /// One value a minute.
  private func feed(_ test: TestBoard, minutes: Range<Int>) async {
    for minute in minutes { await say(test, minute) }
  }

  private func say(_ test: TestBoard, _ minute: Int, of source: String = "orders") async {
    test.clock.advance(.seconds(60))
    await test.say(.number(Double(minute)), from: source, of: "shop")
  }

  private func points(_ test: TestBoard, _ id: String = "past", of page: String = "shop") async throws -> [[Double?]] {
    let rows = try await test.value(id, of: page)?["points"]?.elements ?? []
    return rows.map { row in (row.elements ?? []).dropFirst().map(\.double) }
  }

  private func chunks(_ test: TestBoard) async throws -> [String] {
    try #require(try await test.stored("shop")).privateState.keys.filter { $0.hasPrefix("history.") }.sorted()
  }

  @Test func `a chart that is added later shows what was before`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.shop])
    try await test.win()
    await feed(test, minutes: 0..<30)

    try await test.load(["shop": Self.drawn])
    try await test.flush()
    await say(test, 30)
    try await test.flush()

    #expect(try await points(test) == (0...30).map { [Double($0)] })
    #expect(try await test.value("few", of: "shop") == ["value": 30, "change": 10])
  }

  @Test func `a wider window shows what a narrow one had dropped, without a gap`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.drawn.replacing("window: 1h", with: "window: 5m")])
    try await test.win()
    await feed(test, minutes: 0..<30)
    try await test.flush()
    #expect(try await points(test).count == 5)

    try await test.load(["shop": Self.drawn])
    await say(test, 30)
    try await test.flush()

    #expect(try await points(test) == (0...30).map { [Double($0)] })
  }

  @Test func `the next owner shows the past also in what was added while nobody ran`() async throws {
    let before = TestBoard()
    try await before.load(["shop": Self.shop])
    try await before.win()
    await feed(before, minutes: 0..<30)
    try await before.flush()

    let after = TestBoard(before.backplane)
    after.clock.advance(.seconds(1800))
    try await after.load(["shop": Self.drawn])
    try await after.win()
    try await after.flush()

    #expect(try await points(after) == (0..<30).map { [Double($0)] })
    await say(after, 30)
    try await after.flush()
    #expect(try await after.value("few", of: "shop") == ["value": 30, "change": 10])
  }

  @Test func `a component that reads something else shows nothing of what it read before`() async throws {
    let two = Self.drawn.replacing("sources: {", with: "sources: { other: { type: counter },")
    let test = TestBoard()
    try await test.load(["shop": two])
    try await test.win()
    await feed(test, minutes: 0..<3)
    try await test.flush()

    try await test.load(["shop": two.replacing("from: orders, window", with: "from: other, window")])
    await say(test, 99, of: "other")
    try await test.flush()

    #expect(try await points(test) == [[99]])
  }

  @Test func `without keep nothing is kept, and without its source it goes`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.drawn])
    try await test.win()
    await feed(test, minutes: 0..<200)
    try await test.flush()
    #expect((2...3).contains(try await chunks(test).count))

    try await test.load(["shop": Self.drawn.replacing(", keep: 24h", with: "")])
    try await test.flush()

    #expect(try await chunks(test) == [])
  }

  @Test func `another time to keep leaves the source running and the counter as it is`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.drawn])
    try await test.win()
    let runner = try #require(test.sources.running.withLock { $0["orders"] })
    await feed(test, minutes: 0..<30)
    try await test.flush()

    try await test.load(["shop": Self.drawn.replacing("24h", with: "7d")])
    await say(test, 30)
    try await test.flush()

    #expect(test.sources.running.withLock { $0["orders"] } === runner)
    #expect(try await points(test).count == 31)
    #expect(try await chunks(test).count == 1)
  }

  @Test func `a variation's page begins with what is kept of its own source`() async throws {
    let text = """
      variables: { region: { type: select, options: [eu, us], default: eu } }
      sources: { orders: { type: http, url: "http://x/${var.region}", keep: 24h } }
      components: { past: { type: line, from: orders, window: 1h } }

      """
    let test = TestBoard()
    try await test.load(["shop": text])
    try await test.win()
    _ = await test.board.handle(try test.event(.open, on: "shop?region=us"))
    for minute in 0..<5 { await say(test, minute, of: "orders?region=us") }
    await feed(test, minutes: 7..<9)
    try await test.flush()

    let after = TestBoard(test.backplane)
    try await after.load(["shop": text.replacing("window: 1h", with: "window: 2h")])
    try await after.win()
    try await after.flush()

    #expect(try await points(after, of: "shop?region=us") == (0..<5).map { [Double($0)] })
    #expect(try await points(after) == [[7], [8]])
    #expect(try await chunks(after).count == 2)
  }

  @Test func `a tick sends its new points to browsers and nothing of the history`() async throws {
    let test = TestBoard()
    try await test.load(["shop": Self.drawn])
    try await test.win()
    await feed(test, minutes: 0..<1000)
    try await test.flush()

    await say(test, 1001)
    let commit = try #require(await test.commits().first)

    #expect(commit.message.bytes.count < 400)
    #expect(commit.privateState.count <= 2)
    #expect(commit.privateState.values.reduce(0) { $0 + ($1?.count ?? 0) } < 120 * 24)
  }
}

/// The same through a real store.
@Suite(.enabled(if: RedisServer.isAvailable)) struct HistoryStoreTests {
  private static let text = """
    sources: { orders: { type: counter, keep: 24h } }
    components: { past: { type: line, from: orders, window: 24h } }

    """

  /// A board over Redis, which takes the shard from whoever has it.
  private func own(_ redis: RedisProducerBackplane, _ owner: String) async throws -> TestBoard {
    let test = TestBoard()
    try await test.load(["shop": Self.text])
    let answer =
      if let seen = try await redis.lease(of: 0) {
        try await redis.steal(0, owner: owner, seen: seen, minimumFence: 0)
      } else {
        try await redis.acquire(0, owner: owner, minimumFence: 0)
      }
    guard case .granted(let record) = answer else { throw BackplaneError.mismatch("no lease") }
    await test.board.granted(0, record)
    await test.board.won(0, record, stored: try await redis.restore(0))
    return test
  }

  private func flush(_ test: TestBoard, to redis: RedisProducerBackplane) async throws {
    for commit in await test.commits() { await test.board.answered(try await redis.commit(commit), to: commit) }
  }

  @Test(.timeLimit(.minutes(2))) func `three producers after one another keep one history, and its bound`() async throws {
    var configuration = RedisBackplaneConfiguration(RedisAddress(port: try RedisServer.shared().port))
    configuration.prefix = "t\(UInt64.random(in: 0 ... .max)):"
    configuration.timing.connectTimeout = .seconds(10)
    configuration.timing.commandTimeout = .seconds(10)
    let redis = try RedisProducerBackplane(configuration)
    defer { redis.stop() }
    try await redis.ready()
    try await redis.configure(shards: 1)

    for (turn, owner) in ["a", "b", "c"].enumerated() {
      let test = try await own(redis, owner)
      for minute in (turn * 600)..<(turn * 600 + 600) {
        let at = Moment(monotonic: .zero, unix: EngineBench.epoch + Double(minute) * 60_000)
        await test.board.received(.value(.number(Double(minute)), at: at), from: "orders", of: "shop")
        if minute % 50 == 49 { try await flush(test, to: redis) }
      }
    }
    let last = try await own(redis, "d")

    let history = try #require(await last.board.dashboards["shop"]?.histories["orders"])
    #expect(history.rows.map(\.values) == (216..<1800).map { [Double($0)] })
    let page = try #require(try await redis.restore(0).first)
    let chunks = page.privateState.filter { $0.key.hasPrefix("history.") }
    #expect((13...15).contains(chunks.count))
    #expect(chunks.values.reduce(0) { $0 + $1.count } < SourceHistory.mostRows * 24)
  }
}
