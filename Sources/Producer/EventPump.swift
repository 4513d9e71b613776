import Backplane
import Logging
import PageSync

/// Takes a shard's events from the store to the board, in order: first what was handed out before and not finished, only
/// then what is new (R1).
struct EventPump: Sendable {
  let shard: Int
  let owner: String
  let backplane: any ProducerBackplane
  let board: Board
  let logger: Logger

  private static let batch = 100
  /// An event handed out this often without result is poison.
  private static let mostDeliveries = 3

  func run() async {
    /// The fence under which the pending list was worked off.
    var caughtUp: UInt64?
    while !Task.isCancelled {
      guard let hold = await board.holds[shard] else {
        caughtUp = nil
        try? await Task.sleep(for: .milliseconds(50))
        continue
      }
      do {
        if caughtUp == hold.fence {
          try await take(backplane.newEvents(shard, consumer: owner, limit: Self.batch, wait: .milliseconds(500)), hold)
        } else {
          try await take(backplane.pendingEvents(shard, consumer: owner, limit: 10_000), hold)
          caughtUp = hold.fence
        }
      } catch {
        caughtUp = nil
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private func take(_ events: [QueuedEvent], _ hold: LeaseHold) async throws {
    for event in events {
      // Handed out again and again while the store came and went, and only its commit is still to come: no poison.
      if event.deliveries > Self.mostDeliveries, await !board.isUnderWay(event) {
        logger.error("an event was never finished; moved to the dead letters", metadata: ["entry": "\(event.entry)"])
        try await backplane.bury(shard, event: event, hold: hold)
        continue
      }
      guard case .answered(let reply) = await board.handle(event) else { continue }
      try await backplane.finish(shard, event: event, reply: reply, hold: hold)
    }
  }
}
