import Backplane
import DashboardModel
import PageSync
import Redis
import Testing

/// How often an event was begun, told by both stores alike: an owner's begin counts once, a question never.
@Suite struct TryTests {
  /// The next owner, whatever became of the last.
  private func steal(_ bench: Bench, _ owner: String) async throws -> LeaseHold {
    let seen = try #require(try await bench.producer.lease(of: 0))
    guard case .granted(let lease) = try await bench.producer.steal(0, owner: owner, seen: seen, minimumFence: 0) else {
      throw Unexpected(what: "the lease is not granted")
    }
    return LeaseHold(owner: owner, fence: lease.fence)
  }

  private func queue(_ bench: Bench, _ count: Int) async throws -> [String] {
    for sequence in 1...count { _ = try await bench.front.enqueue(click(UInt64(sequence))).get() }
    return try await bench.producer.newEvents(0, after: nil, limit: 9, wait: .zero).map(\.entry)
  }

  @Test(arguments: Store.all)
  func `an owner counts once, however often it asks`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let entries = try await queue(bench, 2)
      let a = try await bench.lead("a")
      for _ in 0..<3 { #expect(try await bench.producer.begin(0, entries: entries, hold: a) == [0, 0]) }
      _ = try await bench.producer.newEvents(0, after: nil, limit: 9, wait: .zero)

      #expect(try await bench.producer.begin(0, entries: entries, hold: try await steal(bench, "b")) == [1, 1])
    }
  }

  @Test(arguments: Store.all)
  func `what two owners began the third begins alone, and a fourth is told of three`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let entries = try await queue(bench, 3)
      let a = try await bench.lead("a")
      _ = try await bench.producer.begin(0, entries: [entries[0], entries[2]], hold: a)
      let b = try await steal(bench, "b")
      #expect(try await bench.producer.begin(0, entries: [entries[0], entries[2]], hold: b) == [1, 1])

      let c = try await steal(bench, "c")
      #expect(try await bench.producer.begin(0, entries: entries, hold: c) == [2])
      #expect(try await bench.producer.begin(0, entries: Array(entries.dropFirst()), hold: c) == [0])
      let d = try await steal(bench, "d")
      #expect(try await bench.producer.begin(0, entries: entries, hold: d) == [3])
      #expect(try await bench.producer.begin(0, entries: entries, hold: d) == [3])
      #expect(try await bench.producer.begin(0, entries: [entries[2]], hold: d) == [2])
    }
  }

  @Test(arguments: Store.all)
  func `a deposed owner begins nothing, however late it is heard`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let entries = try await queue(bench, 1)
      let a = try await bench.lead("a")
      let b = try await steal(bench, "b")

      #expect(try await bench.producer.begin(0, entries: entries, hold: a) == [])
      #expect(try await bench.producer.begin(0, entries: entries, hold: b) == [0])
    }
  }

  @Test(arguments: Store.all)
  func `owners that hand the shard over died of nothing`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let entries = try await queue(bench, 2)
      var hold = try await bench.lead("a")
      _ = try await bench.producer.begin(0, entries: [entries[1]], hold: hold)
      for owner in ["b", "c", "d", "e"] {
        hold = try await steal(bench, owner)
        #expect(try await bench.producer.begin(0, entries: entries, hold: hold) == [0, 1])
        try await bench.producer.release(0, hold: hold)
        #expect(try await bench.producer.begin(0, entries: entries, hold: hold) == [])
      }
    }
  }

  @Test(arguments: Store.all)
  func `what is finished is begun by nobody`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      _ = try await queue(bench, 1)
      let hold = try await bench.lead("a")
      let event = try await bench.nextEvent()
      _ = try await bench.producer.begin(0, entries: [event.entry], hold: hold)
      try await bench.producer.finish(0, event: event, reply: .failed("handler"), hold: hold)

      let next = try await steal(bench, "b")
      #expect(try await bench.producer.begin(0, entries: [event.entry], hold: next) == [0])
    }
  }
}
