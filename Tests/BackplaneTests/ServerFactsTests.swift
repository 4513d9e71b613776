import NIOCore
import Testing

@testable import Backplane

@Suite struct ServerFactsTests {
  @Test(arguments: [
    ("redis_version:6.0.16\r\nmaxmemory_policy:noeviction", "6.2 or later"),
    ("redis_version:7.0.15\r\nmaxmemory_policy:allkeys-lru", "maxmemory-policy is allkeys-lru"),
    ("redis_version:7.0.15\r\nmaxmemory_policy:volatile-ttl", "noeviction"),
    ("redis_version:7.2.4\r\nredis_mode:cluster", "cluster"), ("", "too old"), ("redis_version:x.y", "unknown version"),
  ])
  func `a server that cannot be used is refused with the reason`(_ info: String, _ word: String) {
    #expect(ServerFacts(info: info).refusal?.contains(word) == true)
  }

  @Test func `a server with the right settings is taken`() {
    #expect(ServerFacts(info: "redis_version:6.2.0\r\nredis_mode:standalone\r\nmaxmemory_policy:noeviction").refusal == nil)
    #expect(ServerFacts(info: "redis_version:10.1.0").refusal == nil)
  }

  @Test(arguments: [
    ("6.2.20", .fixed), ("6.2.19", .open(since: "6.2.20")), ("7.0.15", .unknown), ("7.2.4", .open(since: "7.2.11")),
    ("7.4.6", .fixed), ("8.0.3", .open(since: "8.0.4")), ("8.2.1", .open(since: "8.2.2")), ("8.2.2", .fixed),
    ("8.4.0", .fixed), ("9.0.0", .fixed),
  ] as [(String, ServerFacts.LuaFlaws)])
  func `releases with the flaws of Lua are told from repaired ones`(_ version: String, _ expected: ServerFacts.LuaFlaws) {
    #expect(ServerFacts(info: "redis_version:\(version)\r\n").luaFlaws == expected)
  }

  @Test func `Valkey goes by its own numbers`() {
    func facts(_ version: String) -> ServerFacts {
      ServerFacts(info: "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:\(version)\r\n")
    }

    #expect(facts("8.0.6").luaFlaws == .fixed)
    #expect(facts("8.1.3").luaFlaws == .open(since: "8.1.4"))
    #expect(facts("9.0.0").luaFlaws == .fixed)
    #expect(facts("8.0.6").name == "Valkey 8.0.6")
  }
}

@Suite struct OutageLogTests {
  @Test func `one cause is told once a minute, another one after five seconds`() {
    var state = OutageLog.State()
    let start = NIODeadline.uptimeNanoseconds(1)
    let told = [("a", 0), ("a", 1), ("b", 2), ("b", 6), ("b", 60), ("b", 67)].map { reason, seconds in
      state.isNews(reason, now: start + .seconds(Int64(seconds)))
    }

    #expect(told == [true, false, false, true, false, true])
  }

  @Test func `the end is told once, and only of what was told`() {
    var state = OutageLog.State()
    let before = state.ended()
    _ = state.isNews("a", now: .uptimeNanoseconds(1))

    #expect([before, state.ended(), state.ended()] == [false, true, false])
  }
}
