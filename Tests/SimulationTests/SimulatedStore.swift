import DashboardModel
import PageSync

/// One shard with one page, with the meaning of the Redis scripts, in plain Swift.
struct SimulatedStore {
  var lease: LeaseRecord?
  var floor: UInt64 = 0
  var page: Snapshot?
  /// Left out in this run.
  var missing: Rule?
  private var lineages = 0

  mutating func acquire(_ owner: String, minimumFence: UInt64) -> LeaseAnswer {
    guard lease == nil else { return .refused(lease) }
    lineages += 1
    let record = LeaseRecord(
      owner: owner, fence: minimumFence + 1, beat: 0, lineage: "l\(lineages)", generation: page?.version.epoch.generation ?? 0)
    lease = record
    return .granted(record)
  }

  mutating func steal(_ owner: String, seen: LeaseRecord, minimumFence: UInt64) -> LeaseAnswer {
    guard var record = lease, record == seen else { return .refused(lease) }
    record.owner = owner
    record.fence = max(record.fence, minimumFence) + 1
    record.released = false
    lease = record
    return .granted(record)
  }

  mutating func beat(_ hold: LeaseHold) -> BeatAnswer {
    guard var record = lease else { return .noLease }
    guard record.owner == hold.owner, record.fence == hold.fence else { return .fenced(record) }
    record.beat += 1
    lease = record
    return .ok(record, floor: floor)
  }

  mutating func commit(_ commit: Commit) -> (CommitAnswer, PageMessage?) {
    guard var record = lease else { return (.noLease, nil) }
    let isHolder = record.owner == commit.hold.owner && record.fence == commit.hold.fence
    guard isHolder || missing == .commitsCheckLease else { return (.fenced(record), nil) }
    if page?.version == commit.to { return (.ok, nil) }
    if commit.to.epoch.generation <= floor { return (.floor(floor), nil) }
    switch commit.update {
    case .whole(let values):
      let known = max(page?.version.epoch.generation ?? 0, record.generation)
      guard commit.to.epoch.generation > known else { return (.conflict(page?.version), nil) }
      record.generation = commit.to.epoch.generation
      lease = record
      page = Snapshot(
        version: commit.to, components: values.mapValues { .init(revision: commit.to.revision, value: $0) })
      return (.ok, .moved(to: commit.to))
    case .changes(let update, let values):
      guard var snapshot = page, snapshot.version == commit.base || missing == .commitsCompareVersions else {
        return (.conflict(page?.version), nil)
      }
      for (id, value) in values {
        if let value {
          snapshot.components[id] = .init(revision: commit.to.revision, value: value)
          snapshot.removed[id] = nil
        } else {
          snapshot.components[id] = nil
          snapshot.removed[id] = commit.to.revision
        }
      }
      snapshot.version = commit.to
      page = snapshot
      return (.ok, PageMessage(bytes: PageMessage.update(update).bytes))
    }
  }
}

/// SplitMix64: small, seeded, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
