import AsyncHTTPClient
import DashboardModel
import Testing

@testable import Producer

struct SmallSourceTests {
  @Test func `a counter begins after its start and goes on after a restart`() {
    let counter = CounterSource(start: 500, step: 1)
    #expect(counter.fetch() == 501)

    let next = CounterSource(start: 500, step: 1)
    next.restore(counter.state ?? .null)

    #expect(next.fetch() == 502)
    next.restore(["count": "x"])
    #expect(next.fetch() == 503)
  }

  @Test func `a push source goes on with its last value after a restart`() {
    let source = PushSource(expect: nil)
    #expect(source.state == nil)
    source.push(["a": 1])

    let next = PushSource(expect: nil)
    next.restore(source.state ?? .null)

    #expect(next.current == ["a": 1])
  }

  @Test func `a clock tells the parts of the time in its zone`() throws {
    let value = try ClockSource(timezone: "Europe/Berlin", wall: { 1_772_355_905_250 }).fetch()

    #expect(value["iso"] == "2026-03-01T10:05:05+01:00")
    #expect(value["unix"] == 1_772_355_905)
    #expect([value["hour"], value["minute"], value["second"]] == [10, 5, 5])
    #expect([value["weekday"], value["date"], value["time"]] == ["Sunday", "2026-03-01", "10:05:05"])
    #expect(try ClockSource(timezone: nil, wall: { 0 }).fetch()["iso"] == "1970-01-01T00:00:00Z")
    #expect(throws: SourceError("this machine does not know the time zone")) {
      try ClockSource(timezone: "Mars/Base").fetch()
    }
  }

  @Test func `the text of INFO becomes an object`() async throws {
    let source = RedisSource(command: ["info"]) { _ in
      .string("# Server\r\nredis_version:7.0.15\r\nused_memory:1024\r\nrole:master\r\nmaster_host:\r\n\r\n"
        + "# Keyspace\r\ndb0:keys=1,expires=0,avg_ttl=0\r\n")
    }

    #expect(try await source.fetch() == [
      "redis_version": "7.0.15", "used_memory": 1024, "role": "master", "master_host": "",
      "db0": ["keys": 1, "expires": 0, "avg_ttl": 0],
    ])
  }

  @Test func `names and values of a hash become an object, other replies stay`() async throws {
    let hash = RedisSource(command: ["HGETALL", "h"]) { _ in ["a", "1", "b", "2"] }
    #expect(try await hash.fetch() == ["a": "1", "b": "2"])
    #expect(try await RedisSource(command: ["LLEN", "jobs"]) { _ in 4 }.fetch() == 4)
    #expect(try await RedisSource(command: ["HGETALL", "h"]) { _ in [] }.fetch() == [:])
  }

  @Test(arguments: [
    ("plain", "plain"), ("two\nlines\r", #"two\nlines\r"#), ("\u{1B}[31mred", #"\u{1b}[31mred"#),
    ("at redis://:pass@host/0 and https://u:p@h?x", "at redis://***@host/0 and https://***@h?x"),
    ("mail me@host", "mail me@host"), ("turned \u{202E}round", #"turned \u{202e}round"#), ("key=s3cret!", "key=***"),
    ("token 4f1c9a77e2 refused", "token *** refused"), ("s3cret!s3cret!", "******"),
  ])
  func `a reason is one clean line`(text: String, expected: String) {
    #expect(Reason.clean(text, hiding: ["s3cret!", "a", "Bearer 4f1c9a77e2"]) == expected)
  }

  @Test func `a reason is cut at 200 characters`() {
    #expect(Reason.clean(String(repeating: "é\n", count: 300)).count == 200)
  }

  @Test func `a definition leads to its source`() async throws {
    let context = SourceContext(
      folder: "/", client: HTTPClient.shared, redis: { command, url in [.string(command[0]), .string(url ?? "own")] },
      dashboards: { ["d"] })

    func fetch(_ kind: SourceDefinition.Kind) async throws -> JSON {
      try await context.source(for: SourceDefinition(name: "s", kind: kind, every: 1)).fetch()
    }

    #expect(try await fetch(.counter(start: 1, step: 2)) == 3)
    #expect(try await fetch(.command(["echo", "1"])) == 1)
    #expect(try await fetch(.redis(command: ["PING"], url: nil)) == ["PING", "own"])
    #expect(try await fetch(.dashboards) == ["d"])
    await #expect(throws: SourceError("nothing was pushed for 15 min")) {
      try await fetch(.push(token: "t", expect: 900))
    }
  }

  @Test func `an image component without a from has a source of its own`() throws {
    var picture = ComponentDefinition(id: try #require(ComponentID("plan")), type: .image)
    picture.properties["path"] = "plan.png"
    let context = SourceContext(folder: "/", client: HTTPClient.shared, redis: { _, _ in nil }, dashboards: { nil })

    let (definition, _) = try #require(context.imageSource(for: picture))

    #expect(definition.name == "@image/plan")
    #expect(definition.every == 300)
    #expect(ComponentEngine(picture).sourceNames == ["@image/plan"])
  }
}
