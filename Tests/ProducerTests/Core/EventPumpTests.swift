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
      shard: 0, backplane: test.backplane, board: test.board, logger: Logger(label: "test") { _ in
        SwiftLogNoOpLogHandler()
      })
  }

  /// A desk with so many clicks that wait; that many owners began them and died.
  private func start(clicks: Int = 1, tries: Int) async throws {
    test.backplane.listen(replies)
    for sequence in 1...clicks {
      _ = try await test.backplane.enqueue(test.event(.event, "hi", on: "desk", seq: UInt64(sequence)).record).get()
    }
    let entries = (1...clicks).map { "0-\($0)" }
    for number in 0..<tries {
      let hold = try await lead("dying \(number)")
      _ = try await test.backplane.begin(0, entries: entries, hold: hold)
    }
    try await test.load(["desk": "act: anyone\ncomponents: { hi: { type: hello } }\n"])
    try await test.win()
    try await test.flush()
  }

  private func lead(_ owner: String) async throws -> LeaseHold {
    let answer =
      if let seen = try await test.backplane.lease(of: 0) {
        try await test.backplane.steal(0, owner: owner, seen: seen, minimumFence: 0)
      } else {
        try await test.backplane.acquire(0, owner: owner, minimumFence: 0)
      }
    guard case .granted(let record) = answer else { throw BackplaneError.mismatch("the lease was not granted") }
    return LeaseHold(record)
  }

  @Test func `an event that three owners began and none finished is buried`() async throws {
    try await start(tries: 3)

    #expect(await firstReply() == .failed("poison"))
  }

  @Test func `an event that two owners began is tried once more`() async throws {
    try await start(tries: 2)
    let pump = pump()

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await pump.run() }
      while try await test.value("hi", of: "desk")?["value"] != 1 {
        try await test.flush()
        // Two such loops on two cores would leave the pumps no thread.
        try await Task.sleep(for: .milliseconds(5))
      }
      group.cancelAll()
    }
    #expect(await test.board.marks[0]?.judge(TestBoard.viewer, 1) == .done(EventEnding()))
  }

  @Test func `only the oldest can be what the owners died of; those behind it are done one at a time`() async throws {
    // Three owners died of the first event; the second only stood behind it.
    try await start(clicks: 2, tries: 3)
    let pump = pump()

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await pump.run() }
      var iterator = replies.all.makeAsyncIterator()
      #expect(await iterator.next() == .failed("poison"))
      while try await test.value("hi", of: "desk")?["value"] != 1 {
        try await test.flush()
        // Two such loops on two cores would leave the pumps no thread.
        try await Task.sleep(for: .milliseconds(5))
      }
      guard case .applied? = await iterator.next()?.outcome else {
        Issue.record("the second event was to be done")
        return
      }
      group.cancelAll()
    }
  }

  @Test func `a component whose event was buried shows an error until one is applied, also at the next producer`() async throws {
    try await start(tries: 3)
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
    // begins 0-1, hi is 1
    //                                   goes back to where others had begun it; the commit is still to come
    // reads 0-1 again
    try await start(tries: 3)
    _ = await test.board.handle(try test.event(.event, "hi", on: "desk"))
    var other = try test.event(.event, "hi", on: "gone").record
    other.viewer = ViewerID("wwwwwwwwwwwwwwwwwwwwww")!
    _ = try await test.backplane.enqueue(other).get()

    #expect(await firstReply() == .failed("page_gone"))
    try await test.flush()
    #expect(try await test.value("hi", of: "desk")?["value"] == 1)
  }
}
