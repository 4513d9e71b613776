import Backplane
import Logging
import PageSync

/// Holds one shard for this producer, or stands by for it: asks what the lease machine wants asked, and tells the board.
/// Beats go on while pages are restored or marks written back, for those are tasks of their own.
struct ShardKeeper: Sendable {
  let shard: Int
  let owner: String
  let backplane: any ProducerBackplane
  let board: Board
  let commits: CommitLoop
  let balance: ShardBalance
  /// Rung when the lease is worth a look now.
  let bell = Bell()
  let logger: Logger
  /// The store was away when this process started.
  let afterOutage: Bool

  /// An owner beats this often; a standby looks a little more often, with jitter, so that several do not race.
  private static let beatInterval = Duration.milliseconds(250)

  func run() async {
    var lease = ShardLease(owner: owner, afterOutage: afterOutage)
    await withDiscardingTaskGroup { tasks in
      while !Task.isCancelled {
        await step(&lease, &tasks)
        if balance.takeSurplus(shard) { await handOver(&lease, "to another producer") }
        let standby = Duration.milliseconds(Int.random(in: 160...240))
        await rest(lease.hold == nil ? standby : Self.beatInterval)
      }
      tasks.cancelAll()
    }
    // The cancelled task may still ask: what is left is short, so that a standby need not wait.
    if lease.hold != nil { await balance.leave() }
    await handOver(&lease, "at the end")
  }

  private func rest(_ time: Duration) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await bell.wait() }
      group.addTask { try? await Task.sleep(for: time) }
      await group.next()
      group.cancelAll()
    }
    _ = bell.takeWish()
  }

  // A change of hands is asked for at once, and a new owner is heard of at once.
  private func step(_ lease: inout ShardLease, _ tasks: inout DiscardingTaskGroup) async {
    repeat {
      let asked = board.timeline.now.monotonic
      let outcome = await ask(&lease)
      await take(outcome, asked: asked, &tasks)
      if !lease.isDeciding, !outcome.isChange { return }
    } while !Task.isCancelled
  }

  private func ask(_ lease: inout ShardLease) async -> ShardLease.Outcome {
    do {
      switch lease.question {
      case .read:
        let record = try await backplane.lease(of: shard)
        return lease.read(record, isEager: await isEager(for: record))
      case .acquire(let fence):
        return lease.answered(try await backplane.acquire(shard, owner: owner, minimumFence: fence))
      case .steal(let seen, let fence):
        return lease.answered(try await backplane.steal(shard, owner: owner, seen: seen, minimumFence: fence))
      case .beat(let hold):
        return lease.answered(
          try await backplane.beat(shard, hold: hold, versions: await board.recentVersions(of: shard)))
      }
    } catch {
      logger.debug("no answer about the lease", metadata: ["shard": "\(shard)", "error": "\(error)"])
      lease.unanswered()
      return .nothing
    }
  }

  private func isEager(for record: LeaseRecord?) async -> Bool {
    let owned = await board.ownedShards.count
    if balance.isEager(owning: owned) { return true }
    guard let record, record.released, record.owner != owner else { return false }
    await balance.refresh()
    return balance.isEager(owning: owned)
  }

  private func take(
    _ outcome: ShardLease.Outcome, asked: Duration, _ tasks: inout DiscardingTaskGroup
  ) async {
    switch outcome {
    case .nothing: break
    case .kept(let floor):
      await board.confirmed(shard, at: asked)
      await board.noteFloor(floor, of: shard)
    case .won(let record): await begin(record, &tasks)
    case .regained(let record):
      if await board.regained(shard, record) {
        tasks.addTask { await rewriteMarks(LeaseHold(record)) }
      } else {
        // The pages were still being restored: from what the store has now.
        await begin(record, &tasks)
      }
    case .lost:
      await board.lost(shard)
      logger.warning("lost a shard to another producer", metadata: ["shard": "\(shard)"])
    }
  }

  // Until the pages are here nothing may be written over them; the lease lets nobody else do so meanwhile.
  private func begin(_ record: LeaseRecord, _ tasks: inout DiscardingTaskGroup) async {
    await board.granted(shard, record)
    tasks.addTask {
      var told: String?
      while !Task.isCancelled, await board.isGranted(shard, record) {
        do {
          await board.won(shard, record, stored: try await backplane.restore(shard))
          return
        } catch {
          let cause = "\(error)"
          logger.log(
            level: cause == told ? .debug : .warning, "cannot restore the pages yet",
            metadata: ["shard": "\(shard)", "error": "\(cause)"])
          told = cause
          try? await Task.sleep(for: .milliseconds(200))
        }
      }
    }
  }

  /// The store lost who has done what; without that an event sent again would be done again by the next owner (R9).
  private func rewriteMarks(_ hold: LeaseHold) async {
    var marks = await marksToRewrite(hold)[...]
    while !marks.isEmpty, !Task.isCancelled, await board.holds[shard] == hold {
      do {
        try await backplane.restore(Array(marks.prefix(Self.marksAtOnce)), in: shard, hold: hold)
        marks = marks.dropFirst(Self.marksAtOnce)
      } catch {
        logger.debug("the viewers' marks are not written yet", metadata: ["shard": "\(shard)", "error": "\(error)"])
        try? await Task.sleep(for: .milliseconds(200))
      }
    }
  }

  // The pages go first: a mark says that its event's effect is there.
  private func marksToRewrite(_ hold: LeaseHold) async -> [RememberedMark] {
    while !Task.isCancelled, await board.holds[shard] == hold {
      if let marks = await board.rememberedMarks(of: shard) { return marks }
      try? await Task.sleep(for: .milliseconds(50))
    }
    return []
  }

  private static let marksAtOnce = 200

  /// Gives the shard up cleanly: what is staged goes out first, so that the next owner finds everything.
  private func handOver(_ lease: inout ShardLease, _ reason: String) async {
    guard let hold = lease.hold else { return }
    await board.retire(shard)
    await commits.flush(shard)
    try? await backplane.release(shard, hold: hold)
    await board.lost(shard)
    lease.released()
    logger.info("released a shard", metadata: ["shard": "\(shard)", "reason": "\(reason)"])
  }
}

extension ShardLease.Outcome {
  fileprivate var isChange: Bool {
    switch self {
    case .won, .regained: true
    case .nothing, .kept, .lost: false
    }
  }
}

extension LeaseHold {
  init(_ record: LeaseRecord) { self.init(owner: record.owner, fence: record.fence) }
}
