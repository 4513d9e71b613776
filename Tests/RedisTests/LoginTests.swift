import FoundationEssentials
import NIOCore
import Redis
import Testing
import TestSupport

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"), .serialized, .timeLimit(.minutes(2)))
struct LoginTests {
  @Test func `a password that changed in its file is used at the next connection`() async throws {
    let server = try RedisServer(["--requirepass", "old"])
    let file = "\(server.directory)/password"
    try write("old\n", to: file)
    var address = RedisAddress(port: server.port)
    address.login.passwordFile = file
    let states = States()
    try await withClient(address: address, states: states) { (client, _) async throws in
      try write("new\nmore", to: file)
      _ = try await client.send(RedisCommand("CONFIG", "SET", "requirepass", "new")).get()
      _ = try? await client.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")).get()
      await states.wait { $0.count > 1 && $0.last == .connected }

      #expect(states.all.last == .connected)
    }
  }

  @Test func `a missing right is told with the command or the script it was missing for`() async throws {
    let server = try RedisServer()
    try await withClient(server) { (client, _) async throws in
      let rights = ["on", ">pw", "~own:*", "+@all", "-flushall"]
      _ = try await client.send(RedisCommand(texts: ["ACL", "SETUSER", "weak"] + rights)).get()
    }
    var address = RedisAddress(port: server.port)
    address.login = RedisLogin(user: "weak", password: "pw")
    try await withClient(address: address) { (client, _) async throws in
      let script = RedisScript(name: "take", text: "return redis.call('SET', 'other', '1')")
      let answers = [
        ("GET other", client.send(RedisCommand("GET", "other"))), ("flushall", client.send(RedisCommand("FLUSHALL"))),
        ("script take", client.run(script, keys: [], arguments: [])),
        ("script take", client.run(script, keys: ["other"], arguments: [])),
      ]
      for (named, answer) in answers {
        let error = await #expect(throws: RedisError.self) { try await answer.get() }
        guard case .server(let reply) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(reply.kind == .noPermission && reply.message.contains(named), "\(reply.message)")
      }
    }
  }

  @Test func `a subscriber without the right says so`() async throws {
    let server = try RedisServer()
    try await withClient(server) { (client, _) async throws in
      let rights = ["on", ">pw", "~*", "resetchannels", "&own:*", "+@all"]
      _ = try await client.send(RedisCommand(texts: ["ACL", "SETUSER", "weak"] + rights)).get()
    }
    var address = RedisAddress(port: server.port)
    address.login = RedisLogin(user: "weak", password: "pw")
    let (reasons, told) = AsyncStream<String>.makeStream()
    let subscriber = try RedisSubscriber(RedisConfiguration(address)) { event in
      if case .disconnected(let reason) = event { told.yield(reason) }
    }
    defer { subscriber.stop() }

    subscriber.subscribe(["other"])

    var iterator = reasons.makeAsyncIterator()
    #expect(await iterator.next()?.contains("SUBSCRIBE refused: NOPERM") == true)
  }

  @Test func `neither a login nor what holds one shows the password`() {
    var address = RedisAddress()
    address.login = RedisLogin(user: "ops", password: "s3cr3t")
    address.sentinelLogin = RedisLogin(password: "s3cr3t")
    var dumped = ""
    dump(address, to: &dumped)
    dump(RedisConfiguration(address), to: &dumped)

    let shown = "\(address) \(String(reflecting: address)) \(address.login) \(String(reflecting: address.login)) \(dumped)"

    #expect(!shown.contains("s3cr3t"))
  }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }
}
