import Backplane
import Logging
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
    await withTaskGroup(of: Void.self) { group in
      for commit in commits { group.addTask { await send(commit) } }
    }
    return true
  }

  private func send(_ commit: Commit) async {
    do {
      await board.answered(try await backplane.commit(commit), to: commit)
    } catch {
      logger.debug("a commit has no answer", metadata: ["page": "\(commit.page)", "error": "\(error)"])
      await board.answered(nil, to: commit)
    }
  }
}
