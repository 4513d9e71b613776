package import DashboardModel
package import NIOCore
package import PageSync

/// What a front needs of the backplane. Answers come as futures, so that a poll or an event costs no task.
package protocol FrontBackplane: Sendable {
  /// Names this front; replies to its events come back under it. Random per start, so nobody can guess it.
  var front: String { get }

  /// Starts listening. Every call of `listener` comes in order on one event loop, which must not be blocked.
  func listen(_ listener: any BackplaneListener)

  /// Succeeds when the store answers a question, whatever it says; fails when it does not, or is busy with another.
  func answers() -> EventLoopFuture<Void>

  /// Asks for a page's messages; `subscribed(page)` tells when they flow, again after every reconnect.
  func subscribe(_ page: PageKey)
  func unsubscribe(_ page: PageKey)

  /// The page as the store has it. A snapshot whose counts, types or versions do not fit is absent (R15).
  func read(_ page: PageKey) -> EventLoopFuture<Snapshot?>

  /// Versions of many pages in one round trip, in the same order; `nil` for a page the store does not have.
  func versions(of pages: [PageKey]) -> EventLoopFuture<[Version?]>

  /// Puts an event into a shard's queue, by default its page's (R18). Fails when the store cannot be reached.
  func enqueue(_ event: EventRecord, in shard: Int?) -> EventLoopFuture<EnqueueAnswer>

  /// Where an event of this page and viewer stands. Fails when the store cannot be reached.
  func standing(of sequence: UInt64, by viewer: ViewerID, on page: PageKey) -> EventLoopFuture<EventStanding>

  /// Forbids generations up to this one in the page's shard. Never with a number a browser supplied.
  func raiseFloor(to generation: UInt64, for page: PageKey) -> EventLoopFuture<Void>

  /// 32 random bytes that all fronts share: sign sessions. A store that has none takes over `known`, so that sessions
  /// outlive its loss; without one, whoever comes first makes it.
  func signingKey(known: [UInt8]?) -> EventLoopFuture<[UInt8]>

  /// Tells all fronts that these sessions were signed out. The newest 10 000 are kept.
  func endSessions(_ sessions: [String]) -> EventLoopFuture<Void>

  /// The sessions that were signed out since this was last asked, or all that are kept.
  func endedSessions() -> EventLoopFuture<[String]>
}

extension FrontBackplane {
  package func enqueue(_ event: EventRecord) -> EventLoopFuture<EnqueueAnswer> { enqueue(event, in: nil) }
}

/// What a front hears from the backplane.
package protocol BackplaneListener: AnyObject, Sendable {
  func subscribed(_ page: PageKey)
  func received(_ message: PageMessage, for page: PageKey)
  /// Bytes on a page's channel that are no message.
  func receivedGarbage(for page: PageKey)
  func received(_ heartbeat: Heartbeat)
  /// The shard's owner lives, but the store takes no writes from it.
  func receivedReadOnly(shard: Int)
  func received(_ reply: EventReply, viewer: ViewerID, sequence: UInt64)
  /// The channel is cut: nothing is subscribed until `subscribed` says so again.
  func disconnected(reason: String)
  func connected()
  /// The store is set up for so many shards; told again after a connection, and when it has changed.
  func found(shards: Int)
}

extension FrontBackplane {
  package func answers() -> EventLoopFuture<Void> { versions(of: []).map { _ in } }
}

extension BackplaneListener {
  package func receivedReadOnly(shard: Int) {}
}

/// Where commits go.
package protocol CommitStore: Sendable {
  /// Sends commits in this order. `answered` is called once for each, as soon as it is known what became of it, from anywhere;
  /// it must not wait.
  func send(_ commits: [Commit], answered: @escaping @Sendable (CommitResult) -> Void)
}

/// What became of a commit; after a failure that is unknown.
package struct CommitResult: Sendable {
  package var commit: Commit
  package var answer: Result<CommitAnswer, BackplaneError>

  package init(_ commit: Commit, _ answer: Result<CommitAnswer, BackplaneError>) { (self.commit, self.answer) = (commit, answer) }
}

extension CommitStore {
  /// Sends one commit and waits for the answer; also in a cancelled task. May throw ``BackplaneError``.
  package func commit(_ commit: Commit) async throws -> CommitAnswer {
    try await withCheckedContinuation { told in send([commit]) { told.resume(returning: $0.answer) } }.get()
  }
}

/// What a producer needs of the backplane. Everything may throw ``BackplaneError``; then the outcome is unknown.
package protocol ProducerBackplane: StoreUpkeep, CommitStore {
  /// Number of shards, fixed at first start; throws ``BackplaneError/mismatch(_:)`` if the store was set up otherwise.
  func configure(shards: Int) async throws

  func lease(of shard: Int) async throws -> LeaseRecord?
  /// Takes an absent lease, with a new lineage and a fence above `minimumFence`.
  func acquire(_ shard: Int, owner: String, minimumFence: UInt64) async throws -> LeaseAnswer
  /// Takes a lease that is exactly as `seen`.
  func steal(_ shard: Int, owner: String, seen: LeaseRecord, minimumFence: UInt64) async throws -> LeaseAnswer
  /// Marks the lease released, if it is still held so, and tells those who wait for it.
  func release(_ shard: Int, hold: LeaseHold) async throws
  /// Raises the beat and publishes a heartbeat with these versions.
  func beat(_ shard: Int, hold: LeaseHold, versions: [PageKey: Version]) async throws -> BeatAnswer

  /// Deletes a page and tells its fronts; checked against the lease like a commit.
  func drop(_ page: PageKey, hold: LeaseHold) async throws -> CommitAnswer

  /// Every page of the shard, in one pipelined read. Damaged pages are left out.
  func restore(_ shard: Int) async throws -> [StoredPage]

  /// Unfinished events behind the entry `after` (`nil`: from the oldest), waiting up to `wait` for the first. Changes
  /// nothing in the store, so a question that is executed late, twice or by a deposed owner does no harm.
  func newEvents(_ shard: Int, after: String?, limit: Int, wait: Duration) async throws -> [QueuedEvent]
  /// Notes that the owner begins these events, once however often it is asked. Answers, for each of the first of them, which
  /// may be begun now, how many other owners began it before and did not give it back by a release. What two others began
  /// comes alone. Empty when the shard is somebody else's.
  func begin(_ shard: Int, entries: [String], hold: LeaseHold) async throws -> [Int]
  /// Acknowledges events that need nothing else.
  func acknowledge(_ shard: Int, entries: [String]) async throws
  /// Ends an event without a commit: acknowledges it, marks it done and replies, where `reply` is not `nil`. Only a
  /// viewer's event leaves a mark. An event that is finished already stays as it is.
  func finish(_ shard: Int, event: QueuedEvent, reply: EventReply?, hold: LeaseHold) async throws
  /// Moves an event to the dead-letter stream, marks it done and replies `failed poison`.
  func bury(_ shard: Int, event: QueuedEvent, hold: LeaseHold) async throws
}

/// Why the backplane could not do what was asked.
package enum BackplaneError: Error, Hashable, Sendable {
  /// No answer: not connected, timed out, or cut while waiting. The outcome is unknown.
  case unreachable(String)
  /// The store takes no writes just now (read-only, out of memory, no replicas); nothing was changed.
  case readOnly(String)
  /// The store is set up for something else (shards, protocol, right missing); starting again does not help.
  case mismatch(String)
}

/// Which shard a page belongs to: FNV-1a of the dashboard's name, so a viewer's page stays with its dashboard.
package func shard(of page: PageKey, among shards: Int) -> Int {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in page.dashboard.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  return Int(hash % UInt64(max(1, shards)))
}
