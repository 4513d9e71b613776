import DashboardModel
import NIOCore
import TestSupport
import Testing

@testable import Front

@Suite struct SocketTests {
  @Test func `a socket gets the page, each change, and the answer to its events`() async throws {
    let files = ["hello.yml": "title: Hello\nact: anyone\ncomponents: { hi: { type: hello } }\n"]
    try await TestFront.run(files) { front in
      let browser = try await front.browser(on: "hello")
      let socket = try await front.socket("hello", headers: ["Cookie: \(browser.cookie)", "Origin: http://localhost"])

      let full = try await socket.next()
      try await socket.send(1, #"{"type":"event","seq":1,"lo":1,"component":"hi","event":"click","data":{}}"#)
      var heard: [JSON] = []
      while heard.count < 2 {
        let message = try await socket.next()
        if message["state"] != "queued" { heard.append(message) }
      }

      #expect(full["type"] == "full")
      #expect(full["components"]?["hi"]?["value"] == 0)
      let ack = heard.first { $0["type"] == "ack" }, delta = heard.first { $0["type"] == "delta" }
      #expect(ack?["state"] == "applied")
      #expect(delta?["set"]?["hi"]?["value"] == 1)
      #expect(delta?["from"] == full["to"])
      #expect(delta?["to"] == ack?["to"])
    }
  }

  @Test func `an event in the queue is acknowledged before it is done`() async throws {
    try await TestFront.run { front in
      try await ManualProducer(front.backplane).begin()
      let browser = try await front.browser(on: "board")
      let socket = try await front.socket("board", headers: ["Cookie: \(browser.cookie)", "Origin: http://localhost"])
      _ = try await socket.next()

      try await socket.send(1, #"{"type":"event","seq":1,"lo":1,"component":"a","event":"click","data":{}}"#)

      #expect(try await socket.next() == ["type": "ack", "seq": 1, "state": "queued"])
    }
  }

  @Test func `a tab that comes back is told what it missed, and a sync is answered from what it shows`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      let first = try await front.socket("board")
      _ = try await first.next()
      try await producer.set(2, at: 2)
      _ = try await first.next()

      let socket = try await front.socket("board", since: producer.version(1))
      let missed = try await socket.next()
      try await socket.send(1, #"{"type":"sync"}"#)
      let whole = try await socket.next()
      try await socket.send(1, #"{"type":"sync","since":"5-aa:1"}"#)

      #expect(missed == ["type": "delta", "from": "5-aa:1", "to": "5-aa:2", "set": ["a": ["value": 2]]])
      #expect(whole["type"] == "full")
      #expect(try await socket.next() == missed)
    }
  }

  @Test func `a tab that shows more than this front has is told so, at each sync`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      let socket = try await front.socket("board", since: Version("9-ff:9"))

      _ = try await socket.next(skipping: ["ping"])

      #expect(try await answer(to: "9-ff:9", on: socket, producer) == "behind")
      #expect(try await answer(to: "9-ff:9", on: socket, producer) == "behind")
      #expect(try await answer(to: "5-aa:1", on: socket, producer) == "ok")
    }
  }

  @Test(arguments: [UInt64(2), 3])
  func `a tab that was ahead is told when the front has caught up, with the frame or without one`(newest: UInt64) async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      let socket = try await front.socket("board", since: producer.version(2))
      #expect(try await socket.next(skipping: ["ping"])["state"] == "behind")

      let start = ContinuousClock.now
      for revision in 2...newest { try await producer.set(.number(Double(revision)), at: revision) }
      var message: JSON = .null
      while message["state"] != "ok" { message = try await socket.next(skipping: ["ping"]) }

      #expect(ContinuousClock.now - start < .milliseconds(400))
    }
  }

  /// The state told to a sync; asked again where this machine was too slow to hear the owner in time.
  private func answer(to since: String, on socket: WebSocketClient, _ producer: ManualProducer) async throws -> String? {
    for _ in 0..<20 {
      try await producer.beat()
      try await socket.send(1, #"{"type":"sync","since":"\#(since)"}"#)
      let state = try await socket.next(skipping: ["ping"])["state"]?.text
      if state != "stale" { return state }
    }
    return "stale"
  }

  @Test func `events that come before the page is here are to be sent again`() async throws {
    try await TestFront.run { front in
      let socket = try await front.socket("board")
      try await socket.send(1, #"{"type":"event","seq":3,"lo":3,"component":"a","event":"click","data":{}}"#)

      // Either the page is known to be absent or late by now, or the event is told to wait; never a close for a bad message.
      let answer = try await socket.next()
      #expect(answer["state"] == "retry" || answer == 4504 || answer == 1013)
    }
  }

  @Test(arguments: [
    ("x", 4501), ("[]", 4501), (#"{"type":"event","seq":1}"#, 4501), (#"{"type":"hello","protocol":2}"#, 4505),
    (#"{"type":"hello","protocol":1,"client":"x"}"#, 1013), (String(repeating: "[", count: 500), 4501),
  ])
  func `a wrong first message closes the socket`(message: String, code: Double) async throws {
    try await TestFront.run { front in
      let socket = try await WebSocketClient.open(
        try await RawClient.connect(port: front.port),
        handshake: WebSocketClient.handshake(path: "/api/pages/board/socket"))
      try await socket.send(1, message)

      #expect(try await socket.next() == .number(code))
    }
  }

  @Test(arguments: ["http://evil.example", "null", "http://localhost.evil.example", "http://localhost:1"])
  func `another site's page gets no socket`(origin: String) async throws {
    try await TestFront.run { front in
      let handshake = WebSocketClient.handshake(path: "/api/pages/board/socket")

      let answer = try await front.ask(handshake.replacing("\r\n\r\n", with: "\r\nOrigin: \(origin)\r\n\r\n"))

      #expect(answer.status == 403)
    }
  }

  @Test func `a cookie without an origin gets no socket`() async throws {
    try await TestFront.run { front in
      let handshake = WebSocketClient.handshake(path: "/api/pages/board/socket")

      let answer = try await front.ask(handshake.replacing("\r\n\r\n", with: "\r\nCookie: splitflap=x\r\n\r\n"))

      #expect(answer.status == 403)
    }
  }

  @Test func `a slow reader costs one frame, and gets the difference when it reads again`() async throws {
    try await TestFront.run({
      $0.limits.frameInterval = .zero
      $0.limits.slowViewer = .minutes(5)
    }) { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      let socket = try await front.socket("board")
      _ = try await socket.next()
      try await socket.client.channel.setOption(.socketOption(.so_rcvbuf), value: 65_536).get()
      try await socket.client.stopReading()
      let other = try await RawClient.connect(port: front.port)

      let large = String(repeating: "x", count: 60_000)
      for revision in 2...121 {
        try await producer.set(.string("\(revision)\(large)"), at: UInt64(revision))
        // Each commit reaches the front before the next, so only the socket can be what conflates.
        var state: String? = "behind"
        while state == "behind" {
          try await producer.beat()
          try await other.send("GET /api/pages/board?since=5-aa:\(revision) HTTP/1.1\r\nHost: localhost\r\n\r\n")
          state = try await other.readResponse().header("page-state")
        }
      }
      try await socket.client.channel.setOption(.autoRead, value: true).get()

      var shown = "5-aa:1", frames = 0
      while shown != "5-aa:121" {
        let message = try await socket.next()
        #expect(message["from"]?.text == shown)
        shown = message["to"]?.text ?? "none"
        frames += 1
      }
      #expect(frames < 120)
    }
  }
}

@Suite struct CompressedPageTests {
  @Test func `polls and frames of a large page travel compressed to whoever takes that, and say the same`() async throws {
    try await TestFront.run { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin(.string(String(repeating: "twelve charts ", count: 200)))
      let plain = try await front.get("/api/pages/board")
      var zipped = plain
      // What is stale is not compressed, no copy is confirmed during a silence, and a busy machine is soon a second late.
      for _ in 0..<20 where zipped.header("content-encoding") == nil {
        try await producer.beat()
        zipped = try await front.get("/api/pages/board", ["Accept-Encoding: gzip"])
      }
      var again = zipped
      for _ in 0..<20 where again.status != 304 {
        try await producer.beat()
        again = try await front.get("/api/pages/board", ["Accept-Encoding: gzip", "If-None-Match: \"5-aa:1/all-gzip\""])
      }

      #expect(plain.header("content-encoding") == nil)
      #expect(zipped.header("content-encoding") == "gzip")
      #expect(zipped.header("vary") == "Accept-Encoding")
      #expect(zipped.header("etag") == "\"5-aa:1/all-gzip\"")
      #expect(zipped.body.count < plain.body.count / 4)
      #expect(zipped.body.starts(with: [0x1F, 0x8B]))
      #expect(again.status == 304)

      try await producer.beat()
      let socket = try await front.socket("board", headers: ["Sec-WebSocket-Extensions: permessage-deflate"])
      var first: UInt8 = 0x81
      // A word on the page's state may come before the page; such words are short.
      for _ in 0..<5 where first == 0x81 {
        let head = try await socket.client.read(2)
        first = head[0]
        if first == 0x81, head[1] < 126 { _ = try await socket.client.read(Int(head[1])) }
      }
      #expect(first == 0xC1)
    }
  }
}
