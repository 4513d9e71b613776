import DashboardModel
import TestSupport
import Testing

@testable import Front

@Suite struct PollTests {
  private static let counter = ["counter.yml": "title: Counter\nsources: { n: { type: counter, start: 500, every: 1h } }\ncomponents: { count: { type: number, from: n } }\n"]

  @Test func `a poll gives the page whole, then nothing, then what changed`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()

      let whole = try await front.get("/api/pages/board")
      #expect(whole.status == 200)
      #expect(whole.json["type"] == "full")
      #expect(whole.json["to"]?.text == "5-aa:1")
      #expect(whole.header("etag") == "\"5-aa:1/all\"")
      #expect(whole.header("cache-control") == "public, max-age=0, s-maxage=1")
      #expect(try await front.get("/api/pages/board?since=5-aa:1").status == 304)
      var byTag = whole
      // No cache's copy is confirmed during a silence, and a busy machine is soon a second late.
      for _ in 0..<20 where byTag.status != 304 {
        try await producer.beat()
        byTag = try await front.get("/api/pages/board", ["If-None-Match: \"5-aa:1/all\""])
      }
      #expect(byTag.status == 304)

      try await producer.set(2, at: 2)
      var delta = try await front.get("/api/pages/board?since=5-aa:1")
      while delta.status == 304 { delta = try await front.get("/api/pages/board?since=5-aa:1") }
      #expect(delta.text == #"{"type":"delta","from":"5-aa:1","to":"5-aa:2","set":{"a":{"value":2}}}"#)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a poll during a silence is asked to come again when it is known to be trouble`() async throws {
    try await TestFront.run({ $0.limits.quietOwner = .seconds(1) }) { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      let first = try await front.get("/api/pages/board")
      var silent = first
      // A busy machine may miss the second between the first silence and the trouble.
      while silent.header("poll-after") == nil {
        if silent.header("page-state") != nil { try await producer.beat() }
        silent = try await front.get("/api/pages/board?since=5-aa:1")
        try await Task.sleep(for: .milliseconds(50))
      }
      try await producer.beat()
      var again = silent
      while again.header("poll-after") != nil { again = try await front.get("/api/pages/board?since=5-aa:1") }

      #expect(silent.header("page-state") == nil)
      #expect(try #require(silent.header("poll-after").flatMap { Double($0) }) <= 1.35)
      #expect(again.status == 304)
    }
  }

  @Test func `a version from the far future is behind, and moves no floor`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      _ = try await front.get("/api/pages/board")

      var answer: RawResponse
      repeat {
        try await producer.beat()
        answer = try await front.get("/api/pages/board?since=18446744073709551615-ffffffff:18446744073709551615")
      } while answer.header("page-state") == "stale"

      #expect(answer.status == 304)
      #expect(answer.header("page-state") == "behind")
      try await producer.set(2, at: 2)
    }
  }

  @Test(arguments: [
    "a%2Fb", "..", "%2e%2e", "{board}", "%7Bboard%7D", "board%0A", "%F0%9F%98%80", String(repeating: "x", count: 300), "", "board~x",
    "board~vvvvvvvvvvvvvvvvvvvvvv", "BOARD", "board%00", "nothing",
  ])
  func `a name that no page can have is 404`(name: String) async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()

      var status = try await front.get("/api/pages/\(name)").status
      // Where this machine was too slow to hear the owner in time, the page might still come.
      for _ in 0..<20 where status == 503 {
        try await producer.beat()
        status = try await front.get("/api/pages/\(name)").status
      }
      #expect(status == 404)
      #expect(try await front.get("/\(name)%20").status == 404)
    }
  }

  @Test(arguments: [
    ("POST", "/api/pages/board"), ("DELETE", "/api/pages/board"), ("GET", "/api/pages/board/events"),
    ("PUT", "/api/pages/board/events"), ("POST", "/api/pages/board/socket"),
  ])
  func `a wrong method is 405`(method: String, path: String) async throws {
    try await TestFront.run { front in
      let answer = try await front.get(path, method: method, ["Content-Length: 0"])

      #expect(answer.status == 405)
    }
  }

  @Test func `a page whose producer is away is served as stale`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      var answer = try await front.get("/api/pages/board")

      for _ in 0..<60 where answer.header("page-state") == nil {
        try await Task.sleep(for: .milliseconds(50))
        answer = try await front.get("/api/pages/board")
      }

      #expect(answer.header("page-state") == "stale")
      #expect(answer.header("page-reason") == "No producer is running")
      #expect(answer.json["type"] == "full")
    }
  }

  @Test func `a producer's page is there with its first value, and a healthy start warns of nothing`() async throws {
    let recorder = LogRecorder()
    try await TestFront.run(Self.counter, logger: recorder.logger) { front in
      var answer = try await front.get("/api/pages/counter")
      for _ in 0..<40 where answer.json["components"]?["count"]?["value"] == nil {
        try await Task.sleep(for: .milliseconds(50))
        answer = try await front.get("/api/pages/counter")
      }

      #expect(answer.json["components"]?["count"]?["value"] == 501)
      #expect(recorder.lines == [])
    }
  }
}
