import Backplane
import Logging
import NIOCore
import NIOPosix
import PageSync

/// Carries the board's commits to the store. Each goes on its own, one at a time per page (R4), so one that has no answer
/// holds up no other page; the store's answers decide what is next.
struct CommitLoop: Sendable {
  let backplane: any CommitStore
  let board: Board
  let wakes: AsyncStream<Void>
  let logger: Logger

  func run() async {
    await withDiscardingTaskGroup { tasks in
      /// When the board is asked again of itself.
      var alarm: ContinuousClock.Instant?
      for await _ in wakes {
        let (commits, wait) = await board.dueCommits()
        for commit in commits {
          tasks.addTask {
            _ = await send(commit)
            board.wake()
          }
        }
        guard let next = wait.map({ ContinuousClock.now + $0 }), alarm.map({ $0 <= .now || next < $0 }) ?? true else { continue }
        alarm = next
        tasks.addTask {
          try? await Task.sleep(until: next)
          board.wake()
        }
      }
    }
  }

  /// Sends everything that is staged for a shard that is given up; ends early when the store does not answer. Goes on in a
  /// cancelled task.
  func flush(_ shard: Int) async {
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    for _ in 0..<Self.flushRounds {
      guard await sendAll(board.dueCommits(of: shard)), await board.hasWork(in: shard) else { return }
      // Another commit of the page is on its way.
      try? await loop.scheduleTask(in: .milliseconds(5)) {}.futureResult.get()
    }
  }

  private static let flushRounds = 60

  /// False when one had no answer.
  private func sendAll(_ commits: [Commit]) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      for commit in commits { group.addTask { await send(commit) } }
      return await group.reduce(true) { $0 && $1 }
    }
  }

  private func send(_ commit: Commit) async -> Bool {
    do {
      await board.answered(try await backplane.commit(commit), to: commit)
      return true
    } catch {
      logger.debug("a commit has no answer", metadata: ["page": "\(commit.page)", "error": "\(error)"])
      await board.answered(nil, to: commit)
      return false
    }
  }
}
