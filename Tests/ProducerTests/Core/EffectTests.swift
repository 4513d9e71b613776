import DashboardModel
import PageSync
import Synchronization
import Testing

@testable import Producer

/// What handlers do to the world outside (R10, and the pause of docs/protocol.md).
@Suite(.timeLimit(.minutes(1))) struct EffectTests {
  /// Counts its calls, and the keys it got.
  private final class Outside: Sendable {
    let keys = Mutex<[String]>([])
    func handlers(_ effects: ExternalEffects, gate: Gate? = nil) -> ClosureHandlers {
      ClosureHandlers(effects: effects) { event in
        self.keys.withLock { $0.append(event.key) }
        await gate?.wait()
        return .showing("done")
      }
    }
    var count: Int { keys.withLock { $0.count } }
  }

  @Test func `side effects wait while the lease is not confirmed, other handlers do not`() async throws {
    let outside = Outside()
    let harmless = ClosureHandlers(["wait"]) { _ in .showing("harmless") }
    try await HandlerBench.run(outside.handlers(.atLeastOnce), harmless) { bench in
      bench.test.clock.advance(.milliseconds(751))
      try await bench.click("go", seq: 1)
      try await bench.click("wait", seq: 1, by: HandlerBench.other)

      #expect(try await bench.endings(1, beats: false).map(\.viewer) == [HandlerBench.other])
      #expect(outside.count == 0)

      await bench.test.board.confirmed(0, at: await bench.test.board.timeline.now.monotonic)
      #expect(try await bench.endings(1).map(\.viewer) == [TestBoard.viewer])
      #expect(outside.count == 1)
    }
  }

  @Test func `an effect that may be done again is done again after a takeover, with the same key`() async throws {
    let (outside, gate) = (Outside(), Gate())
    let before = try await dying(outside.handlers(.atLeastOnce, gate: gate)) { outside.count == 1 }

    gate.open()
    try await HandlerBench.run(outside.handlers(.atLeastOnce), backplane: before) { bench in
      try await bench.click("go", seq: 1)
      #expect(try await bench.endings(1).first?.reply.outcome != .failed("uncertain"))
    }
    #expect(outside.count == 2)
    #expect(Set(outside.keys.withLock { $0 }).count == 1)
  }

  @Test func `an effect that must not be done again ends as uncertain after a takeover`() async throws {
    let (outside, gate) = (Outside(), Gate())
    let before = try await dying(outside.handlers(.atMostOnce, gate: gate)) { outside.count == 1 }

    gate.open()
    try await HandlerBench.run(outside.handlers(.atMostOnce), backplane: before) { bench in
      try await bench.click("go", seq: 1)
      #expect(try await bench.endings(1).map(\.reply) == [.failed("uncertain")])
      // Known now: nothing of it is kept.
      #expect(try #require(try await bench.test.stored("desk")).privateState.keys.contains { $0.hasPrefix("begun.") } == false)

      try await bench.click("go", seq: 2)
      #expect(try await bench.endings(1).first?.reply.outcome != .failed("uncertain"))
    }
    #expect(outside.count == 2)
  }

  @Test func `an effect that must not be done again does not begin before the store knows`() async throws {
    let outside = Outside()
    try await HandlerBench.run(outside.handlers(.atMostOnce)) { bench in
      try await bench.click("go", seq: 1)
      let commit = try #require(await bench.test.commits().first)
      #expect(outside.count == 0)

      await bench.test.board.answered(try await bench.test.backplane.commit(commit), to: commit)
      await bench.test.board.confirmed(0, at: await bench.test.board.timeline.now.monotonic)
      _ = try await bench.endings(1)
      #expect(outside.count == 1)
    }
  }

  /// A producer that dies while its handler is at work: its store, and what it did not live to commit.
  private func dying(_ handlers: ClosureHandlers, until isAtWork: @escaping @Sendable () -> Bool) async throws -> TestBoard {
    var store: TestBoard?
    try await HandlerBench.run(handlers) { bench in
      try await bench.click("go", seq: 1)
      while !isAtWork() {
        try await bench.test.flush()
        await bench.test.board.confirmed(0, at: await bench.test.board.timeline.now.monotonic)
        try await Task.sleep(for: .milliseconds(5))
      }
      store = bench.test
    }
    return try #require(store)
  }
}
