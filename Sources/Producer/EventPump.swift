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

  func run() async {
    var reader = EventReader()
    while !Task.isCancelled {
      guard let hold = await board.hold(of: shard) else {
        reader = EventReader()
        try? await Task.sleep(for: .milliseconds(50))
        continue
      }
      do {
        let events = try await read(&reader, hold)
        try await take(events, &reader, hold)
      } catch {
        reader.failed()
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private func read(_ reader: inout EventReader, _ hold: LeaseHold) async throws -> [QueuedEvent] {
    switch reader.question(under: hold) {
    case .new(let last):
      return try await backplane.newEvents(shard, after: last, limit: Self.batch, wait: .milliseconds(500))
    case .unfinished:
      let events = try await backplane.pendingEvents(shard, consumer: owner, limit: 10_000)
      reader.tookOver(under: hold)
      return events
    }
  }

  private func take(_ events: [QueuedEvent], _ reader: inout EventReader, _ hold: LeaseHold) async throws {
    for event in events where reader.takes(event) {
      do {
        try await take(event, hold)
      } catch {
        reader.missed(event)
        throw error
      }
      reader.took(event)
    }
  }

  private func take(_ event: QueuedEvent, _ hold: LeaseHold) async throws {
    if await EventReader.isPoison(event, isUnderWay: board.isUnderWay(event)) {
      logger.error("an event was never finished; moved to the dead letters", metadata: ["entry": "\(event.entry)"])
      try await backplane.bury(shard, event: event, hold: hold)
      return
    }
    guard case .answered(let reply) = await board.handle(event, of: shard) else { return }
    try await backplane.finish(shard, event: event, reply: reply, hold: hold)
  }
}
