import Backplane
import DashboardModel
import Logging
import PageSync

/// Takes a shard's events from the store to the board, in order, from the oldest that is not finished (R1).
///
/// Reading changes nothing in the store: a read that a stalled store executes late, or that a deposed owner sends once
/// more, takes no event away from anybody. What was read twice is told apart here and by the board. What is begun is noted
/// in the store before, once for each owner, so that the next one knows what this one may have died of.
struct EventPump: Sendable {
  let shard: Int
  let backplane: any ProducerBackplane
  let board: Board
  let logger: Logger

  private static let batch = 100
  /// An event that waits for earlier ones of its viewer is brought again after this long.
  private static let leftPause = Duration.milliseconds(250)
  /// More than a handler may take.
  private static let longestProbation = Duration.seconds(12)

  /// The shard has gone to somebody else, and perhaps come back, since the events were read.
  private struct HandsChanged: Error {}

  func run() async {
    var reader = EventReader()
    /// Set while events are left in the stream: when to begin with the oldest again.
    var goBackAt: ContinuousClock.Instant?
    /// Whose they are.
    var left: Set<ViewerID> = []
    while !Task.isCancelled {
      guard let hold = await board.hold(of: shard) else {
        (reader, goBackAt, left) = (EventReader(), nil, [])
        try? await Task.sleep(for: .milliseconds(50))
        continue
      }
      if let instant = goBackAt, instant <= .now {
        reader.failed()
        await board.comesAgain(of: left, in: shard)
        (goBackAt, left) = (nil, [])
      }
      do {
        let events = try await read(&reader, hold, wait: goBackAt == nil ? .milliseconds(500) : Self.leftPause)
        left.formUnion(try await take(events, &reader, hold))
        if !left.isEmpty, goBackAt == nil { goBackAt = .now + Self.leftPause }
      } catch {
        reader.failed()
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private func read(_ reader: inout EventReader, _ hold: LeaseHold, wait: Duration) async throws -> [QueuedEvent] {
    let last = reader.position(under: hold, epochs: await board.epochsBegun[shard] ?? 0)
    return try await backplane.newEvents(shard, after: last, limit: Self.batch, wait: wait)
  }

  private typealias Fresh = (event: QueuedEvent, reading: EventReader.Reading)

  /// Whose events were left in the stream.
  private func take(
    _ events: [QueuedEvent], _ reader: inout EventReader, _ hold: LeaseHold
  ) async throws -> Set<ViewerID> {
    var fresh: [Fresh] = []
    for event in events {
      let reading = reader.read(event, isUnderWay: await board.isUnderWay(event))
      if reading != .skip { fresh.append((event, reading)) }
    }
    var left: Set<ViewerID> = []
    do {
      while !fresh.isEmpty {
        let tries = try await backplane.begin(shard, entries: fresh.map(\.event.entry), hold: hold)
        guard !tries.isEmpty else { throw HandsChanged() }
        for (one, tries) in zip(fresh, tries) {
          if try await take(one, tries, hold) == .left {
            reader.missed(one.event)
            left.insert(one.event.record.viewer)
          }
          reader.took(one.event)
          fresh.removeFirst()
        }
      }
    } catch {
      for one in fresh { reader.missed(one.event) }
      throw error
    }
    return left
  }

  /// `tries`: how many other owners began it.
  private func take(_ one: Fresh, _ tries: Int, _ hold: LeaseHold) async throws -> Board.EventOutcome {
    let (event, reading) = one
    if try await isBuried(event, tries, hold) { return .answered(nil) }
    let outcome = reading == .endAgain ? .answered(nil) : await board.handle(event, of: shard, readUnder: hold)
    guard let outcome else { throw HandsChanged() }
    switch outcome {
    case .answered(let reply): try await backplane.finish(shard, event: event, reply: reply, hold: hold)
    // Known: an owner that has its shard again has events under way from before, noted together.
    case .staged where tries >= EventReader.triesBeforeAlone, .known where tries >= EventReader.triesBeforeAlone:
      await settled(event, hold)
    case .staged, .known, .left: break
    }
    return outcome
  }

  /// Moves an event to the dead letters if too many owners began and none finished it. The last of them began nothing
  /// beside it, so it is what that one died of.
  private func isBuried(_ event: QueuedEvent, _ tries: Int, _ hold: LeaseHold) async throws -> Bool {
    // What is done, or only waits for its commit, is no riddle.
    guard EventReader.isPoison(tries: tries), await !board.isDone(event), await !board.isUnderWay(event) else { return false }
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
}
