import NIOCore

/// Whether what a front shows is confirmed, told from the connection, from the owners' heartbeats and from reads that are
/// needed. Ages are counted by
/// this machine's monotonic clock from the last heartbeat; no other machine's clock is compared (I9, I12).
struct Freshness {
  enum Condition: Hashable {
    case fresh
    /// `ageMilliseconds` since the contents were last confirmed.
    case stale(reason: String, ageMilliseconds: Int64)
    /// The store shows less than this page.
    case behind(ageMilliseconds: Int64)
  }

  private(set) var isConnected = false
  private var disconnectedAt: NIODeadline?
  private var heard: [Int: NIODeadline] = [:]
  private var readOnly: [Int: NIODeadline] = [:]
  private var answered: NIODeadline?
  private let started: NIODeadline

  /// The store is asked twice a second.
  private static let patienceWithStore = TimeAmount.milliseconds(1500)

  /// Heartbeats come every 250 ms; one lost is no news, eight are.
  static let patience = TimeAmount.seconds(2)
  /// See ``FrontLimits/quietOwner``.
  private let quiet: TimeAmount

  init(now: NIODeadline, quiet: TimeAmount = .seconds(1)) { (started, self.quiet) = (now, quiet) }

  mutating func connected() { (isConnected, disconnectedAt) = (true, nil) }

  mutating func disconnected(at now: NIODeadline) {
    isConnected = false
    disconnectedAt = disconnectedAt ?? now
  }

  mutating func heard(_ shard: Int, at now: NIODeadline) { heard[shard] = now }
  /// The shard's owner lives, but the store takes nothing from it: what is shown is kept and grows old.
  mutating func heardReadOnly(_ shard: Int, at now: NIODeadline) { readOnly[shard] = now }

  /// The store answered a question just now.
  mutating func answered(at now: NIODeadline) { answered = now }

  /// True when the shard's owner spoke just now: a front that only began listening does not know.
  func hears(_ shard: Int, within time: TimeAmount = Self.patience, now: NIODeadline) -> Bool {
    heard[shard].map { now - $0 <= time } ?? false
  }

  /// Since when the store is out of reach; `nil` while it is not. A cut without a word is noticed some seconds later, so
  /// it counts from the last heartbeat, if there was one shortly before.
  var cutSince: NIODeadline? {
    guard !isConnected, let disconnectedAt else { return nil }
    guard let last = heard.values.max(), disconnectedAt - last < Self.unnoticed else { return disconnectedAt }
    return min(last, disconnectedAt)
  }

  private static let unnoticed = TimeAmount.seconds(5)

  /// Heartbeats alone confirm nothing while a read of the page is owed, as after a lost message.
  func condition(
    ofShard shard: Int, storeIsBehind: Bool, readOwedSince: NIODeadline? = nil, now: NIODeadline
  ) -> Condition {
    let age = silence(ofShard: shard, now)
    if age > Self.patience {
      return .stale(reason: reason(ofShard: shard, now: now), ageMilliseconds: age.nanoseconds / 1_000_000)
    }
    if let owed = readOwedSince.map({ now - $0 }), owed > Self.patience {
      return .stale(reason: Self.noAnswer, ageMilliseconds: owed.nanoseconds / 1_000_000)
    }
    return storeIsBehind ? .behind(ageMilliseconds: age.nanoseconds / 1_000_000) : .fresh
  }

  /// How long after it a poll should come again, so that its viewer hears of trouble soon; `nil` while there is no sign of any.
  func nextPoll(ofShard shard: Int, readOwedSince: NIODeadline?, now: NIODeadline) -> TimeAmount? {
    let age = max(silence(ofShard: shard, now), readOwedSince.map { now - $0 } ?? .zero)
    guard age > quiet, age <= Self.patience else { return nil }
    return Self.patience - age + .milliseconds(.random(in: 50...350))
  }

  private func silence(ofShard shard: Int, _ now: NIODeadline) -> TimeAmount { now - (heard[shard] ?? started) }

  private static let noAnswer = "The data store does not answer"

  private func reason(ofShard shard: Int, now: NIODeadline) -> String {
    guard isConnected else { return "The data store cannot be reached" }
    if let answered, now - answered > Self.patienceWithStore { return Self.noAnswer }
    if let last = readOnly[shard], now - last <= Self.patience { return "The data store is read only" }
    return "No producer is running"
  }
}

extension Freshness.Condition {
  /// Equal for two moments of the same trouble, whose age alone differs.
  var kind: String {
    switch self {
    case .fresh: "ok"
    case .stale(let reason, _): "stale \(reason)"
    case .behind: "behind"
    }
  }
}
