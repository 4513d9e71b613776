import Backplane
import Logging
import Synchronization

/// Announces this producer and learns of the others, so that the shards spread over all that live. Without an answer from
/// the store nothing moves and nobody holds back.
final class ShardBalance: Sendable {
  private struct State {
    var roster: ProducerRoster
    /// The shard that is to be given up.
    var surplus: Int?
  }

  private let owner: String
  private let backplane: any ProducerBackplane
  private let board: Board
  private let logger: Logger
  private let state: Mutex<State>

  private static let interval = Duration.milliseconds(500)

  init(owner: String, shards: Int, backplane: any ProducerBackplane, board: Board, logger: Logger) {
    self.owner = owner
    self.backplane = backplane
    self.board = board
    self.logger = logger
    state = Mutex(State(roster: ProducerRoster(owner: owner, shards: shards)))
  }

  /// Announces until cancelled; `giveUp` hears of a shard that ``takeSurplus(_:)`` will name.
  func run(giveUp: @Sendable (Int) -> Void) async {
    var beat: UInt64 = 0
    while !Task.isCancelled {
      beat += 1
      await announce(beat)
      if let shard = state.withLock(\.surplus) { giveUp(shard) }
      try? await Task.sleep(for: Self.interval)
    }
    try? await backplane.forget(producers: [owner])
  }

  private func announce(_ beat: UInt64) async {
    do {
      let owned = await board.ownedShards
      let all = try await backplane.announce(owner, Announcement(beat: beat, owned: owned.count))
      let gone = state.withLock { state in
        let gone = state.roster.heard(all)
        state.surplus = state.roster.hasTooMany ? owned.max() : nil
        return gone
      }
      try await backplane.forget(producers: gone)
    } catch {
      logger.debug("the other producers are not known", metadata: ["error": "\(error)"])
    }
  }

  /// True, once, for the shard that is to be given up.
  func takeSurplus(_ shard: Int) -> Bool {
    state.withLock { state in
      guard state.surplus == shard else { return false }
      state.surplus = nil
      return true
    }
  }

  func isEager(owning owned: Int) -> Bool { state.withLock { $0.roster.isEager(owning: owned) } }
}
