import Backplane
import Logging
import PageSync

/// Takes a shard's events from the store to the board, in order, from the oldest that is not finished (R1).
///
/// Reading changes nothing in the store: a read that a stalled store executes late, or that a deposed owner sends once
/// more, takes no event away from anybody. What was read twice is told apart here and by the board.
struct EventPump: Sendable {
  let shard: Int
  let owner: String
  let backplane: any ProducerBackplane
  let board: Board
  let logger: Logger

  private static let batch = 100
  /// An event that so many owners took over and none finished is poison.
  private static let mostDeliveries = 2

  /// How far this ownership has read.
  private struct Position {
    /// The fence under which everything unfinished was taken over.
    var fence: UInt64
    /// The last entry read; `nil` after an error, to begin with the oldest again.
    var last: String?
    var seen = RecentEntries()
  }

  func run() async {
    var position: Position?
    while !Task.isCancelled {
      guard let hold = await board.holds[shard] else {
        position = nil
        try? await Task.sleep(for: .milliseconds(50))
        continue
      }
      do {
        let events = try await read(&position, hold)
        try await take(events, &position, hold)
      } catch {
        position?.last = nil
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private func read(_ position: inout Position?, _ hold: LeaseHold) async throws -> [QueuedEvent] {
    if let position, position.fence == hold.fence {
      return try await backplane.newEvents(shard, after: position.last, limit: Self.batch, wait: .milliseconds(500))
    }
    let events = try await backplane.pendingEvents(shard, consumer: owner, limit: 10_000)
    // A lease regained keeps the board's memory, and with it what was read.
    position = Position(fence: hold.fence, seen: position?.seen ?? RecentEntries())
    return events
  }

  private func take(_ events: [QueuedEvent], _ position: inout Position?, _ hold: LeaseHold) async throws {
    for event in events {
      if position?.seen.insert(event.entry) ?? true {
        do {
          try await take(event, hold)
        } catch {
          position?.seen.remove(event.entry)
          throw error
        }
      }
      position?.last = event.entry
    }
  }

  private func take(_ event: QueuedEvent, _ hold: LeaseHold) async throws {
    // Taken over again and again while the store came and went, and only its commit is still to come: no poison.
    if event.deliveries > Self.mostDeliveries, await !board.isUnderWay(event) {
      logger.error("an event was never finished; moved to the dead letters", metadata: ["entry": "\(event.entry)"])
      try await backplane.bury(shard, event: event, hold: hold)
      return
    }
    guard case .answered(let reply) = await board.handle(event) else { return }
    try await backplane.finish(shard, event: event, reply: reply, hold: hold)
  }
}

/// The entries read last: more than the stream holds, so that one handled and still there is always known.
private struct RecentEntries {
  private var known: Set<String> = []
  private var order: [String] = []
  private var next = 0
  private static let most = 20_000

  /// False when the entry was read before.
  mutating func insert(_ entry: String) -> Bool {
    guard known.insert(entry).inserted else { return false }
    if order.count < Self.most {
      order.append(entry)
    } else {
      known.remove(order[next])
      order[next] = entry
      next = (next + 1) % Self.most
    }
    return true
  }

  mutating func remove(_ entry: String) { known.remove(entry) }
}
