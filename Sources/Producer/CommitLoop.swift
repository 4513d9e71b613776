import Backplane
import Logging
import NIOCore
import NIOPosix
import PageSync

/// Carries the board's commits to the store. All that are due go out together; the store's answers decide what is next.
struct CommitLoop: Sendable {
  let backplane: any ProducerBackplane
  let board: Board
  let wakes: AsyncStream<Void>
  let logger: Logger

  func run() async {
    for await _ in wakes {
      while await sendDue() {}
      if Task.isCancelled { return }
    }
  }

  /// Sends what is due; false when there is nothing more for now.
  func sendDue() async -> Bool {
    let (commits, wait) = await board.dueCommits()
    guard !commits.isEmpty else {
      guard let wait, !Task.isCancelled else { return false }
      try? await Task.sleep(for: wait)
      return true
    }
    _ = await sendAll(commits)
    return true
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
