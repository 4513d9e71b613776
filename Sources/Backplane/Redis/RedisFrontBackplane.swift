package import DashboardModel
package import NIOCore
package import PageSync
import FoundationEssentials
import Redis
import Synchronization

/// A front's way to Redis: one connection for commands, one for what is published. Call ``stop()`` at the end.
package final class RedisFrontBackplane: FrontBackplane {
  package let front: String
  let keys: RedisKeys
  let client: RedisClient
  let state: Mutex<FrontChannels>
  let outages: OutageLog
  /// A right is missing: nothing else would tell, for an event is just answered `retry`.
  private let refusals: OutageLog
  private let storeCheck: StoreCheck

  /// Starts connecting at once.
  package init(_ configuration: RedisBackplaneConfiguration) throws {
    let front = randomHex(bytes: 16)
    let keys = RedisKeys(prefix: configuration.prefix)
    let client = try RedisClient(configuration.redis(name: "splitflap-front"), eventLoop: configuration.eventLoop)
    self.front = front
    self.keys = keys
    self.client = client
    self.outages = OutageLog(configuration.logger, begins: "the data store cannot be reached")
    self.refusals = OutageLog(configuration.logger, begins: "the data store refuses what this front asks")
    self.storeCheck = StoreCheck(configuration)
    self.state = Mutex(FrontChannels(keys: keys, front: front))
    let subscriber = try RedisSubscriber(
      configuration.redis(name: "splitflap-front-channels"), eventLoop: client.eventLoop
    ) { [weak self] in self?.heard($0) }
    state.withLock {
      $0.subscriber = subscriber
      subscriber.subscribe($0.fixedChannels)
    }
  }

  /// Waits for the connection that is being made; throws if that fails.
  package func ready() async throws { try await client.ready().forBackplane().get() }

  /// Waits for a store that can be used; throws ``BackplaneError/mismatch(_:)`` for one that must not be.
  package func check() async throws {
    while true {
      do {
        try await storeCheck.check(client, tellsFlaws: false)
        let setup = try await client.send(RedisCommand("HGET", keys.setup, "protocol")).forBackplane().get()
        guard let found = setup.text, found != storeProtocol else { return }
        throw BackplaneError.mismatch("the store is set up for protocol \(found); expected \(storeProtocol)")
      } catch BackplaneError.unreachable, BackplaneError.readOnly {
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  package func answers() -> EventLoopFuture<Void> {
    client.send(RedisCommand("PING")).map { _ in }.flatMapErrorThrowing { error in
      // A refusal is an answer too.
      guard case .server(let reply) = error as? RedisError, reply.kind != .busy else { throw error }
    }.forBackplane()
  }

  /// Closes both connections for good.
  package func stop() {
    client.stop()
    state.withLock {
      $0.subscriber?.stop()
      ($0.subscriber, $0.listener) = (nil, nil)
    }
  }

  package func read(_ page: PageKey) -> EventLoopFuture<Snapshot?> {
    told(shard(of: page).flatMap { shard in
      let keys = "mcx".map { self.keys.page(shard, page, $0) }
      return self.client.run(Scripts.read, keys: keys, arguments: []).map { Snapshot(redis: $0) }
    }.forBackplane())
  }

  package func versions(of pages: [PageKey]) -> EventLoopFuture<[Version?]> {
    // Asked each time: a store that was emptied may have been set up anew.
    loadShards().flatMap { shards in
      self.client.pipeline(pages.map { page in
        let key = self.keys.page(Backplane.shard(of: page, among: shards), page, "m")
        return RedisCommand("HMGET", key, "v", "g", "n", "r")
      })
    }.map { replies in
      replies.map { reply in
        guard let values = reply.elements, values.count == 4 else { return nil }
        let fields = zip(["v", "g", "n", "r"], values).compactMap { name, value in value.raw.map { (name, $0) } }
        return Version(meta: Dictionary(uniqueKeysWithValues: fields))
      }
    }.forBackplane()
  }

  package func enqueue(_ event: EventRecord, in shard: Int?) -> EventLoopFuture<EnqueueAnswer> {
    var event = event
    event.sequence = min(event.sequence, largestStoredNumber)
    event.lowest = max(1, min(event.lowest, event.sequence))
    let arguments = ["\(event.sequence)", "\(event.lowest)", event.digest].map { Array($0.utf8) } + event.fields
    let viewer = event.viewer
    let known = shard.map { client.eventLoop.makeSucceededFuture($0) }
    return told((known ?? self.shard(of: event.page)).flatMap { shard in
      let keys = [self.keys.events(shard), self.keys.marks(shard, viewer)]
      return self.client.run(Scripts.enqueue, keys: keys, arguments: arguments)
    }.flatMapThrowing { try EnqueueAnswer(ScriptAnswer($0)) }.forBackplane())
  }

  package func standing(of sequence: UInt64, by viewer: ViewerID, on page: PageKey) -> EventLoopFuture<EventStanding> {
    shard(of: page).flatMap { shard in
      self.client.send(RedisCommand("HMGET", self.keys.marks(shard, viewer), "q", "d", "r\(sequence)"))
    }.flatMapThrowing { reply in
      if let error = reply.failure, error.kind != .wrongType { throw RedisError.server(error) }
      return EventStanding(marks: reply.elements ?? [], sequence)
    }.forBackplane()
  }

  package func raiseFloor(to generation: UInt64, for page: PageKey) -> EventLoopFuture<Void> {
    let number = min(generation, largestStoredNumber)
    return shard(of: page).flatMap { shard in
      self.client.run(Scripts.raiseFloor, keys: [self.keys.floor(shard)], arguments: [Array("\(number)".utf8)])
    }.map { _ in }.forBackplane()
  }

  package func signingKey(known: [UInt8]?) -> EventLoopFuture<[UInt8]> {
    let fresh = Data(known ?? (0..<32).map { _ in UInt8.random(in: 0 ... .max) }).base64EncodedString()
    let commands = [RedisCommand("SETNX", keys.signingKey, fresh), RedisCommand("GET", keys.signingKey)]
    return client.pipeline(commands).flatMapThrowing { replies in
      if let error = replies.lazy.compactMap(\.failure).first { throw RedisError.server(error) }
      guard let text = replies.last?.text, let key = Data(base64Encoded: text), key.count == 32 else {
        throw BackplaneError.mismatch("the key in \(self.keys.signingKey) is not 32 bytes of Base64")
      }
      return Array(key)
    }.forBackplane()
  }

  private func told<T>(_ answer: EventLoopFuture<T>) -> EventLoopFuture<T> {
    let refusals = refusals
    return answer.flatMapErrorThrowing { error in
      if case .mismatch(let reason) = error as? BackplaneError { refusals.began(reason) }
      throw error
    }
  }

  private func shard(of page: PageKey) -> EventLoopFuture<Int> {
    shards().map { Backplane.shard(of: page, among: $0) }
  }

  /// The number of shards; asked for until a producer has set the store up, 1 until then.
  func shards() -> EventLoopFuture<Int> {
    if let known = state.withLock(\.shards) { return client.eventLoop.makeSucceededFuture(known) }
    return loadShards()
  }

  func loadShards() -> EventLoopFuture<Int> {
    client.send(RedisCommand("HGET", keys.setup, "shards")).map { reply in
      guard let number = reply.text.flatMap({ Int($0) }), (1...64).contains(number) else {
        return self.state.withLock(\.shards) ?? 1
      }
      let listener = self.state.withLock { state -> (any BackplaneListener)? in
        state.set(shards: number)
        return state.listener
      }
      listener?.found(shards: number)
      return number
    }
  }
}

extension EventStanding {
  /// From last queued, last done and the kept reply. Marks that do not fit count as absent, as in the scripts.
  init(marks: [RedisValue], _ sequence: UInt64) {
    let numbers = marks.prefix(2).map { $0.text.flatMap { storedNumber($0) } ?? 0 }
    guard marks.count == 3, sequence <= max(numbers[0], numbers[1]) else {
      self = .unknown
      return
    }
    self = sequence <= numbers[1] ? .done(marks[2].text.flatMap { EventReply($0) }) : .pending
  }
}

extension EnqueueAnswer {
  init(_ answer: ScriptAnswer) throws(BackplaneError) {
    let fact = answer.facts.first ?? ""
    switch answer.code {
    case "QUEUED": self = .queued
    case "PENDING": self = .pending
    case "TAKEN": self = .taken
    case "DONE": self = .done(EventReply(fact))
    case "BUSY": self = .busy
    case "GAP":
      guard let expected = storedNumber(fact) else { throw answer.unexpected }
      self = .gap(expected: expected)
    default: throw answer.unexpected
    }
  }
}

/// Random lower-case hexadecimal digits, two per byte.
func randomHex(bytes: Int) -> String {
  let digits = Array("0123456789abcdef")
  return String((0..<(2 * bytes)).map { _ in digits[Int.random(in: 0..<16)] })
}
