import Backplane
import DashboardModel
import PageSync
import Testing

@Suite struct LeaseTests {
  @Test(arguments: Store.all)
  func `an absent lease is granted with a fence above the lowest`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let answer = try await bench.producer.acquire(0, owner: "a", minimumFence: 41)

      let lease = try #require(try await bench.producer.lease(of: 0))
      #expect(answer == .granted(lease))
      #expect((lease.owner, lease.fence, lease.beat) == ("a", 42, 0))
      #expect(!lease.lineage.isEmpty && !lease.released)
    }
  }

  @Test(arguments: Store.all)
  func `a held lease is refused to others and shown`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      _ = try await bench.lead("a")

      let answer = try await bench.producer.acquire(0, owner: "b", minimumFence: 0)

      #expect(answer == .refused(try await bench.producer.lease(of: 0)))
      #expect(try await bench.producer.lease(of: 0)?.owner == "a")
    }
  }

  @Test(arguments: Store.all)
  func `a lease is stolen only exactly as seen`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let hold = try await bench.lead("a")
      let seen = try #require(try await bench.producer.lease(of: 0))
      _ = try await bench.producer.beat(0, hold: hold, versions: [:])
      let beaten = try #require(try await bench.producer.lease(of: 0))

      let late = try await bench.producer.steal(0, owner: "b", seen: seen, minimumFence: 0)
      let exact = try await bench.producer.steal(0, owner: "b", seen: beaten, minimumFence: 99)

      #expect(late == .refused(beaten))
      guard case .granted(let lease) = exact else { return #expect(Bool(false), "\(exact)") }
      #expect((lease.owner, lease.fence, lease.lineage) == ("b", 100, seen.lineage))
    }
  }

  @Test(arguments: Store.all)
  func `a lease that is absent cannot be stolen`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let seen = LeaseRecord(owner: "a", fence: 1, beat: 0, lineage: "l", generation: 0)

      #expect(try await bench.producer.steal(0, owner: "b", seen: seen, minimumFence: 0) == .refused(nil))
    }
  }

  @Test(arguments: Store.all)
  func `a beat counts up and tells versions to the fronts`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      bench.front.subscribe(page)
      try await bench.listener.wait(for: .subscribed(page))
      let hold = try await bench.lead()
      _ = try await bench.front.raiseFloor(to: 7, for: page).get()

      let answer = try await bench.producer.beat(0, hold: hold, versions: [page: version(5, 17)])

      let lease = try #require(try await bench.producer.lease(of: 0))
      #expect(answer == .ok(lease, floor: 7))
      #expect(lease.beat == 1)
      try await bench.listener.wait(for: .heartbeat(Heartbeat(shard: 0, beat: 1, versions: [page: version(5, 17)])))
    }
  }

  @Test(arguments: Store.all)
  func `a beat without the lease says why`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let nobody = LeaseHold(owner: "b", fence: 1)
      #expect(try await bench.producer.beat(0, hold: nobody, versions: [:]) == .noLease)
      _ = try await bench.lead("a")

      let lease = try #require(try await bench.producer.lease(of: 0))
      #expect(try await bench.producer.beat(0, hold: nobody, versions: [:]) == .fenced(lease))
      #expect(try await bench.producer.beat(0, hold: LeaseHold(owner: "a", fence: 9), versions: [:]) == .fenced(lease))
    }
  }

  @Test(arguments: Store.all)
  func `a release is a mark that the next owner clears`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let hold = try await bench.lead("a")
      try await bench.producer.release(0, hold: LeaseHold(owner: "x", fence: 1))
      #expect(try await bench.producer.lease(of: 0)?.released == false)

      try await bench.producer.release(0, hold: hold)
      let released = try #require(try await bench.producer.lease(of: 0))
      _ = try await bench.producer.steal(0, owner: "b", seen: released, minimumFence: 0)

      #expect(released.released)
      #expect(try await bench.producer.lease(of: 0)?.released == false)
    }
  }

  @Test(arguments: Store.all)
  func `a store set up for other shards is refused`(_ store: Store) async throws {
    try await Bench.run(store, shards: 2) { (bench) async throws in
      _ = try await bench.lead()

      await #expect(throws: BackplaneError.self) { try await bench.producer.configure(shards: 3) }
      try await bench.producer.configure(shards: 2)
    }
  }
}
