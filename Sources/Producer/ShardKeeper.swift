import Backplane
import Logging
import PageSync

/// Holds one shard for this producer, or stands by for it: asks what the lease machine wants asked, and tells the board.
struct ShardKeeper: Sendable {
  let shard: Int
  let owner: String
  let backplane: any ProducerBackplane
  let board: Board
  let logger: Logger
  /// The store was away when this process started.
  let afterOutage: Bool

  /// An owner beats this often; a standby looks a little more often, with jitter, so that several do not race.
  private static let beatInterval = Duration.milliseconds(250)

  func run() async {
    var lease = ShardLease(owner: owner, afterOutage: afterOutage)
    while !Task.isCancelled {
      await step(&lease)
      let standby = Duration.milliseconds(Int.random(in: 160...240))
      try? await Task.sleep(for: lease.hold == nil ? standby : Self.beatInterval)
    }
    // The cancelled task may still ask: what is left is one short command, so that a standby need not wait.
    if let hold = lease.hold { try? await backplane.release(shard, hold: hold) }
  }

  private func step(_ lease: inout ShardLease) async {
    let asked = board.timeline.now.monotonic
    do {
      let outcome =
        switch lease.question {
        case .read: lease.read(try await backplane.lease(of: shard))
        case .acquire(let fence): lease.answered(try await backplane.acquire(shard, owner: owner, minimumFence: fence))
        case .steal(let seen, let fence):
          lease.answered(try await backplane.steal(shard, owner: owner, seen: seen, minimumFence: fence))
        case .beat(let hold):
          lease.answered(try await backplane.beat(shard, hold: hold, versions: await board.recentVersions(of: shard)))
        }
      await take(outcome, asked: asked)
    } catch {
      logger.debug("no answer about the lease", metadata: ["shard": "\(shard)", "error": "\(error)"])
      lease.unanswered()
    }
  }

  private func take(_ outcome: ShardLease.Outcome, asked: Duration) async {
    switch outcome {
    case .nothing: break
    case .kept(let floor):
      await board.confirmed(shard, at: asked)
      await board.noteFloor(floor, of: shard)
    case .won(let record): await restore(record)
    case .regained(let record): await board.regained(shard, record)
    case .lost: await board.lost(shard)
    }
  }

  // Until the pages are here nothing may be written over them; the lease lets nobody else do so meanwhile.
  private func restore(_ record: LeaseRecord) async {
    while !Task.isCancelled {
      do {
        await board.won(shard, record, stored: try await backplane.restore(shard))
        return
      } catch {
        logger.warning("cannot restore the pages yet", metadata: ["shard": "\(shard)", "error": "\(error)"])
        try? await Task.sleep(for: .milliseconds(200))
      }
    }
  }
}
