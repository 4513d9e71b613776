import Foundation
import Logging
import Synchronization
import Testing

@testable import Splitflap

/// When code holds up the main actor.
@Suite(.timeLimit(.minutes(1))) struct StallTests {
  @Test func `a stall is told once, and once more when nobody can wait any longer`() {
    var stall = Stall()
    let actions = [1, 2].map { stall.looked($0) } + (0..<60).map { _ in stall.looked(2) }

    #expect(actions.firstIndex(of: .warn) == 1 + Stall.warnAfter)
    #expect(actions.firstIndex(of: .giveUp) == 1 + Stall.giveUpAfter)
    #expect(actions.count { $0 != .nothing } == 2)
    #expect(stall.looked(3) == .recovered && stall.looked(4) == .nothing)
  }

  private final class End: Sendable {
    let isHere = Mutex(false)
  }

  @Test func `a loop without await is seen from beside`() async {
    let (gaveUp, giveUp) = AsyncStream<Void>.makeStream()
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let watch = MainActorWatch(logger: logger, interval: .milliseconds(2)) { giveUp.finish() }
    let end = End()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await watch.run() }
      group.addTask { @MainActor in
        while !end.isHere.withLock(\.self) { usleep(1000) }
      }
      for await _ in gaveUp {}
      end.isHere.withLock { $0 = true }
      group.cancelAll()
    }
  }
}
