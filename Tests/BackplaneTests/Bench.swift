import Backplane
import DashboardModel
import PageSync
import Redis
import Testing
import TestSupport

/// The stores that must answer alike.
enum Store: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case memory, redis

  /// Redis is left out, visibly, where there is none.
  static var all: [Store] { RedisServer.isAvailable ? allCases : [.memory] }
  var testDescription: String { rawValue }
}

/// A front and a producer over one store of their own.
struct Bench: Sendable {
  let front: any FrontBackplane
  let producer: any ProducerBackplane
  let listener = Listener()

  /// Runs a test with a fresh store.
  static func run(_ store: Store, shards: Int = 1, _ body: (Bench) async throws -> Void) async throws {
    switch store {
    case .memory:
      let memory = MemoryBackplane()
      try await memory.configure(shards: shards)
      let bench = Bench(front: memory, producer: memory)
      memory.listen(bench.listener)
      try await body(bench)
    case .redis:
      try await RedisBench.run(shards: shards) { try await body($0.bench) }
    }
  }

  /// Takes the lease of shard 0.
  func lead(_ owner: String = "a") async throws -> LeaseHold {
    guard case .granted(let lease) = try await producer.acquire(0, owner: owner, minimumFence: 0) else {
      throw Unexpected(what: "the lease is not granted")
    }
    return LeaseHold(owner: owner, fence: lease.fence)
  }

  /// The next new event of shard 0.
  func nextEvent() async throws -> QueuedEvent {
    let events = try await producer.newEvents(0, after: nil, limit: 1, wait: .seconds(2))
    return try #require(events.first)
  }
}

/// The same over Redis, with what only Redis tests need.
struct RedisBench: Sendable {
  let bench: Bench
  let client: RedisClient
  let prefix: String

  /// On a server of the test's own if one is given.
  static func run(
    shards: Int = 1, on server: RedisServer? = nil, _ body: (RedisBench) async throws -> Void
  ) async throws {
    let server = try server ?? RedisServer.shared()
    var configuration = RedisBackplaneConfiguration(RedisAddress(port: server.port))
    configuration.prefix = "t\(UInt64.random(in: 0 ... .max)):"
    // A busy test machine is no reason to fail.
    configuration.timing.connectTimeout = .seconds(10)
    configuration.timing.commandTimeout = .seconds(10)
    let producer = try RedisProducerBackplane(configuration)
    let front = try RedisFrontBackplane(configuration)
    var plain = RedisConfiguration(configuration.address)
    plain.timing = configuration.timing
    let client = try RedisClient(plain)
    defer {
      producer.stop()
      front.stop()
      client.stop()
    }
    try await producer.ready()
    try await producer.configure(shards: shards)
    try await front.ready()
    try await client.ready().get()
    let bench = Bench(front: front, producer: producer)
    front.listen(bench.listener)
    try await body(RedisBench(bench: bench, client: client, prefix: configuration.prefix))
  }

  /// Sends a command whose keys are written without the prefix: `p:counter:m` of shard 0.
  @discardableResult
  func redis(_ word: String, _ key: String, _ rest: String...) async throws -> RedisValue {
    try await client.send(RedisCommand(texts: [word, "\(prefix){s0}:\(key)"] + rest)).get()
  }
}

struct Unexpected: Error { let what: String }

let page = PageKey("counter")!
let viewer = ViewerID("viewer-0123456789")!

func id(_ name: String) -> ComponentID { ComponentID(name)! }
func value(_ number: Int) -> ComponentValue { ComponentValue(["value": .number(Double(number))]) }
func version(_ generation: UInt64, _ revision: UInt64) -> Version {
  Version(epoch: Epoch(generation: generation, nonce: 0xAA), revision: revision)
}

/// A page's first commit of generation `generation`.
func first(
  _ hold: LeaseHold, _ generation: UInt64 = 5, _ components: [ComponentID: ComponentValue] = [id("count"): value(1)]
) -> Commit {
  Commit(page: page, hold: hold, base: nil, to: version(generation, 1), update: .whole(components))
}

/// A commit that leads from `base` to the next revision; `nil` removes a component.
func next(_ hold: LeaseHold, _ base: Version, _ values: [ComponentID: ComponentValue?]) -> Commit {
  let to = Version(epoch: base.epoch, revision: base.revision + 1)
  let changes = values.map { id, value in ComponentChange(id, value.map { .set($0) } ?? .remove) }
  let update = Update(from: base, to: to, changes: changes.sorted { $0.id < $1.id })
  return Commit(page: page, hold: hold, base: base, to: to, update: .changes(update, values: values))
}

func click(_ sequence: UInt64, lowest: UInt64 = 1, front: String = "front") -> EventRecord {
  EventRecord(
    page: page, viewer: viewer, sequence: sequence, lowest: lowest, component: "hi", name: "click", front: front)
}

func finished(_ event: QueuedEvent, _ reply: EventReply) -> FinishedEvent {
  FinishedEvent(
    entry: event.entry, viewer: event.record.viewer, sequence: event.record.sequence, front: event.record.front,
    reply: reply)
}
