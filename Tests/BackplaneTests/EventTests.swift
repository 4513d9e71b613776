import Backplane
import DashboardModel
import PageSync
import Testing

@Suite struct EventTests {
  @Test(arguments: Store.all)
  func `an event reaches the owner as it was sent`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      var event = click(1)
      event.data = Array(#"{"x":"\r\n","é":[1,2]}"#.utf8)

      #expect(try await bench.front.enqueue(event).get() == .queued)
      let queued = try await bench.nextEvent()

      #expect(queued.record == event)
    }
  }

  @Test(arguments: Store.all)
  func `each sequence is queued once and in order`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let early = try await bench.front.enqueue(click(2)).get()
      #expect(early == .gap(expected: 1))
      #expect(try await bench.front.enqueue(click(1)).get() == .queued)
      #expect(try await bench.front.enqueue(click(1)).get() == .pending)
      #expect(try await bench.front.enqueue(click(3)).get() == .gap(expected: 2))
      #expect(try await bench.front.enqueue(click(2)).get() == .queued)
      #expect(try await bench.front.enqueue(click(1 << 60, lowest: 1)).get() == .gap(expected: 3))

      let events = try await bench.producer.newEvents(0, after: nil, limit: 10, wait: .zero)
      #expect(events.map(\.record.sequence) == [1, 2])
    }
  }

  @Test(arguments: Store.all)
  func `the lowest awaited sequence says what a lost store need not wait for`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let answer = try await bench.front.enqueue(click(7, lowest: 7)).get()
      #expect(answer == .queued)
      #expect(try await bench.front.enqueue(click(8, lowest: 3)).get() == .queued)
    }
  }

  @Test(arguments: Store.all)
  func `a finished event answers its repeat with the same reply`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let hold = try await bench.lead()
      _ = try await bench.producer.commit(first(hold))
      _ = try await bench.front.enqueue(click(1, front: bench.front.front)).get()
      var commit = next(hold, version(5, 1), [id("count"): value(2)])
      commit.finished = [finished(try await bench.nextEvent(), .applied(version(5, 2)))]

      #expect(try await bench.producer.commit(commit) == .ok)

      #expect(try await bench.listener.nextMessage() == .reply(.applied(version(5, 2)), viewer, 1))
      #expect(try await bench.front.enqueue(click(1)).get() == .done(.applied(version(5, 2))))
      #expect(try await bench.producer.newEvents(0, after: nil, limit: 10, wait: .zero).isEmpty)
    }
  }

  @Test(arguments: Store.all)
  func `only the last sixteen replies are kept`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let hold = try await bench.lead()
      var commit = first(hold)
      commit.finished = (1...20).map {
        FinishedEvent(entry: "", viewer: viewer, sequence: $0, front: "f", reply: .failed("r\($0)"))
      }
      _ = try await bench.producer.commit(commit)

      #expect(try await bench.front.enqueue(click(4)).get() == .done(nil))
      #expect(try await bench.front.enqueue(click(5)).get() == .done(.failed("r5")))
      #expect(try await bench.front.enqueue(click(20)).get() == .done(.failed("r20")))
      #expect(try await bench.front.enqueue(click(21)).get() == .queued)
    }
  }

  @Test(arguments: Store.all)
  func `a sequence belongs to one event, while it waits and when it is done`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let hold = try await bench.lead()
      var other = click(1)
      other.component = "other"
      _ = try await bench.front.enqueue(click(1)).get()
      #expect(try await bench.front.enqueue(other).get() == .taken)

      var commit = first(hold)
      commit.finished = [finished(try await bench.nextEvent(), .failed("handler"))]
      _ = try await bench.producer.commit(commit)

      #expect(try await bench.front.enqueue(other).get() == .taken)
      #expect(try await bench.front.enqueue(click(1)).get() == .done(.failed("handler")))
      other.sequence = 2
      #expect(try await bench.front.enqueue(other).get() == .queued)
    }
  }

  @Test(arguments: Store.all)
  func `where an event stands is told without changing it`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      func standing(_ sequence: UInt64) async throws -> EventStanding {
        try await bench.front.standing(of: sequence, by: viewer, on: click(1).page).get()
      }
      let hold = try await bench.lead()
      #expect(try await standing(1) == .unknown)
      _ = try await bench.front.enqueue(click(1)).get()
      #expect(try await standing(1) == .pending)

      let reply = EventReply(.failed("handler"), note: Array(#"{"title":"a b"}"#.utf8))
      var commit = first(hold)
      commit.finished = [finished(try await bench.nextEvent(), reply)]
      _ = try await bench.producer.commit(commit)

      #expect(try await standing(1) == .done(reply))
      #expect(try await standing(2) == .unknown)
    }
  }

  @Test(arguments: Store.all)
  func `openings and pushes have no sequence`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      var open = click(0), push = click(0)
      (open.kind, push.kind) = (.open, .push)
      push.lowest = 0

      for event in [open, push, open] { #expect(try await bench.front.enqueue(event).get() == .queued) }
      let events = try await bench.producer.newEvents(0, after: nil, limit: 10, wait: .zero)
      try await bench.producer.acknowledge(0, entries: events.map(\.entry))

      #expect(events.map(\.record.kind) == [.open, .push, .open])
      #expect(try await bench.producer.newEvents(0, after: nil, limit: 10, wait: .zero).isEmpty)
    }
  }

  @Test(arguments: Store.all)
  func `reading takes no event away, not even from the next owner`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      for sequence in 1...3 { _ = try await bench.front.enqueue(click(UInt64(sequence))).get() }

      let first = try await bench.producer.newEvents(0, after: nil, limit: 2, wait: .zero)
      let again = try await bench.producer.newEvents(0, after: nil, limit: 9, wait: .zero)
      let rest = try await bench.producer.newEvents(0, after: first.last?.entry, limit: 9, wait: .zero)

      #expect(first.map(\.record.sequence) == [1, 2])
      #expect(again.map(\.record.sequence) == [1, 2, 3])
      #expect(rest.map(\.record.sequence) == [3])
    }
  }

  @Test(arguments: Store.all)
  func `a buried event is answered as poison and does not come again`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let hold = try await bench.lead()
      _ = try await bench.front.enqueue(click(1, front: bench.front.front)).get()
      let event = try await bench.nextEvent()

      try await bench.producer.bury(0, event: event, hold: LeaseHold(owner: "x", fence: 1))
      #expect(try await bench.front.enqueue(click(1)).get() == .pending)
      try await bench.producer.bury(0, event: event, hold: hold)

      #expect(try await bench.listener.nextMessage() == .reply(.failed("poison"), viewer, 1))
      #expect(try await bench.front.enqueue(click(1)).get() == .done(.failed("poison")))
      #expect(try await bench.producer.newEvents(0, after: nil, limit: 10, wait: .zero).isEmpty)
    }
  }

  @Test(arguments: Store.all)
  func `who waits for events is woken by the first`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      async let waiting = bench.producer.newEvents(0, after: nil, limit: 5, wait: .seconds(60))
      let start = ContinuousClock.now
      _ = try await bench.front.enqueue(click(1)).get()

      #expect(try await waiting.map(\.record.sequence) == [1])
      #expect(ContinuousClock.now - start < .seconds(30))
    }
  }

  @Test(arguments: Store.all)
  func `nobody waits for events longer than asked`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let events = try await bench.producer.newEvents(0, after: nil, limit: 5, wait: .milliseconds(50))
      #expect(events.isEmpty)
    }
  }

  @Test(arguments: Store.all)
  func `a queue of ten thousand events takes no more`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      var open = click(0)
      open.kind = .open
      for _ in 0..<10 {
        let answers = (0..<1000).map { [open] _ in bench.front.enqueue(open) }
        for answer in answers { #expect(try await answer.get() == .queued) }
      }

      #expect(try await bench.front.enqueue(open).get() == .busy)
      #expect(try await bench.front.enqueue(click(1)).get() == .busy)
    }
  }
}
