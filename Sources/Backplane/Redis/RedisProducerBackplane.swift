package import DashboardModel
package import PageSync
package import Redis
import NIOCore
import Synchronization

/// A producer's way to Redis: one connection for commands, and one per shard that waits for events.
/// Call ``stop()`` at the end.
package final class RedisProducerBackplane: ProducerBackplane {
  let configuration: RedisBackplaneConfiguration
  let keys: RedisKeys
  let client: RedisClient
  /// The connections that wait, made when a shard is first asked for; at most one per shard.
  let waiting = Mutex<[Int: RedisClient]>([:])
  /// As configured; written again with a new lease, for the store may have lost it.
  let shards = Mutex<Int?>(nil)
  let hints = Hints()
  let check: StoreCheck
  /// The store is there and refuses what is written.
  private let refusals: OutageLog

  /// Starts connecting. `onState` tells of the command connection.
  package init(
    _ configuration: RedisBackplaneConfiguration, onState: @escaping @Sendable (RedisClient.State) -> Void = { _ in }
  ) throws {
    self.configuration = configuration
    self.keys = RedisKeys(prefix: configuration.prefix)
    self.check = StoreCheck(configuration)
    self.refusals = OutageLog(
      configuration.logger, begins: "the data store takes no changes", ends: "the data store takes changes again")
    let outages = OutageLog(
      configuration.logger, begins: "the data store cannot be reached", ends: "connected to the data store again")
    self.client = try RedisClient(
      configuration.redis(name: "splitflap-producer"), eventLoop: configuration.eventLoop
    ) { [hints] state in
      switch state {
      case .connected: outages.ended()
      case .disconnected(let reason): outages.began(reason)
      }
      onState(state)
      if state == .connected { hints.tell(.connected) }
    }
  }

  /// Waits for the connection that is being made; throws if that fails.
  package func ready() async throws { try await client.ready().forBackplane().get() }

  /// Closes all connections for good.
  package func stop() {
    client.stop()
    hints.stop()
    for client in waiting.withLock({ clients in
      defer { clients = [:] }
      return Array(clients.values)
    }) { client.stop() }
  }

  func run(
    _ script: RedisScript, keys: [String], arguments: [String], on client: RedisClient? = nil
  ) async throws -> ScriptAnswer {
    try await run(script, keys: keys, arguments: arguments.map { Array($0.utf8) }, on: client)
  }

  func run(
    _ script: RedisScript, keys: [String], arguments: [[UInt8]], on client: RedisClient? = nil
  ) async throws -> ScriptAnswer {
    let reply = (client ?? self.client).run(script, keys: keys, arguments: arguments)
    let value: Result<RedisValue, any Error>
    do { value = .success(try await reply.get()) } catch { value = .failure(error) }
    return try answer(of: script, value).get()
  }

  /// What a script said; notes whether the store takes what is written.
  private func answer(of script: RedisScript, _ reply: Result<RedisValue, any Error>) -> Result<ScriptAnswer, BackplaneError> {
    do throws(BackplaneError) {
      let answer = try ScriptAnswer(reply.mapError { BackplaneError($0) }.get())
      if !script.isReadOnly { refusals.ended() }
      return .success(answer)
    } catch {
      switch error {
      case .readOnly(let reason), .mismatch(let reason): refusals.began(reason)
      case .unreachable: break
      }
      return .failure(error)
    }
  }

  func pipeline(_ commands: [RedisCommand]) async throws -> [RedisValue] {
    try await client.pipeline(commands).forBackplane().get()
  }
}

extension RedisProducerBackplane {
  package func send(_ commits: [Commit], answered: @escaping @Sendable (CommitResult) -> Void) {
    let calls = commits.map { call(of: $0) }
    // In one turn of the loop, so that they leave together.
    client.eventLoop.execute { [self] in
      for (commit, call) in zip(commits, calls) {
        client.run(Scripts.commit, keys: call.keys, arguments: call.arguments).whenComplete { [self] reply in
          let answer = answer(of: Scripts.commit, reply).flatMap { answer in
            Result { () throws(BackplaneError) in try CommitAnswer(answer) }
          }
          answered(CommitResult(commit, answer))
        }
      }
    }
  }

  private func call(of commit: Commit) -> (keys: [String], arguments: [[UInt8]]) {
    let shard = self.shard(of: commit.page)
    let finished = commit.storableFinished
    let used = [keys.lease(shard), keys.floor(shard)] + "mcxk".map { keys.page(shard, commit.page, $0) }
      + [keys.events(shard), keys.pages(shard)] + finished.map { keys.marks(shard, $0.viewer) }
    var arguments = ScriptArguments()
    arguments.add(commit, channel: keys.channel(shard, commit.page))
    arguments.add(finished, keys: keys)
    return (used, arguments.list)
  }

  package func drop(_ page: PageKey, hold: LeaseHold) async throws -> CommitAnswer {
    let shard = self.shard(of: page)
    let used = [keys.lease(shard)] + "mcxk".map { keys.page(shard, page, $0) } + [keys.pages(shard)]
    let message = String(decoding: PageMessage.gone.bytes, as: UTF8.self)
    let arguments = [hold.owner, "\(hold.fence)", "\(page)", keys.channel(shard, page), message]
    return try await CommitAnswer(run(Scripts.drop, keys: used, arguments: arguments))
  }

  func shard(of page: PageKey) -> Int { Backplane.shard(of: page, among: shards.withLock { $0 ?? 1 }) }
}

/// The flat arguments of the commit script, in its order.
struct ScriptArguments {
  private(set) var list: [[UInt8]] = []

  mutating func add(_ texts: String...) { list += texts.map { Array($0.utf8) } }

  mutating func add(_ commit: Commit, channel: String) {
    let to = commit.to
    add(commit.hold.owner, "\(commit.hold.fence)", "\(to.epoch.generation)", String(to.epoch.nonce, radix: 16))
    add("\(to.revision)", commit.base.map { "\($0)" } ?? "", commit.definitionHash, "\(commit.page)", channel)
    list.append(commit.message.bytes)
    let sets = commit.sets, removes = commit.removes
    add("\(sets.count)")
    for (id, value) in sets {
      add(id.name)
      list.append(Snapshot.StoredValue(revision: to.revision, value: value).redis)
    }
    add("\(removes.count)")
    for id in removes { add(id.name) }
    add("\(commit.privateState.count)")
    for (name, value) in commit.privateState {
      add(name, value == nil ? "0" : "1")
      list.append(value ?? [])
    }
  }

  mutating func add(_ finished: [FinishedEvent], keys: RedisKeys) {
    add("\(finished.count)")
    for event in finished {
      add(isEntryID(event.entry) ? event.entry : "", "\(event.sequence)", event.reply.text, keys.replies(event.front))
      add(ReplyText(viewer: event.viewer, sequence: event.sequence, reply: event.reply).text)
    }
  }
}

extension CommitAnswer {
  init(_ answer: ScriptAnswer) throws(BackplaneError) {
    let fact = answer.facts.first ?? ""
    switch answer.code {
    case "OK": self = .ok
    case "NOLEASE": self = .noLease
    case "FENCED": self = .fenced(try answer.lease())
    case "CORRUPT": self = .corrupt
    case "CONFLICT": self = .conflict(Version(fact))
    case "FLOOR":
      guard let floor = storedNumber(fact) else { throw answer.unexpected }
      self = .floor(floor)
    default: throw answer.unexpected
    }
  }
}
