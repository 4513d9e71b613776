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
}
