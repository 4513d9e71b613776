import Backplane
import Foundation
import PageSync
import Redis
import Testing
import TestSupport

/// deploy/redis-users.acl on a real server: the product works under its two users, and neither may do more.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized, .timeLimit(.minutes(2)))
struct AccessTests {
  @Test func `everything the two sides do is allowed`() async throws {
    try await withUsers { (front, producer, _) async throws in
      let listener = Listener()
      front.listen(listener)
      front.subscribe(page)
      try await listener.wait(for: .subscribed(page))
      let bench = Bench(front: front, producer: producer)
      let hold = try await bench.lead()
      _ = try await producer.beat(0, hold: hold, versions: [page: version(5, 1)])
      #expect(try await producer.commit(first(hold)) == .ok)
      #expect(try await producer.commit(next(hold, version(5, 1), [id("count"): nil, id("new"): value(2)])) == .ok)
      #expect(try await front.read(page).get()?.version == version(5, 2))
      #expect(try await front.versions(of: [page]).get() == [version(5, 2)])
      #expect(try await front.signingKey(known: nil).get().count == 32)

      try await handleEvents(bench, hold)

      try await front.raiseFloor(to: 7, for: page).get()
      #expect(try await producer.standing(of: [page]) == [version(5, 3)])
      #expect(try await producer.restore(0).map(\.key) == [page])
      #expect(try await producer.drop(page, hold: hold) == .ok)
      try await producer.release(0, hold: hold)
      let seen = try #require(try await producer.lease(of: 0))
      guard case .granted = try await producer.steal(0, owner: "b", seen: seen, minimumFence: 0) else {
        return #expect(Bool(false))
      }
    }
  }

  private func handleEvents(_ bench: Bench, _ hold: LeaseHold) async throws {
    let (front, producer) = (bench.front, bench.producer)
    for sequence in 1...4 { #expect(try await front.enqueue(click(UInt64(sequence))).get() == .queued) }
    let events = try await producer.newEvents(0, after: nil, limit: 10, wait: .zero)
    try #require(events.count == 4)
    #expect(try await producer.begin(0, entries: events.map(\.entry), hold: hold) == [0, 0, 0, 0])
    var commit = next(hold, version(5, 2), [id("new"): value(3)])
    commit.finished = [finished(events[0], .applied(version(5, 3)))]
    #expect(try await producer.commit(commit) == .ok)
    try await producer.finish(0, event: events[1], reply: .failed("handler"), hold: hold)
    try await producer.bury(0, event: events[2], hold: hold)
    try await producer.acknowledge(0, entries: [events[3].entry])
    #expect(try await front.enqueue(click(1)).get() == .done(.applied(version(5, 3))))
  }

  @Test(arguments: [
    "HSET sf:{s0}:p:counter:m r 9", "HSET sf:{s0}:p:counter:c count x", "DEL sf:{s0}:p:counter:x", "HGETALL sf:{s0}:p:counter:k",
    "HSET sf:{s0}:lease o me", "HGETALL sf:{s0}:lease", "DEL sf:{s0}:lease", "DEL sf:{s0}:floor", "SADD sf:{s0}:pages x",
    "XRANGE sf:{s0}:ev - +", "XREAD STREAMS sf:{s0}:ev 0", "XDEL sf:{s0}:ev 1-1", "HSET sf:cfg protocol 2", "DEL sf:cfg",
    "SET sf:key x", "DEL sf:key", "PUBLISH sf:{s0}:hb 1", "PUBLISH sf:{s0}:p:counter:d gone", "SUBSCRIBE other",
    "GET other", "KEYS *", "CONFIG GET *", "FLUSHALL", "FLUSHDB", "DEBUG SLEEP 0", "SCRIPT FLUSH", "SHUTDOWN",
    "ACL LIST", "CLIENT LIST", "CLIENT KILL TYPE normal", "MONITOR", "REPLICAOF NO ONE", "MODULE LIST", "FUNCTION LIST",
  ])
  func `a front may do nothing else`(_ words: String) async throws {
    try await withUsers { (_, _, server) async throws in
      #expect(try await refusal(of: words.split(separator: " ").map(String.init), "front", server) == .noPermission)
    }
  }

  @Test(arguments: [
    "sf:{s0}:p:counter:m HSET", "sf:{s0}:p:counter:c HSET", "sf:{s0}:lease HSET", "sf:{s0}:p:counter:k HGETALL",
  ])
  func `nor does a script do it for a front`(_ words: String) async throws {
    let parts = words.split(separator: " ").map(String.init)
    let rest = parts[1] == "HSET" ? ", 'r', '9'" : ""
    try await withUsers { (_, _, server) async throws in
      let declared = ["EVAL", "return redis.call('\(parts[1])', KEYS[1]\(rest))", "1", parts[0]]
      let hidden = ["EVAL", "return redis.call('\(parts[1])', '\(parts[0])'\(rest))", "1", "sf:{s0}:ev"]
      let reading = ["EVAL_RO", "return redis.call('\(parts[1])', KEYS[1]\(rest))", "1", parts[0]]
      for attempt in [declared, hidden] { #expect(try await refusal(of: attempt, "front", server) == .noPermission) }
      #expect(try await refusal(of: reading, "front", server) != nil)
    }
  }

  @Test(arguments: [
    "GET sf:key", "SET sf:key x", "DEL sf:key", "GET other", "SET other x", "KEYS *", "CONFIG GET *", "FLUSHALL",
    "DEBUG SLEEP 0", "SCRIPT FLUSH", "SHUTDOWN", "ACL LIST", "CLIENT KILL TYPE normal", "MONITOR", "REPLICAOF NO ONE",
    "PUBLISH other x", "EVAL return(redis.call('GET','sf:key')) 1 sf:{s0}:ev",
  ])
  func `a producer is no administrator and cannot read what signs sessions`(_ words: String) async throws {
    try await withUsers { (_, _, server) async throws in
      #expect(try await refusal(of: words.split(separator: " ").map(String.init), "producer", server) == .noPermission)
    }
  }

  @Test func `every command of the scripts is in the list of rights`() throws {
    let list = try String(contentsOf: Self.root.appending(path: "deploy/redis-users.acl"), encoding: .utf8).lowercased()
    let producer = try #require(list.split(separator: "\n").first { $0.hasPrefix("user producer ") })
    let rights = Set(producer.split(separator: " "))
    let folder = Self.root.appending(path: "Sources/Backplane/Scripts").path
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      for match in text.matches(of: /call\('([A-Z]+)'/) {
        let right = "+\(match.1.lowercased())"
        #expect(rights.contains { $0 == right || $0.hasPrefix("\(right)|") }, "\(match.1) in \(name)")
      }
    }
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A server with the users of the shipped file, whose passwords are their names.
  private func withUsers(
    _ body: (RedisFrontBackplane, RedisProducerBackplane, RedisServer) async throws -> Void
  ) async throws {
    var list = try String(contentsOf: Self.root.appending(path: "deploy/redis-users.acl"), encoding: .utf8)
    for name in ["front", "producer"] {
      list = list.replacingOccurrences(of: "#\(name.uppercased())_PASSWORD_SHA256", with: ">\(name)")
    }
    let file = "/tmp/splitflap-users-\(UInt64.random(in: 0 ... .max)).acl"
    try list.write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let server = try RedisServer(["--aclfile", file])
    let front = try RedisFrontBackplane(configuration("front", server))
    let producer = try RedisProducerBackplane(configuration("producer", server))
    defer {
      front.stop()
      producer.stop()
    }
    try await front.ready()
    try await producer.ready()
    try await producer.configure(shards: 1)
    try await body(front, producer, server)
  }

  private func configuration(_ name: String, _ server: RedisServer) -> RedisBackplaneConfiguration {
    var address = RedisAddress(port: server.port)
    address.login = RedisLogin(user: name, password: name)
    var configuration = RedisBackplaneConfiguration(address)
    configuration.timing.connectTimeout = .seconds(10)
    configuration.timing.commandTimeout = .seconds(10)
    return configuration
  }

  /// What kind of error a command is answered with; `nil` if it is allowed.
  private func refusal(of words: [String], _ name: String, _ server: RedisServer) async throws -> RedisServerError.Kind? {
    let configuration = configuration(name, server)
    var plain = RedisConfiguration(configuration.address)
    plain.timing = configuration.timing
    let client = try RedisClient(plain)
    defer { client.stop() }
    try await client.ready().get()
    do {
      _ = try await client.send(RedisCommand(texts: words)).get()
      return nil
    } catch RedisError.server(let error) { return error.kind }
  }
}
