import DashboardModel
import Foundation
import PageSync
import Synchronization
import Testing

@testable import Producer

@Suite(.timeLimit(.minutes(1))) struct HandlerTests {
  @Test func `what the viewer cannot have done is not allowed`() async throws {
    try await HandlerBench.run(ClosureHandlers { _ in throw EventRefusal() }) { bench in
      try await bench.click("go", seq: 1)

      #expect(try await bench.endings(1).first?.reply == .failed("not_allowed"))
    }
  }

  @Test func `what a handler returns and the end of its event are one commit`() async throws {
    let handlers = ClosureHandlers { event in
      var result = EventResult.showing(.string("\(event.target.name) by \(event.data["by"]?.text ?? "")"))
      result.privateState = ["orders": Array("7".utf8)]
      result.reply = ViewerReply(notices: [.init("Saved", level: .good)])
      return result
    }
    try await HandlerBench.run(handlers) { bench in
      #expect(await bench.test.board.handle(try bench.test.event(.event, "go", on: "desk", data: ["by": "ada"])) == .staged)

      let finished = try #require(try await bench.endings(1).first)
      let stored = try #require(try await bench.test.stored("desk"))
      #expect(finished.reply.outcome == .applied(stored.snapshot.version))
      #expect(finished.reply.note == Array(#"{"notices":[{"text":"Saved","level":"good"}]}"#.utf8))
      #expect(try await bench.test.value("go", of: "desk") == ["value": "click by ada"])
      #expect(stored.privateState["orders"] == Array("7".utf8))
    }
  }

  @Test func `events of one viewer end in order, however long one of them takes`() async throws {
    let gate = Gate()
    let handlers = ClosureHandlers { _ in
      await gate.wait()
      return .showing(1)
    }
    try await HandlerBench.run(handlers) { bench in
      try await bench.click("go", seq: 1)
      try await bench.click("hi", seq: 2)
      try await bench.click("hi", seq: 3)
      try await bench.click("hi", seq: 1, by: HandlerBench.other)

      // The other viewer is not held up.
      #expect(try await bench.endings(1).map(\.viewer) == [HandlerBench.other])
      gate.open()

      #expect(try await bench.endings(3).map(\.sequence) == [1, 2, 3])
      #expect(try await bench.test.value("hi", of: "desk")?["value"] == 3)
    }
  }

  @Test func `an event that waits or is handled is known when it comes again`() async throws {
    let gate = Gate()
    let calls = Mutex(0)
    let handlers = ClosureHandlers { _ in
      calls.withLock { $0 += 1 }
      await gate.wait()
      return .showing(1)
    }
    try await HandlerBench.run(handlers) { bench in
      try await bench.click("go", seq: 1)
      try await bench.click("hi", seq: 2)

      #expect(try await bench.click("go", seq: 1) == .known)
      #expect(try await bench.click("hi", seq: 2) == .known)
      // The store lost its stream and its marks: the same event as another entry.
      var again = try bench.test.event(.event, "go", on: "desk", seq: 1)
      again.entry = "9-9"
      #expect(await bench.test.board.handle(again) == .staged)
      gate.open()

      let finished = try await bench.endings(3)
      #expect(finished.map(\.entry) == ["0-1", "0-2", "9-9"])
      #expect(calls.withLock { $0 } == 1)
    }
  }

  @Test func `a handler that throws fails its event, and the page goes on`() async throws {
    let handlers = ClosureHandlers { event in
      if event.data["say"] == nil { throw CancellationError() }
      throw EventFailure("The printer is out of paper")
    }
    try await HandlerBench.run(handlers) { bench in
      try await bench.click("go", seq: 1)
      _ = await bench.test.board.handle(try bench.test.event(.event, "go", on: "desk", seq: 2, data: ["say": true]))
      try await bench.click("hi", seq: 3)

      let finished = try await bench.endings(3)
      #expect(finished[0].reply == .failed("handler"))
      #expect(finished[1].reply.outcome == .failed("handler"))
      #expect(finished[1].reply.note.map { String(decoding: $0, as: UTF8.self) }?.contains("out of paper") == true)
      #expect(finished[2].reply.outcome == .applied(try #require(try await bench.test.stored("desk")).snapshot.version))
    }
  }

  @Test func `a handler that takes too long fails its event, is told to stop, and what it returns then is dropped`() async throws {
    let (ends, ended) = AsyncStream<Bool>.makeStream()
    let handlers = ClosureHandlers { _ in
      try? await Task.sleep(for: .seconds(60))
      ended.yield(Task.isCancelled)
      return .showing("too late")
    }
    try await HandlerBench.run(handlers, limit: .milliseconds(50)) { bench in
      try await bench.click("go", seq: 1)

      #expect(try await bench.endings(1).map(\.reply) == [.failed("timeout")])
      #expect(await ends.first { _ in true } == true)
      try await bench.click("hi", seq: 2)
      _ = try await bench.endings(1)
      #expect(try await bench.test.value("go", of: "desk")?["value"] == 0)
    }
  }

  @Test func `handlers that loop for ever cost their own events and nobody else's`() async throws {
    let isOver = Mutex(false)
    let handlers = ClosureHandlers { event in
      if event.data["quick"] != nil { return .showing("quick") }
      while !isOver.withLock({ $0 }) {}
      return .showing("never")
    }
    defer { isOver.withLock { $0 = true } }
    try await HandlerBench.run(handlers, limit: .milliseconds(300)) { bench in
      // More than this machine has cores.
      for number in 0..<3 {
        let viewer = try #require(ViewerID("looping-viewer-number-\(number)"))
        var event = try bench.test.event(.event, "go", on: "desk")
        (event.record.viewer, event.entry) = (viewer, "5-\(number)")
        _ = await bench.test.board.handle(event)
      }
      _ = await bench.test.board.handle(try bench.test.event(.event, "go", on: "desk", data: ["quick": true]))

      let finished = try await bench.endings(4)
      #expect(finished.first?.viewer == TestBoard.viewer)
      #expect(finished.dropFirst().map(\.reply) == Array(repeating: .failed("timeout"), count: 3))
      #expect(bench.supervisor.runawayCount == 3)
      isOver.withLock { $0 = true }
      while bench.supervisor.runawayCount > 0 { try await Task.sleep(for: .milliseconds(5)) }
    }
  }

  @Test func `what a handler shows before its end comes first`() async throws {
    let gate = Gate()
    let handlers = ClosureHandlers { event in
      event.publish([ComponentID("wait")!: ComponentValue(["value": "working"])])
      await gate.wait()
      return .showing("done")
    }
    try await HandlerBench.run(handlers) { bench in
      try await bench.click("go", seq: 1)
      while try await bench.test.value("wait", of: "desk")?["value"] != "working" { try await bench.test.flush() }
      #expect(try await bench.test.value("go", of: "desk")?["value"] == 0)
      gate.open()

      _ = try await bench.endings(1)
      #expect(try await bench.test.value("go", of: "desk")?["value"] == "done")
    }
  }

  @Test func `a handler whose page is another producer's is stopped and not heard`() async throws {
    let (ends, ended) = AsyncStream<Bool>.makeStream()
    let handlers = ClosureHandlers { _ in
      try? await Task.sleep(for: .seconds(60))
      ended.yield(Task.isCancelled)
      return .showing(1)
    }
    try await HandlerBench.run(handlers) { bench in
      try await bench.click("go", seq: 1)
      try await bench.click("hi", seq: 2)
      await bench.test.board.lost(0)

      #expect(await ends.first { _ in true } == true)
      #expect(await bench.test.commits().isEmpty)
      #expect(await bench.test.board.lanes.isEmpty)
    }
  }

  @Test func `events of a page that goes meanwhile are answered so`() async throws {
    let handlers = ClosureHandlers { _ in
      try await Task.sleep(for: .seconds(60))
      return .showing(1)
    }
    try await HandlerBench.run(handlers) { bench in
      try await bench.click("go", seq: 1)
      try await bench.click("hi", seq: 2)
      try await bench.test.load([:])
      _ = await bench.test.board.check()

      #expect(bench.answered.all.withLock { $0 } == [.failed("page_gone"), .failed("page_gone")])
    }
  }
}
