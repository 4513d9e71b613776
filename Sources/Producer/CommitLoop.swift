import Backplane
import Logging
import NIOCore
import NIOPosix
import PageSync
import Synchronization

/// Carries the board's commits to the store. Each goes on its own, one at a time per page (R4), so one that has no answer
/// holds up no other page; the store's answers decide what is next.
///
/// What waits is carried together: the more answers come at a time, the more commits leave together, and the board is asked
/// once for all.
struct CommitLoop: Sendable {
  let backplane: any CommitStore
  let board: Board
  let wakes: AsyncStream<Void>
  let logger: Logger
  private let inbox = Inbox()

  init(backplane: any CommitStore, board: Board, wakes: AsyncStream<Void>, logger: Logger) {
    (self.backplane, self.board, self.wakes, self.logger) = (backplane, board, wakes, logger)
  }

  /// Answers that the board has not heard yet. Bounded by the pages: each has one commit on its way.
  private final class Inbox: Sendable {
    private let results = Mutex<[CommitResult]>([])

    /// True when it was empty.
    func put(_ result: CommitResult) -> Bool {
      results.withLock { results in
        results.append(result)
        return results.count == 1
      }
    }

    func take() -> [CommitResult] {
      results.withLock { results in
        defer { results = [] }
        return results
      }
    }
  }

  func run() async {
    await withDiscardingTaskGroup { tasks in
      /// When the board is asked again of itself.
      var alarm: ContinuousClock.Instant?
      for await _ in wakes {
        let wait = await step()
        guard let next = wait.map({ ContinuousClock.now + $0 }), alarm.map({ $0 <= .now || next < $0 }) ?? true else { continue }
        alarm = next
        tasks.addTask {
          try? await Task.sleep(until: next)
          board.wake()
        }
      }
    }
  }

  /// Tells the board what the store answered, and sends what it wants sent; how long until there may be more.
  private func step() async -> Duration? {
    let (commits, wait) = await board.exchange(inbox.take())
    guard !commits.isEmpty else { return wait }
    backplane.send(commits) { [inbox, board, logger] result in
      if case .failure(let error) = result.answer {
        logger.debug("a commit has no answer", metadata: ["page": "\(result.commit.page)", "error": "\(error)"])
      }
      if inbox.put(result) { board.wake() }
    }
    return wait
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
