import Backplane
import DashboardModel
import Logging
import PageSync
import Synchronization
import Testing

@testable import Producer

@Suite struct CommitLoopTests {
  /// Sends the commits of one page only when it is told to.
  private final class HeldStore: CommitStore {
    let store: MemoryBackplane
    let held: PageKey
    private let waiting = Mutex<(isOpen: Bool, sends: [@Sendable () -> Void])>((false, []))

    init(_ store: MemoryBackplane, held: PageKey) { (self.store, self.held) = (store, held) }

    func send(_ commits: [Commit], answered: @escaping @Sendable (CommitResult) -> Void) {
      for commit in commits {
        let isHeld = commit.page == held && waiting.withLock { waiting in
          if !waiting.isOpen { waiting.sends.append { self.store.send([commit], answered: answered) } }
          return !waiting.isOpen
        }
        if !isHeld { store.send([commit], answered: answered) }
      }
    }

    func open() {
      let sends = waiting.withLock { waiting in
        defer { waiting = (true, []) }
        return waiting.sends
      }
      for send in sends { send() }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a commit without an answer holds up no other page`() async throws {
    let (wakes, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let test = TestBoard(wake: { ring.yield() })
    try await test.load(["slow": Self.text, "quick": Self.text])
    try await test.win()
    let store = HeldStore(test.backplane, held: PageKey("slow")!)
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
      store.open()
      while try await test.stored("slow") == nil { try await Task.sleep(for: .milliseconds(5)) }
      group.cancelAll()
    }
  }

  private static let text = "sources: { n: { type: push, token: secret-secret-secret } }\ncomponents: { n: { type: number, from: n } }\n"
}
