/// Who may write a shard, decided without a clock (docs/protocol.md, "Lease"): a standby counts successful reads in
/// which the owner's beat stood still, so a store that stalls delays both sides and starts no takeover.
package struct ShardLease: Sendable {
  /// What the shell has to ask the store.
  package enum Question: Hashable, Sendable {
    case read
    case beat(LeaseHold)
    case acquire(minimumFence: UInt64)
    case steal(seen: LeaseRecord, minimumFence: UInt64)
  }

  /// What an answer means for the pages of the shard.
  package enum Outcome: Hashable, Sendable {
    case nothing
    /// The lease is ours, newly: restore the pages and open a new epoch (R3).
    case won(LeaseRecord)
    /// Ours as before.
    case kept(floor: UInt64)
    /// Ours again after the store lost or turned back: write the pages anew from memory (R7, R9).
    case regained(LeaseRecord)
    /// Somebody else's: drop everything of the shard.
    case lost
  }

  package let owner: String
  package private(set) var hold: LeaseHold?

  private var highestFence: UInt64 = 0
  /// Our last confirmed beat: the next one is higher, unless the store went back under us.
  private var lastBeat: UInt64 = 0
  /// It did, and the lease has not been taken again since.
  private var hasTurnedBack = false
  private var lastSeen: LeaseRecord?
  /// The newest record seen of each line of owners, the youngest line last: whoever holds the lease came after all of them.
  private var past: [LeaseRecord] = []
  private static let mostPast = 8
  /// The last question was answered too, so what differs now happened in between.
  private var hasBaseline = false
  private var unchangedReads = 0
  /// How many it takes: more after an outage, so that the incumbent, who has the newest state, is back before a standby
  /// may think it gone.
  private var patience = Self.usualPatience
  private var next: Question = .read

  /// Successive successful reads without a beat before a standby takes over.
  package static let usualPatience = 5
  /// The same after the store was away: 16 reads of at least 160 ms outlast the incumbent's longest pause between two
  /// attempts to connect (2 s).
  package static let patienceAfterOutage = 16
  /// More reads of a producer that has its share, so that one with fewer shards comes first.
  package static let restraint = 2

  /// `afterOutage`: the store did not answer when this process started, so the incumbent may still be on its way back.
  package init(owner: String, afterOutage: Bool = false) {
    self.owner = owner
    if afterOutage { patience = Self.patienceAfterOutage }
  }

  /// What to ask at this tick.
  package var question: Question { next }

  /// True when the next question is a change of hands: it waits for no tick.
  package var isDeciding: Bool {
    switch next {
    case .acquire, .steal: true
    case .read, .beat: false
    }
  }

  /// Given up of one's own will: a standby as any other from now on.
  package mutating func released() {
    (hold, hasTurnedBack) = (nil, false)
    (lastSeen, hasBaseline, unchangedReads) = (nil, false, 0)
    next = .read
  }

  /// `isEager` false: this producer has its share of the shards already, and others go first.
  package mutating func read(_ record: LeaseRecord?, isEager: Bool = true) -> Outcome {
    // R6: an unknown answer was a yes. One below a fence seen since is a lease of ours from an old file, and one that I
    // released is anybody's.
    if let record, record.owner == owner, record.fence >= highestFence, !record.released { return take(record) }
    // A fence or a beat below one seen before, or no lease any more, is a store's that went back or lost it, however short
    // it was away: the incumbent is on its way to take it again. One that went on since the last read lives.
    if record.map(isBehind) ?? (highestFence > 0) {
      patience = Self.patienceAfterOutage
    } else if hasBaseline, let record, let lastSeen, Self.order(of: record) > Self.order(of: lastSeen) {
      patience = Self.usualPatience
    }
    highestFence = max(highestFence, record?.fence ?? 0)
    unchangedReads = hasBaseline && isSame(record) ? unchangedReads + 1 : 1
    lastSeen = record
    hasBaseline = true
    if let record { note(record) }
    // In an old file the owner before the last has released its lease: after an outage that is no invitation.
    let isFree = record?.released == true && isEager && patience == Self.usualPatience
    if unchangedReads < patience + (isEager ? 0 : Self.restraint), !isFree {
      next = .read
    } else if let record {
      next = .steal(seen: record, minimumFence: highestFence)
    } else {
      next = .acquire(minimumFence: highestFence)
    }
    return .nothing
  }

  package mutating func answered(_ answer: LeaseAnswer) -> Outcome {
    switch answer {
    case .granted(let record): return take(record)
    case .refused:
      // A lost race is no verdict (R8): look again, and as the incumbent let a beat tell.
      unchangedReads = 0
      next = hold.map(Question.beat) ?? .read
      return .nothing
    }
  }

  package mutating func answered(_ answer: BeatAnswer) -> Outcome {
    guard let hold else { return .nothing }
    switch answer {
    case .ok(let record, _) where record.beat <= lastBeat || hasTurnedBack:
      // The same fence as ever, but a beat from before: what the store had since is gone (R7). It stays so when the steal
      // has no answer, or loses against a beat of ours that was on its way.
      hasTurnedBack = true
      next = .steal(seen: record, minimumFence: highestFence)
      return .nothing
    case .ok(let record, let floor):
      lastBeat = record.beat
      next = .beat(hold)
      return .kept(floor: floor)
    case .noLease:
      next = .acquire(minimumFence: highestFence)
      return .nothing
    // R6: a yes that was not heard.
    case .fenced(let record) where record.owner == owner && record.fence > hold.fence: return take(record)
    // From an old file, even if it is a lease of ours: only a fence of its own keeps what comes now apart from what was then.
    case .fenced(let record) where record.owner == owner || isPast(record):
      next = .steal(seen: record, minimumFence: highestFence)
      return .nothing
    case .fenced(let record):
      (self.hold, hasTurnedBack) = (nil, false)
      note(record)
      highestFence = max(highestFence, record.fence)
      lastSeen = record
      unchangedReads = 0
      next = .read
      return .lost
    }
  }

  /// No answer: the same question again, except that a change of hands must be looked at first (R6).
  package mutating func unanswered() {
    switch next {
    case .acquire, .steal:
      next = hold.map(Question.beat) ?? .read
      // Perhaps the store takes no writes, an incumbent's beats as little as this: once it does, the incumbent comes first.
      unchangedReads = 0
      patience = Self.patienceAfterOutage
    case .read:
      // Also before the first answer: a standby that starts while the store is away is no less in the incumbent's way.
      hasBaseline = false
      patience = Self.patienceAfterOutage
    // If it turns out to be deposed, it is a standby that knows of an outage.
    case .beat: patience = Self.patienceAfterOutage
    }
  }

  private mutating func take(_ record: LeaseRecord) -> Outcome {
    let held = hold
    let hold = LeaseHold(owner: owner, fence: record.fence)
    (self.hold, hasTurnedBack) = (hold, false)
    highestFence = max(highestFence, record.fence)
    note(record)
    lastBeat = record.beat
    unchangedReads = 0
    next = .beat(hold)
    return held == nil ? .won(record) : .regained(record)
  }

  /// True for a lease that was given before the one held: finding it means that the store went back (R7). It may be of
  /// another line of owners, if this process saw that one before it began its own.
  package func isPast(_ record: LeaseRecord) -> Bool {
    guard let seen = past.first(where: { $0.lineage == record.lineage }) else { return false }
    return record.fence < seen.fence || record.fence == seen.fence && record.owner == seen.owner
  }

  private mutating func note(_ record: LeaseRecord) {
    guard let index = past.firstIndex(where: { $0.lineage == record.lineage }) else {
      past.append(record)
      return past.removeFirst(max(0, past.count - Self.mostPast))
    }
    if record.fence >= past[index].fence { past[index] = record }
  }

  /// True for a lease from before the newest one seen.
  private func isBehind(_ record: LeaseRecord) -> Bool {
    guard record.fence == highestFence else { return record.fence < highestFence }
    guard let lastSeen, lastSeen.fence == record.fence else { return false }
    return record.lineage != lastSeen.lineage || record.beat < lastSeen.beat
  }

  private static func order(of record: LeaseRecord) -> (UInt64, UInt64) { (record.fence, record.beat) }

  private func isSame(_ record: LeaseRecord?) -> Bool {
    guard let record, let lastSeen else { return record == nil && lastSeen == nil }
    return record.owner == lastSeen.owner && record.beat == lastSeen.beat && record.fence == lastSeen.fence
  }
}
