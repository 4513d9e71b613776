import Backplane
import DashboardModel
import PageSync
import Testing

@Suite struct ChannelTests {
  @Test(arguments: Store.all)
  func `updates arrive in order after the subscription`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      _ = try await bench.producer.commit(first(hold))
      bench.front.subscribe(page)
      try await bench.listener.wait(for: .subscribed(page))

      for revision in 1...50 {
        _ = try await bench.producer.commit(next(hold, version(5, UInt64(revision)), [id("count"): value(revision)]))
      }

      for revision in 1...50 {
        guard case .message(.update(let update), page) = try await bench.listener.nextMessage() else {
          return #expect(Bool(false), "no update")
        }
        #expect(update.to == version(5, UInt64(revision + 1)))
        #expect(update.changes == [ComponentChange(id("count"), .set(value(revision)))])
      }
    }
  }

  @Test(arguments: Store.all)
  func `a new epoch and a large update travel as a hint`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      bench.front.subscribe(page)
      try await bench.listener.wait(for: .subscribed(page))
      let hold = try await bench.lead()
      let large = ComponentValue(["text": .string(String(repeating: "x", count: 100_000))])

      _ = try await bench.producer.commit(first(hold))
      _ = try await bench.producer.commit(next(hold, version(5, 1), [id("count"): large]))

      #expect(try await bench.listener.nextMessage() == .message(.moved(to: version(5, 1)), page))
      #expect(try await bench.listener.nextMessage() == .message(.moved(to: version(5, 2)), page))
      #expect(try await bench.front.read(page).get()?.components[id("count")]?.value == large)
    }
  }

  @Test(arguments: Store.all)
  func `nothing arrives after unsubscribing`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let other = PageKey("other")!
      let hold = try await bench.lead()
      bench.front.subscribe(page)
      bench.front.unsubscribe(page)
      bench.front.subscribe(other)
      try await bench.listener.wait(for: .subscribed(other))

      _ = try await bench.producer.commit(first(hold, 5))
      _ = try await bench.producer.drop(other, hold: hold)

      #expect(try await bench.listener.nextMessage() == .message(.gone, other))
    }
  }

  @Test(arguments: Store.all)
  func `pages of every shard are heard`(_ store: Store) async throws {
    try await Bench.run(store, shards: 4) { bench in
      let pages = (0..<12).map { PageKey("p\($0)")! }
      for page in pages { bench.front.subscribe(page) }
      var holds: [LeaseHold] = []
      for shard in 0..<4 {
        guard case .granted(let lease) = try await bench.producer.acquire(shard, owner: "a", minimumFence: 0) else {
          return #expect(Bool(false), "no lease")
        }
        holds.append(LeaseHold(owner: "a", fence: lease.fence))
      }
      // The first confirmation may be of the shard taken for granted until the store was asked.
      _ = try await bench.front.versions(of: pages).get()
      for page in pages { bench.front.unsubscribe(page) }
      for page in pages { bench.front.subscribe(page) }
      try await bench.listener.wait(for: .subscribed(pages[11]))

      for page in pages { _ = try await bench.producer.drop(page, hold: holds[shard(of: page, among: 4)]) }

      var heard: Set<PageKey> = []
      while heard.count < pages.count {
        if case .message(.gone, let page) = try await bench.listener.nextMessage() { heard.insert(page) }
      }
      #expect(heard == Set(pages))
    }
  }

  @Test(arguments: Store.all)
  func `all fronts share one signing key`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let key = try await bench.front.signingKey(known: nil).get()

      #expect(key.count == 32)
      #expect(try await bench.front.signingKey(known: nil).get() == key)
    }
  }
}
