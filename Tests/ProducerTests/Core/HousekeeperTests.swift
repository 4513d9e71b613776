import Backplane
import DashboardModel
import Logging
import PageSync
import Testing

@testable import Producer

@Suite struct HousekeeperTests {
  private static let desk = "act: anyone\ncomponents: { hi: { type: hello } }\n"
  private let test = TestBoard()

  private func housekeeper() async -> Housekeeper {
    Housekeeper(
      backplane: test.backplane, board: test.board, timeline: await test.board.timeline,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Runs a housekeeper until something holds.
  private func keep(until isTrue: @Sendable () async throws -> Bool) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      let keeper = await housekeeper()
      group.addTask { await keeper.run() }
      for _ in 0..<200 {
        if try await isTrue() { break }
        try await Task.sleep(for: .milliseconds(50))
      }
      #expect(try await isTrue())
      group.cancelAll()
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `an event whose page is dropped before its commit is answered`() async throws {
    try await test.load(["desk": Self.desk])
    try await test.win()
    try await test.flush()
    let sent = try test.event(.event, "hi", on: "desk")
    _ = try await test.backplane.enqueue(sent.record).get()
    let event = try #require(try await test.backplane.newEvents(0, after: nil, limit: 1, wait: .zero).first)
    #expect(await test.board.handle(event) == .staged)

    try await test.load([:])

    let (backplane, record) = (test.backplane, sent.record)
    try await keep { try await backplane.enqueue(record).get() == .done(.failed("page_gone")) }
    #expect(try await test.stored("desk") == nil)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a page that the store lost while it was at rest is written anew`() async throws {
    try await test.load(["desk": Self.desk])
    try await test.win()
    try await test.flush()
    let before = try #require(try await test.stored("desk")).snapshot.version
    _ = try await test.backplane.drop(PageKey("desk")!, hold: try #require(await test.board.holds[0]))

    let board = test.board
    try await keep { await board.epoch(of: PageKey("desk")!) != before.epoch }
    try await test.flush()

    #expect(try #require(try await test.stored("desk")).snapshot.version > before)
  }

  @Test func `what the store lost is called done only after it was written again`() async throws {
    try await test.load(["desk": Self.desk])
    try await test.win()
    try await test.flush()
    _ = await test.board.handle(try test.event(.event, "hi", on: "desk"))
    let mark = RememberedMark(viewer: TestBoard.viewer, done: 1)

    #expect(await test.board.rememberedMarks(of: 0) == [])
    try await test.flush()
    #expect(await test.board.rememberedMarks(of: 0) == [mark])
    let hold = try #require(await test.board.holds[0])
    let lease = LeaseRecord(owner: hold.owner, fence: hold.fence + 1, beat: 0, lineage: "new", generation: 0)
    await test.board.regained(0, lease)
    #expect(await test.board.rememberedMarks(of: 0) == nil)
  }

  @Test(.timeLimit(.minutes(1)))
  func `marks of viewers who are silent for a day are removed, and of others learned`() async throws {
    try await test.load(["desk": Self.desk])
    try await test.win()
    try await test.flush()
    let hold = try #require(await test.board.holds[0])
    try await test.backplane.restore([RememberedMark(viewer: TestBoard.viewer, done: 4)], in: 0, hold: hold)

    let (backplane, board, clock) = (test.backplane, test.board, test.clock)
    try await withThrowingTaskGroup(of: Void.self) { group in
      let keeper = await housekeeper()
      group.addTask { await keeper.run() }
      while await board.rememberedMarks(of: 0)?.first?.done != 4 { try await Task.sleep(for: .milliseconds(20)) }
      #expect(try await backplane.marks(after: nil).marks.count == 1)
      // Seen for a whole round before the day passes.
      try await Task.sleep(for: .milliseconds(1500))
      clock.advance(MarkAges.kept)
      while try await !backplane.marks(after: nil).marks.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
      group.cancelAll()
    }
    #expect(await board.rememberedMarks(of: 0) == [])
  }
}
