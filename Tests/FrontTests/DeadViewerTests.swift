import DashboardModel
import NIOCore
import TestSupport
import Testing

@testable import Front

@Suite struct DeadViewerTests {
  @Test(.timeLimit(.minutes(1)))
  func `a viewer that reads nothing is closed, and the others go on`() async throws {
    try await TestFront.run({
      $0.limits.frameInterval = .zero
      $0.limits.slowViewer = .seconds(1)
      $0.limits.silentViewer = .minutes(5)
    }) { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      let (dead, alive) = (try await front.socket("board"), try await front.socket("board"))
      _ = try await (dead.next(), alive.next())
      try await dead.client.channel.setOption(.socketOption(.so_rcvbuf), value: 16_384).get()
      try await dead.client.stopReading()

      // More than sockets and their buffers hold; the dead one costs one frame at a time.
      let large = String(repeating: "x", count: 200_000)
      for revision in 2...60 {
        try await producer.set(.string("\(revision)\(large)"), at: UInt64(revision))
        if revision.isMultiple(of: 5) { while try await alive.next()["to"]?.text != "5-aa:\(revision)" {} }
      }
      try await Task.sleep(for: .seconds(3))
      try await dead.client.channel.setOption(.autoRead, value: true).get()

      // Closed with 4008, which comes behind a frame that is never whole for who read nothing.
      let rest = try await dead.client.readToEnd()
      #expect(!rest.contains("5-aa:60"))
      try await alive.send(1, #"{"type":"sync"}"#)
      #expect(try await alive.next()["to"] == "5-aa:60")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a viewer that says nothing is closed, one that answers is not`() async throws {
    try await TestFront.run({
      $0.limits.silentViewer = .seconds(2)
      $0.limits.pingAfter = .milliseconds(500)
    }) { front in
      try await ManualProducer(front.backplane).begin()
      let (dead, alive) = (try await front.socket("board"), try await front.socket("board"))

      let end = ContinuousClock.now + .seconds(4)
      while ContinuousClock.now < end {
        let message = try await alive.next(skipping: [])
        #expect(message.double == nil)
        if message["type"] == "ping" { try await alive.send(1, #"{"type":"pong"}"#) }
      }

      var last: JSON = .null
      while last.double == nil { last = try await dead.next() }
      #expect(last == 4012)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a viewer of a page that never rests is asked too, and closed only if it says nothing`() async throws {
    try await TestFront.run({
      $0.limits.silentViewer = .seconds(2)
      $0.limits.askAfter = .milliseconds(500)
    }) { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      let (dead, alive) = (try await front.socket("board"), try await front.socket("board"))

      for revision in 2...80 {
        try await producer.set(.number(Double(revision)), at: UInt64(revision))
        var message: JSON = .null
        while message["to"]?.text != "5-aa:\(revision)" {
          message = try await alive.next(skipping: [])
          try #require(message.double == nil, "closed with \(message)")
          if message["type"] == "ping" { try await alive.send(1, #"{"type":"pong"}"#) }
        }
      }

      var last: JSON = .null
      while last.double == nil { last = try await dead.next() }
      #expect(last == 4012)
    }
  }

  @Test func `a half-open connection is gone within fifteen seconds`() {
    let limits = FrontLimits()
    let (untilNoticed, untilAnswered, untilCut) = (TimeAmount.seconds(1), TimeAmount.seconds(3), TimeAmount.seconds(2))

    #expect(limits.silentViewer + untilNoticed + untilCut <= .seconds(15))
    #expect(limits.askAfter + untilNoticed + untilAnswered <= limits.silentViewer)
    #expect(limits.slowViewer + limits.slowGoodbye < .seconds(10))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a peer that never answers is cut two seconds after its close frame`() async throws {
    try await TestFront.run({ $0.limits.silentViewer = .seconds(1) }) { front in
      try await ManualProducer(front.backplane).begin()
      let start = ContinuousClock.now
      let dead = try await front.socket("board")

      _ = try await dead.client.readToEnd()

      #expect(ContinuousClock.now - start < .seconds(1 + 1 + 2 + 3))
    }
  }
}

/// Sockets whose buffers are full.
@Suite struct StuckViewerTests {
  private func front(
    _ change: @escaping (inout FrontLimits) -> Void = { _ in }, _ body: (TestFront, ManualProducer) async throws -> Void
  ) async throws {
    try await TestFront.run({
      $0.limits.frameInterval = .zero
      change(&$0.limits)
    }) { front in
      let producer = try await ManualProducer(front.backplane)
      try await producer.begin()
      try await body(front, producer)
    }
  }

  /// A socket that reads nothing after its page. A buffer below the loopback's segment size (64 KiB) takes little, but fills
  /// slowly once it is read: the kernel tells of its room by probes only.
  private func stuckSocket(_ front: TestFront, buffer: Int = 16_384) async throws -> WebSocketClient {
    let socket = try await front.socket("board")
    _ = try await socket.next()
    try await socket.client.channel.setOption(.socketOption(.so_rcvbuf), value: .init(buffer)).get()
    try await socket.client.stopReading()
    return socket
  }

  private func readAgain(_ socket: WebSocketClient) async throws {
    try await socket.client.channel.setOption(.autoRead, value: true).get()
  }

  /// Changes, each of which reaches the front before the next, so that only a socket can be what conflates.
  private func change(_ front: TestFront, _ producer: ManualProducer, _ revisions: ClosedRange<UInt64>, bytes: Int) async throws {
    let other = try await RawClient.connect(port: front.port)
    let text = String(repeating: "x", count: bytes)
    for revision in revisions {
      try await producer.set(.string("\(revision)\(text)"), at: revision)
      var state: String? = "behind"
      while state == "behind" {
        if revision.isMultiple(of: 50) { try await producer.beat() }
        try await other.send("GET /api/pages/board?since=5-aa:\(revision) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        state = try await other.readResponse().header("page-state")
      }
    }
    other.close()
  }

  @Test(.timeLimit(.minutes(1)))
  func `small frames are conflated too, not queued`() async throws {
    try await front({ ($0.slowViewer, $0.silentViewer) = (.minutes(5), .minutes(5)) }) { front, producer in
      let socket = try await stuckSocket(front)

      try await change(front, producer, 2...601, bytes: 512)
      try await readAgain(socket)

      var shown: JSON = .null, frames = 0
      while shown != "5-aa:601" {
        shown = try await socket.next()["to"] ?? .null
        frames += 1
      }
      // What the peer's own kernel holds, and a few here.
      #expect(frames < 100, "\(frames) frames of 600 were queued")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `whoever reads nothing is closed with 4008 when its time is over, and not before`() async throws {
    try await front({ ($0.slowViewer, $0.slowGoodbye) = (.seconds(5), .seconds(10)) }) { front, producer in
      let (late, later) = (try await stuckSocket(front, buffer: 65_536), try await stuckSocket(front, buffer: 65_536))
      let stuck = ContinuousClock.now
      try await change(front, producer, 2...11, bytes: 200_000)

      try await Task.sleep(until: stuck + .milliseconds(2000))
      try await readAgain(late)
      var shown: JSON = .null
      while shown != "5-aa:11", shown.double == nil {
        let message = try await late.next()
        shown = message["to"] ?? message
      }
      try await Task.sleep(until: stuck + .seconds(8))
      try await readAgain(later)
      var last: JSON = .null
      while last.double == nil { last = try await later.next() }

      #expect(shown == "5-aa:11")
      #expect(last == 4008)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `whoever asks and reads nothing is closed before the answers fill the memory`() async throws {
    try await front({ ($0.slowViewer, $0.slowGoodbye, $0.silentViewer) = (.minutes(5), .minutes(1), .minutes(5)) }) { front, producer in
      let socket = try await stuckSocket(front)
      let sync = WebSocketClient.frame(0x81, Array(#"{"type":"sync","since":"5-aa:1"}"#.utf8))

      try await socket.client.send(Array(repeatElement(sync, count: 10_000).joined()))
      try await Task.sleep(for: .milliseconds(700))
      try await readAgain(socket)

      var answers = 0
      var last: JSON = .null
      while last.double == nil {
        last = try await socket.next(skipping: [])
        answers += 1
      }
      #expect(last == 4008)
      #expect(answers < 5000)
    }
  }
}
