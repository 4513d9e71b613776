import Backplane
import DashboardModel
import Logging
import PageSync

/// What a producer does by the clock beside beats and commits: asks the board what is due, drops pages nobody wants, has
/// lost pages written anew, and throws old marks away. Each step is bounded.
struct Housekeeper: Sendable {
  let backplane: any ProducerBackplane
  let board: Board
  let timeline: Timeline
  let logger: Logger

  private static let interval = Duration.milliseconds(250)
  /// Every so many intervals the store is looked over.
  private static let looksEvery = 4
  /// Pages compared at once; with very many each is compared every five looks.
  private static let pagesAtOnce = 500
  private static let looksPerRound = 5

  /// How far the looking over has come.
  private struct Progress {
    var pages: ArraySlice<PageKey> = []
    var pagesAtOnce = 0
    var cursor: String?
    var ages = MarkAges()
  }

  func run() async {
    var progress = Progress()
    var tick = 0
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.interval)
      await drop(await board.check())
      await answerAbandoned()
      tick += 1
      guard tick.isMultiple(of: Self.looksEvery), await !board.holds.isEmpty else { continue }
      do {
        try await comparePages(&progress)
        try await sweepMarks(&progress)
        try await backplane.keepSetup()
      } catch {
        logger.debug("the data store cannot be looked over", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Takes pages out of the store: their definition or their viewer is gone.
  func drop(_ keys: [PageKey]) async {
    for key in keys {
      guard let hold = await board.holds[shard(of: key, among: board.shards)], await board.unwanted.contains(key)
      else { continue }
      do {
        if try await backplane.drop(key, hold: hold) == .ok { await board.dropped(key) }
      } catch {
        // All of them are tried again at the next check.
        logger.debug("a page could not be dropped yet", metadata: ["page": "\(key)", "error": "\(error)"])
        return
      }
    }
  }

  /// Tells the senders of events whose page went before it could be written.
  private func answerAbandoned() async {
    for one in await board.takeAbandoned() {
      do {
        guard let hold = await board.holds[one.shard] else { continue }
        try await backplane.finish(one.shard, event: one.event, reply: one.reply, hold: hold)
      } catch {
        await board.abandon([one.event], in: one.shard, one.reply)
      }
    }
  }

  private func comparePages(_ progress: inout Progress) async throws {
    if progress.pages.isEmpty {
      progress.pages = await board.pageKeys[...]
      progress.pagesAtOnce = max(Self.pagesAtOnce, progress.pages.count / Self.looksPerRound)
    }
    let resting = await board.resting(progress.pages.prefix(progress.pagesAtOnce))
    progress.pages = progress.pages.dropFirst(progress.pagesAtOnce)
    let found = try await backplane.standing(of: resting.map(\.key))
    for (page, found) in zip(resting, found) where found != page.version {
      await board.stands(page.key, at: found, expected: page.version)
    }
  }

  private func sweepMarks(_ progress: inout Progress) async throws {
    let (found, cursor) = try await backplane.marks(after: progress.cursor)
    progress.cursor = cursor
    let holds = await board.holds
    let ours = found.filter { holds[$0.shard] != nil }
    await board.learn(ours)
    let now = timeline.now.monotonic
    let over = ours.filter { progress.ages.isOver($0, now: now) }
    if cursor == nil { progress.ages.endRound() }
    for (shard, marks) in Dictionary(grouping: over, by: \.shard) {
      guard let hold = holds[shard] else { continue }
      try await backplane.remove(marks, hold: hold)
      await board.forget(marks)
    }
  }
}
