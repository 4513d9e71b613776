import Backplane
import DashboardModel
import Logging
import PageSync
import Testing

@testable import Producer

@Suite struct EventPumpTests {
  /// Hears the replies to one front's events.
  private final class Replies: BackplaneListener {
    let all: AsyncStream<EventReply>
    private let heard: AsyncStream<EventReply>.Continuation

    init() { (all, heard) = AsyncStream.makeStream() }

    func received(_ reply: EventReply, viewer: ViewerID, sequence: UInt64) { heard.yield(reply) }
    func subscribed(_ page: PageKey) {}
    func received(_ message: PageMessage, for page: PageKey) {}
    func receivedGarbage(for page: PageKey) {}
    func received(_ heartbeat: Heartbeat) {}
    func disconnected(reason: String) {}
    func connected() {}
    func found(shards: Int) {}
  }

  private let test = TestBoard()
  private let replies = Replies()

  /// The first reply that a pump brings about.
  private func firstReply() async -> EventReply? {
    let pump = pump()
    return await withTaskGroup(of: Void.self) { group in
      group.addTask { await pump.run() }
      var iterator = replies.all.makeAsyncIterator()
      let reply = await iterator.next()
      group.cancelAll()
      return reply
    }
  }

  private func pump() -> EventPump {
    EventPump(
      shard: 0, owner: "p0", backplane: test.backplane, board: test.board, logger: Logger(label: "test") { _ in
        SwiftLogNoOpLogHandler()
      })
  }

  private func handOut(_ times: Int) async throws {
    for _ in 0..<times { _ = try await test.backplane.pendingEvents(0, consumer: "p0", limit: 9) }
  }

  private func start() async throws {
    test.backplane.listen(replies)
    try await test.load(["desk": "act: anyone\ncomponents: { hi: { type: hello } }\n"])
    try await test.win()
    try await test.flush()
  }

  @Test func `an event handed out too often without result is buried`() async throws {
    try await start()
    _ = try await test.backplane.enqueue(test.event(.event, "hi", on: "desk").record).get()
    try await handOut(2)

    #expect(await firstReply() == .failed("poison"))
  }

  @Test func `only the oldest can be what the owners died of; those behind it are done one at a time`() async throws {
    // Three owners died of the first event; the second only stood behind it.
    try await start()
    for sequence: UInt64 in [1, 2] {
      _ = try await test.backplane.enqueue(test.event(.event, "hi", on: "desk", seq: sequence).record).get()
    }
    try await handOut(2)
    let pump = pump()

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await pump.run() }
      var iterator = replies.all.makeAsyncIterator()
      #expect(await iterator.next() == .failed("poison"))
      while try await test.value("hi", of: "desk")?["value"] != 1 { try await test.flush() }
      guard case .applied? = await iterator.next()?.outcome else {
        Issue.record("the second event was to be done")
        return
      }
      group.cancelAll()
    }
  }

  @Test func `a component whose event was buried shows an error until one is applied, also at the next producer`() async throws {
    try await start()
    _ = try await test.backplane.enqueue(test.event(.event, "hi", on: "desk").record).get()
    try await handOut(2)
    _ = await firstReply()
    try await test.flush()
    #expect(try await test.value("hi", of: "desk")?["state"] == "error")

    let next = TestBoard(test.backplane)
    try await next.load(["desk": "act: anyone\ncomponents: { hi: { type: hello } }\n"])
    try await next.win()
    try await next.flush()
    #expect(try await next.value("hi", of: "desk")?["state"] == "error")

    _ = await next.board.handle(try next.event(.event, "hi", on: "desk", seq: 2))
    try await next.flush()
    #expect(try await next.value("hi", of: "desk") == ["value": 1])
  }

  @Test func `an event that only waits for its commit is not`() async throws {
    // event pump                        store
    // hands out 0-1, hi is 1
    //                                   goes away and comes back, three times; the commit is still to come
    // hands out 0-1 for the fourth time
    try await start()
    let event = try test.event(.event, "hi", on: "desk")
    _ = try await test.backplane.enqueue(event.record).get()
    try await handOut(3)
    _ = await test.board.handle(event)
    var other = try test.event(.event, "hi", on: "gone").record
    other.viewer = ViewerID("wwwwwwwwwwwwwwwwwwwwww")!
    _ = try await test.backplane.enqueue(other).get()

    #expect(await firstReply() == .failed("page_gone"))
    try await test.flush()
    #expect(try await test.value("hi", of: "desk")?["value"] == 1)
  }
}
