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
    /// Set while events are left in the stream: when to begin with the oldest again.
    var goBackAt: ContinuousClock.Instant?
  }

  /// An event that waits for earlier ones of its viewer is brought again after this long.
  private static let leftPause = Duration.milliseconds(250)

  func run() async {
    var position: Position?
    while !Task.isCancelled {
      guard let hold = await board.holds[shard] else {
        position = nil
        try? await Task.sleep(for: .milliseconds(50))
        continue
      }
      do {
        try await step(&position, hold)
      } catch {
        position?.last = nil
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private func step(_ position: inout Position?, _ hold: LeaseHold) async throws {
    if var known = position, known.fence == hold.fence {
      if let goBackAt = known.goBackAt, goBackAt <= .now { (known.last, known.goBackAt) = (nil, nil) }
      position = known
      let wait = known.goBackAt == nil ? Duration.milliseconds(500) : Self.leftPause
      try await take(
        try await backplane.newEvents(shard, after: known.last, limit: Self.batch, wait: wait), &position, hold)
    } else {
      let events = try await backplane.pendingEvents(shard, consumer: owner, limit: 10_000)
      // A lease regained keeps the board's memory, and with it what was read.
      position = Position(fence: hold.fence, seen: position?.seen ?? RecentEntries())
      if let first = events.first, try await isBuried(first, hold) { position?.seen.insert(first.entry) }
      try await take(events, &position, hold)
    }
  }

  private func take(_ events: [QueuedEvent], _ position: inout Position?, _ hold: LeaseHold) async throws {
    for event in events {
      if position?.seen.insert(event.entry) ?? true {
        do {
          if try await take(event, hold) == .left {
            position?.seen.remove(event.entry)
            if position?.goBackAt == nil { position?.goBackAt = .now + Self.leftPause }
          }
        } catch {
          position?.seen.remove(event.entry)
          throw error
        }
      }
      position?.last = event.entry
    }
  }

  private func take(_ event: QueuedEvent, _ hold: LeaseHold) async throws -> Board.EventOutcome {
    let outcome = await board.handle(event)
    switch outcome {
    case .answered(let reply): try await backplane.finish(shard, event: event, reply: reply, hold: hold)
    case .staged where event.deliveries > 1: await settled(event, hold)
    case .staged, .known, .left: break
    }
    return outcome
  }

  /// Moves the shard's oldest event to the dead letters if too many owners began and none finished it.
  ///
  /// Only the oldest can be what they died of: events that were handed out before are taken one at a time, each
  /// finished before the next.
  private func isBuried(_ event: QueuedEvent, _ hold: LeaseHold) async throws -> Bool {
    // Taken over again and again while the store came and went, and only its commit is still to come: no poison.
    guard event.deliveries > Self.mostDeliveries, await !board.isUnderWay(event) else { return false }
    logger.error("an event was never finished; moved to the dead letters", metadata: ["entry": "\(event.entry)"])
    try await backplane.bury(shard, event: event, hold: hold)
    await board.buried(event)
    return true
  }

  /// Waits until an event that an owner may have died of is finished, so that no other is under way beside it.
  private func settled(_ event: QueuedEvent, _ hold: LeaseHold) async {
    let end = ContinuousClock.now + Self.longestProbation
    while !Task.isCancelled, ContinuousClock.now < end, await board.holds[shard] == hold, await board.isUnderWay(event) {
      try? await Task.sleep(for: .milliseconds(5))
    }
  }

  /// More than a handler may take.
  private static let longestProbation = Duration.seconds(12)
}

/// The entries read last: more than the stream holds, so that one handled and still there is always known.
private struct RecentEntries {
  private var known: Set<String> = []
  private var order: [String] = []
  private var next = 0
  private static let most = 20_000

  /// False when the entry was read before.
  @discardableResult
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
