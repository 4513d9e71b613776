import Backplane
import DashboardModel
import Logging
import PageSync
import Testing

@testable import Producer

@Suite struct CommitLoopTests {
  /// Answers the commits of one page only when it is told to.
  private struct HeldStore: CommitStore {
    let store: MemoryBackplane
    let held: PageKey
    let gate: AsyncStream<Void>

    func commit(_ commit: Commit) async throws -> CommitAnswer {
      if commit.page == held { for await _ in gate {} }
      return try await store.commit(commit)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a commit without an answer holds up no other page`() async throws {
    let (wakes, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let (gate, open) = AsyncStream<Void>.makeStream()
    let test = TestBoard(wake: { ring.yield() })
    try await test.load(["slow": Self.text, "quick": Self.text])
    try await test.win()
    let store = HeldStore(store: test.backplane, held: PageKey("slow")!, gate: gate)
    let loop = CommitLoop(backplane: store, board: test.board, wakes: wakes, logger: Logger(label: "test") { _ in
      SwiftLogNoOpLogHandler()
    })

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await loop.run() }
      for number in 1...3 {
        await test.say(JSON.number(Double(number)), from: "n", of: "quick")
        while try await test.value("n", of: "quick")?["value"] != .number(Double(number)) {
          test.clock.advance(.milliseconds(100))
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      #expect(try await test.stored("slow") == nil)
      open.finish()
      while try await test.stored("slow") == nil { try await Task.sleep(for: .milliseconds(5)) }
      group.cancelAll()
    }
  }

  private static let text = "sources: { n: { type: push, token: secret-secret-secret } }\ncomponents: { n: { type: number, from: n } }\n"
}
