import DashboardModel
import NIOCore
import TestSupport
import Testing
import WebServer

@testable import Front

/// The short way for requests that came before against the long way: the same bytes must get the same answer.
@Suite struct RepeatedPollTests {
  fileprivate static let poll = "GET /api/pages/board?since=5-aa:1&client=\(Browser.tab) HTTP/1.1\r\nHost: localhost\r\n"
    + "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br\r\n"
    + "Accept-Language: en\r\nCookie: splitflap=abc.def\r\nSec-Fetch-Site: same-origin\r\n\r\n"

  @Test func `every change of a request is answered as if it had never been seen`() async throws {
    var plain = WebServerConfiguration(port: 0)
    plain.remembersRequests = false
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      try await TestFront.run({ _ in }, web: plain) { other in
        let second = try await ManualProducer(other.backplane)
        try await second.begin()
        try await front.settle()
        try await other.settle()
        var random = Seeded(state: 7)
        for request in Self.requests(600, &random) {
          try await producer.beat()
          try await second.beat()
          let (short, long) = (try await front.second(request), try await other.second(request))
          #expect(short == long, "\(String(decoding: request, as: UTF8.self).debugDescription)")
        }
      }
    }
  }

  @Test func `a poll that came before shows what changed meanwhile`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      try await front.settle()
      let client = try await RawClient.connect(port: front.port)
      for _ in 0..<3 {
        try await client.send(Self.poll)
        #expect(try await client.readResponse().status == 304)
      }
      try await producer.set(2, at: 2)
      var answer: RawResponse
      repeat {
        try await client.send(Self.poll)
        answer = try await client.readResponse()
      } while answer.status == 304
      #expect(answer.text == #"{"type":"delta","from":"5-aa:1","to":"5-aa:2","set":{"a":{"value":2}}}"#)
      try await client.send(Self.poll.replacing("5-aa:1", with: "5-aa%3A2"))
      #expect(try await client.readResponse().status == 304)
      client.close()
    }
  }

  /// The request itself, hand-made neighbours of it, and `count` random changes.
  private static func requests(_ count: Int, _ random: inout Seeded) -> [[UInt8]] {
    let near = [
      ("since=5-aa:1", "since"), ("since=5-aa:1", "since="), ("since=5-aa:1", "since&since=5-aa:1"), ("since=5-aa:1", "x=1"),
      ("since=5-aa:1", "since=5-aa%3a1"), ("since=5-aa:1", "since=5-aa%3"), ("since=5-aa:1", "since=5-aa:1&since=4-aa:1"),
      ("since=5-aa:1", "since=9-aa:1"), ("since=5-aa:1", "since=5-aa:0"), ("since=5-aa:1", "%73ince=5-aa:1"),
      ("since=5-aa:1", "since=5-aa:1#since=4"), ("since=5-aa:1", "since=5-ab:1"), ("/board?", "/other?"),
      ("HTTP/1.1", "HTTP/1.0"), ("GET", "HEAD"), ("GET", "POST"), ("Host: localhost", "Host: a, b"),
      ("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), ("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\nabc"),
      ("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"), ("\r\n\r\n", "\r\nUpgrade: websocket\r\n\r\n"),
      ("\r\n\r\n", "\r\n\r\n" + poll), ("\r\n\r\n", "\r\nIf-None-Match: \"5-aa:1/all\"\r\n\r\n"),
      ("\r\n\r\n", "\n\n"), ("\r\n\r\n", "\n\r\n"), ("\r\n\r\n", "\r\n"),
    ].map { Array(poll.replacing($0.0, with: $0.1).utf8) }
    return [Array(poll.utf8)] + near + (0..<count).map { _ in changed(Array(poll.utf8), &random) }
  }

  private static func changed(_ request: [UInt8], _ random: inout Seeded) -> [UInt8] {
    var request = request
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      // Half of the changes in the request line, where most is decided.
      let most = Bool.random(using: &random) ? 70 : request.count - 1
      let place = Int.random(in: 0...min(most, request.count - 1), using: &random)
      let byte = Bool.random(using: &random) ? UInt8.random(in: 0...255, using: &random) : Array("0159aA:-%&?=# \r\n;/".utf8).randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<4, using: &random) {
      case 0: request[place] = byte
      case 1: request.insert(byte, at: place)
      case 2: request.remove(at: place)
      default: request.replaceSubrange(place..<min(place + 5, request.count), with: request.prefix(3))
      }
    }
    return request
  }
}

/// The same numbers in each run.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

extension TestFront {
  /// Waits until the page is answered from memory.
  fileprivate func settle() async throws {
    for _ in 0..<100 where try await get("/api/pages/board?since=5-aa:1").status != 304 {
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// All that comes back for `request` on a connection that began with the usual poll, and until it ends. Twice, for the
  /// first request of a connection comes in two reads and is not remembered.
  fileprivate func second(_ request: [UInt8]) async throws -> String {
    let client = try await RawClient.connect(port: port)
    defer { client.close() }
    for _ in 0..<2 {
      try await client.send(RepeatedPollTests.poll)
      _ = try await client.readResponse()
    }
    try await client.send(request)
    try? await client.channel.close(mode: .output)
    let text = try await client.readToEnd()
    // Times and request ids differ by nature; so does whether our half-close came before an answer that waited.
    return text.replacing(/Date: [^\r]*\r\n|"request_id":"[^"]*"|Page-Age: \d+|Connection: close\r\n/, with: "")
  }
}
