package import DashboardModel

// What the state machines ask of the store and what it answers. The Redis scripts and the in-memory store implement
// these with the same meaning; `Tests/BackplaneTests` holds both to it. Also update docs/protocol.md.

/// The right to write a shard, proven to the store with every commit.
package struct LeaseHold: Hashable, Sendable {
  /// Unique per process start.
  package var owner: String
  /// Grows with every change of owner.
  package var fence: UInt64
  package init(owner: String, fence: UInt64) {
    self.owner = owner
    self.fence = fence
  }
}

/// A lease as it stands in the store.
package struct LeaseRecord: Hashable, Sendable {
  package var owner: String
  package var fence: UInt64
  /// Raised by the owner every 250 ms; a standby counts successful reads in which it did not change.
  package var beat: UInt64
  /// Random, made when the lease was created from nothing: tells a store that went back from a rival.
  package var lineage: String
  /// The highest generation ever issued in the shard.
  package var generation: UInt64
  /// Set by a clean stop: a standby need not wait.
  package var released: Bool

  package init(owner: String, fence: UInt64, beat: UInt64, lineage: String, generation: UInt64, released: Bool = false) {
    self.owner = owner
    self.fence = fence
    self.beat = beat
    self.lineage = lineage
    self.generation = generation
    self.released = released
  }
}

/// The answer to acquire, steal and release.
package enum LeaseAnswer: Hashable, Sendable {
  case granted(LeaseRecord)
  /// Somebody else holds it, or it is not as seen any more.
  case refused(LeaseRecord?)
}

/// The answer to a beat.
package enum BeatAnswer: Hashable, Sendable {
  case ok(LeaseRecord, floor: UInt64)
  case noLease
  case fenced(LeaseRecord)
}

/// One atomic change of a page: checked against lease and version, then written and published together.
package struct Commit: Hashable, Sendable {
  package var page: PageKey
  package var hold: LeaseHold
  /// The version this builds on; `nil` for the first commit of an epoch, which replaces the page whole.
  package var base: Version?
  package var to: Version
  package var update: Contents
  /// Private producer state to write; a `nil` value deletes the key. Never sent to browsers.
  package var privateState: [String: [UInt8]?]
  /// Events whose effect this commit carries.
  package var finished: [FinishedEvent]
  /// Names the definition the contents were made from; empty for none.
  package var definitionHash: String

  package enum Contents: Hashable, Sendable {
    /// The first commit of an epoch: every component.
    case whole([ComponentID: ComponentValue])
    /// Later ones: what changed, and for each changed component its whole new value (nil: removed).
    case changes(Update, values: [ComponentID: ComponentValue?])
  }

  package init(
    page: PageKey, hold: LeaseHold, base: Version?, to: Version, update: Contents,
    privateState: [String: [UInt8]?] = [:], finished: [FinishedEvent] = [], definitionHash: String = ""
  ) {
    self.page = page
    self.hold = hold
    self.base = base
    self.to = to
    self.update = update
    self.privateState = privateState
    self.finished = finished
    self.definitionHash = definitionHash
  }
}

/// An event whose effect, acknowledgement, dedupe mark and reply belong to one commit (R10).
package struct FinishedEvent: Hashable, Sendable {
  /// The entry of the shard's event stream.
  package var entry: String
  package var viewer: ViewerID
  package var sequence: UInt64
  /// The front that waits for the reply.
  package var front: String
  package var reply: EventReply
  package init(entry: String, viewer: ViewerID, sequence: UInt64, front: String, reply: EventReply) {
    self.entry = entry
    self.viewer = viewer
    self.sequence = sequence
    self.front = front
    self.reply = reply
  }
}

/// What became of an event. On the wire `applied 5-aa:18` or `failed handler`, and after it the note if there is one.
package struct EventReply: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case applied(Version)
    /// A reason's word, see docs/protocol.md.
    case failed(String)
  }

  package var outcome: Outcome
  /// What the one viewer who acted is shown besides, as a JSON object that nobody on the way interprets; `nil`: nothing.
  package var note: [UInt8]?

  package init(_ outcome: Outcome, note: [UInt8]? = nil) {
    self.outcome = outcome
    self.note = note
  }

  package static func applied(_ version: Version) -> EventReply { EventReply(.applied(version)) }
  package static func failed(_ reason: String) -> EventReply { EventReply(.failed(reason)) }
}

/// How an event was answered, before the version of the commit that carries it is known.
package struct EventEnding: Hashable, Sendable {
  /// A reason's word, or `nil` when it was applied.
  package var failure: String?
  /// See ``EventReply/note``.
  package var note: [UInt8]?

  package init(failure: String? = nil, note: [UInt8]? = nil) {
    self.failure = failure
    self.note = note
  }

  package func reply(at version: Version) -> EventReply {
    EventReply(failure.map(EventReply.Outcome.failed) ?? .applied(version), note: note)
  }
}

/// The answer to a commit.
package enum CommitAnswer: Hashable, Sendable {
  /// Written now, or found already written (an identical repeat).
  case ok
  case noLease
  case fenced(LeaseRecord)
  /// The generation may not be used any more.
  case floor(UInt64)
  /// The page stands elsewhere; `nil`: it is missing.
  case conflict(Version?)
  /// Counts or types do not fit: the store lost or changed single keys.
  case corrupt
}

/// An event on its way to the owner of a shard.
package struct EventRecord: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// What a viewer did: deduplicated, applied exactly once.
    case event
    /// "Somebody looks at this per-viewer page": repeated while true, no sequence, no reply.
    case open
    /// "The tab of this per-viewer page is being unloaded": no sequence, no reply.
    case leave
    /// A value pushed to a source: `component` is the source's name, `data` the JSON.
    case push
  }

  package var kind: Kind
  package var page: PageKey
  package var viewer: ViewerID
  package var sequence: UInt64
  /// The lowest sequence this viewer still waits for.
  package var lowest: UInt64
  package var component: String
  /// `click`, `input`, …
  package var name: String
  /// JSON.
  package var data: [UInt8]
  package var front: String
  /// What the viewer is, as the front vouches.
  package var roles: [String] = []

  package init(
    kind: Kind = .event, page: PageKey, viewer: ViewerID, sequence: UInt64 = 0, lowest: UInt64 = 0, component: String,
    name: String = "", data: [UInt8] = Array("{}".utf8), front: String
  ) {
    self.kind = kind
    self.page = page
    self.viewer = viewer
    self.sequence = sequence
    self.lowest = lowest
    self.component = component
    self.name = name
    self.data = data
    self.front = front
  }

  /// Tells one event from another under the same sequence: FNV-1a of what it asks for, as 16 hexadecimal digits.
  package var digest: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(page) \(component) \(name) ".utf8 + data { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let text = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}

/// The answer to enqueue.
package enum EnqueueAnswer: Hashable, Sendable {
  case queued
  /// It was queued before and waits.
  case pending
  /// The sequence belongs to another event.
  case taken
  /// It was done before; the same reply again.
  case done(EventReply?)
  /// A sequence is missing before it.
  case gap(expected: UInt64)
  /// The shard's queue is full (10 000).
  case busy
}

/// Where a viewer's event stands, for somebody who only asks.
package enum EventStanding: Hashable, Sendable {
  /// Nobody has queued it.
  case unknown
  /// It is queued, or being handled.
  case pending
  /// `nil`: so long ago that its reply is not kept.
  case done(EventReply?)
}

/// An event as its owner takes it from the stream.
package struct QueuedEvent: Hashable, Sendable {
  package var entry: String
  package var record: EventRecord
  package init(entry: String, record: EventRecord) {
    self.entry = entry
    self.record = record
  }
}

/// A page as its owner restores it: the snapshot with the producer's private state.
package struct StoredPage: Hashable, Sendable {
  package var key: PageKey
  package var snapshot: Snapshot
  package var privateState: [String: [UInt8]]
  package init(key: PageKey, snapshot: Snapshot, privateState: [String: [UInt8]]) {
    self.key = key
    self.snapshot = snapshot
    self.privateState = privateState
  }
}

/// "The owner is alive, and these pages stand there": published with every beat.
package struct Heartbeat: Hashable, Sendable {
  package var shard: Int
  package var beat: UInt64
  /// Pages changed in the last 2 s, so that a lost update is noticed within one beat.
  package var versions: [PageKey: Version]
  package init(shard: Int, beat: UInt64, versions: [PageKey: Version]) {
    self.shard = shard
    self.beat = beat
    self.versions = versions
  }
}

/// What travels on a page's channel.
package enum PageMessage: Hashable, Sendable {
  case update(Update)
  /// A new epoch, or an update too large to carry: read the snapshot.
  case moved(to: Version)
  /// The page is gone (its definition was removed, or its viewer left).
  case gone
}
