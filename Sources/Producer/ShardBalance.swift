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
    var announced = Announcement(beat: 0, owned: 0)
    var isLeaving = false
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
    while !Task.isCancelled {
      await announce()
      if let shard = state.withLock(\.surplus) { giveUp(shard) }
      try? await Task.sleep(for: Self.interval)
    }
    await leave()
  }

  private func announce() async {
    let owned = await board.ownedShards
    let announcement = state.withLock { state -> Announcement? in
      guard !state.isLeaving else { return nil }
      state.announced = Announcement(beat: state.announced.beat + 1, owned: owned.count)
      return state.announced
    }
    guard let announcement else { return }
    do {
      let all = try await backplane.announce(owner, announcement)
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

  /// Takes the name out of the list: this producer ends, and its shards are for the others.
  func leave() async {
    state.withLock { $0.isLeaving = true }
    try? await backplane.forget(producers: [owner])
  }

  /// Looks who has left, for a shard has become free just now.
  func refresh() async {
    let announced = state.withLock { $0.isLeaving ? nil : $0.announced }
    guard let announced, let all = try? await backplane.announce(owner, announced) else { return }
    state.withLock { $0.roster.keep(only: Set(all.keys)) }
  }

  func isEager(owning owned: Int) -> Bool { state.withLock { $0.roster.isEager(owning: owned) } }
}
