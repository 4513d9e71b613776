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
    let pump = pump()

    await withTaskGroup(of: Void.self) { group in
      group.addTask { await pump.run() }
      // Long enough for a pump that buries it.
      for _ in 1...100 { _ = await test.board.holds }
      try? await test.flush()
      var iterator = replies.all.makeAsyncIterator()
      let reply = await iterator.next()
      if case .applied? = reply?.outcome {} else { Issue.record("told \(String(describing: reply))") }
      group.cancelAll()
    }
    #expect(try await test.value("hi", of: "desk")?["value"] == 1)
  }

  @Test func `what an owner has under way from before, and others began since, is finished before more is begun`() async throws {
    // owner                           another                     store
    // begins the click
    //                                 steals the lease, begins all three, and dies, twice
    // has its lease again
    // begins all three, and has the click under way
    test.backplane.listen(replies)
    let click = try test.event(.event, "hi", on: "desk")
    for sequence in 1...2 { _ = try await test.backplane.enqueue(elsewhere(UInt64(sequence))).get() }
    _ = try await test.backplane.enqueue(click.record).get()
    _ = try await test.backplane.enqueue(elsewhere(3)).get()
    for number in 0..<2 {
      let hold = try await lead("dying \(number)")
      // What is noted before stands alone.
      for entry in 1...4 { _ = try await test.backplane.begin(0, entries: ["0-\(entry)"], hold: hold) }
    }
    try await test.load(["desk": "act: anyone\ncomponents: { hi: { type: hello } }\n"])
    try await test.win()
    try await test.flush()
    _ = await test.board.handle(QueuedEvent(entry: "0-3", record: click.record))
    let pump = pump()

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await pump.run() }
      var iterator = replies.all.makeAsyncIterator()
      for _ in 1...2 { #expect(await iterator.next() == .failed("page_gone")) }
      // Long enough for a pump that does not wait.
      for _ in 1...100 { _ = await test.board.isUnderWay(click) }
      try await test.flush()
      let reply = await iterator.next()
      if case .applied? = reply?.outcome {} else { Issue.record("told \(String(describing: reply)) before the click's") }
      #expect(await iterator.next() == .failed("page_gone"))
      group.cancelAll()
    }
  }

  /// An event of another viewer, on a page that is not there.
  private func elsewhere(_ sequence: UInt64) throws -> EventRecord {
    var record = try test.event(.event, "hi", on: "gone", seq: sequence).record
    record.viewer = try #require(ViewerID("wwwwwwwwwwwwwwwwwwwwww"))
    return record
  }
}
