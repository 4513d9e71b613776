import Backplane
import DashboardModel
import PageSync
import Testing

@Suite struct CommitTests {
  @Test(arguments: Store.all)
  func `a page is read as it was committed`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      #expect(try await bench.front.read(page).get() == nil)

      #expect(try await bench.producer.commit(first(hold)) == .ok)
      #expect(try await bench.producer.commit(next(hold, version(5, 1), [id("other"): value(2)])) == .ok)

      let snapshot = try #require(try await bench.front.read(page).get())
      #expect(snapshot.version == version(5, 2))
      #expect(snapshot.components[id("count")] == .init(revision: 1, value: value(1)))
      #expect(snapshot.components[id("other")] == .init(revision: 2, value: value(2)))
      #expect(try await bench.front.versions(of: [PageKey("absent")!, page]).get() == [nil, version(5, 2)])
    }
  }

  @Test(arguments: Store.all)
  func `only the holder of the lease commits`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      #expect(try await bench.producer.commit(first(LeaseHold(owner: "a", fence: 1))) == .noLease)
      let hold = try await bench.lead("a")
      let lease = try #require(try await bench.producer.lease(of: 0))

      #expect(try await bench.producer.commit(first(LeaseHold(owner: "b", fence: hold.fence))) == .fenced(lease))
      #expect(try await bench.producer.commit(first(LeaseHold(owner: "a", fence: hold.fence + 1))) == .fenced(lease))
      #expect(try await bench.front.read(page).get() == nil)
    }
  }

  @Test(arguments: Store.all)
  func `an identical repeat is done once and published once`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      bench.front.subscribe(page)
      try await bench.listener.wait(for: .subscribed(page))
      let hold = try await bench.lead()
      let change = next(hold, version(5, 1), [id("count"): value(2)])

      for commit in [first(hold), first(hold), change, change] {
        #expect(try await bench.producer.commit(commit) == .ok)
      }
      _ = try await bench.producer.drop(page, hold: hold)

      #expect(try await bench.listener.nextMessage() == .message(.moved(to: version(5, 1)), page))
      #expect(try await bench.listener.nextMessage() == .message(change.published, page))
      #expect(try await bench.listener.nextMessage() == .message(.gone, page))
    }
  }

  @Test(arguments: Store.all)
  func `a commit on another version is a conflict that tells the version`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      let early = next(hold, version(5, 1), [id("count"): value(2)])
      #expect(try await bench.producer.commit(early) == .conflict(nil))
      _ = try await bench.producer.commit(first(hold))
      _ = try await bench.producer.commit(early)

      let rival = next(hold, version(5, 4), [id("count"): value(9)])

      #expect(try await bench.producer.commit(rival) == .conflict(version(5, 2)))
      #expect(try await bench.front.read(page).get()?.version == version(5, 2))
    }
  }

  @Test(arguments: Store.all)
  func `the first commits of many pages may come in any order`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      _ = try await bench.producer.commit(first(hold, 5))
      var other = first(hold, 4)
      other.page = PageKey("other")!

      #expect(try await bench.producer.commit(first(hold, 4)) == .conflict(version(5, 1)))
      #expect(try await bench.producer.commit(other) == .ok)
      #expect(try await bench.producer.lease(of: 0)?.generation == 5)
    }
  }

  @Test(arguments: Store.all)
  func `a new owner's epochs are above all its predecessors'`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      _ = try await bench.producer.commit(first(hold, 5))
      let seen = try #require(try await bench.producer.lease(of: 0))
      guard case .granted(let record) = try await bench.producer.steal(0, owner: "next", seen: seen, minimumFence: 0)
      else { return #expect(Bool(false), "the lease was as seen") }
      var other = first(LeaseHold(owner: "next", fence: record.fence), 5)
      other.page = PageKey("other")!

      #expect(try await bench.producer.commit(other) == .floor(5))
    }
  }

  @Test(arguments: Store.all)
  func `a generation up to the floor is refused in every commit`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      _ = try await bench.producer.commit(first(hold, 5))
      _ = try await bench.front.raiseFloor(to: 6, for: page).get()
      _ = try await bench.front.raiseFloor(to: 2, for: page).get()

      #expect(try await bench.producer.commit(next(hold, version(5, 1), [id("count"): value(2)])) == .floor(6))
      #expect(try await bench.producer.commit(first(hold, 6)) == .floor(6))
      #expect(try await bench.producer.commit(first(hold, 7)) == .ok)
    }
  }

  @Test(arguments: Store.all)
  func `a new epoch replaces everything`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      var old = first(hold, 5, [id("a"): value(1), id("b"): value(1)])
      old.privateState = ["cursor": Array("7".utf8)]
      _ = try await bench.producer.commit(old)
      _ = try await bench.producer.commit(next(hold, version(5, 1), [id("a"): nil]))

      #expect(try await bench.producer.commit(first(hold, 6, [id("c"): value(3)])) == .ok)

      let stored = try #require(try await bench.producer.restore(0).first)
      let components = [id("c"): Snapshot.StoredValue(revision: 1, value: value(3))]
      #expect(stored.snapshot == Snapshot(version: version(6, 1), components: components))
      #expect(stored.privateState == [:])
    }
  }

  @Test(arguments: Store.all)
  func `private state is restored and never sent`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      var commit = first(hold)
      commit.privateState = ["cursor": Array("7".utf8), "old": [0, 255, 10]]
      _ = try await bench.producer.commit(commit)
      var change = next(hold, version(5, 1), [id("count"): value(2)])
      change.privateState = ["cursor": Array("8".utf8), "old": nil]
      _ = try await bench.producer.commit(change)

      let stored = try await bench.producer.restore(0)

      #expect(stored.map(\.key) == [page])
      #expect(stored.first?.privateState == ["cursor": Array("8".utf8)])
      let snapshot = try await bench.front.read(page).get()
      #expect(stored.first?.snapshot == snapshot)
    }
  }

  @Test(arguments: Store.all)
  func `a dropped page is gone and its generation stays used`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      _ = try await bench.producer.commit(first(hold, 5))

      #expect(try await bench.producer.drop(page, hold: LeaseHold(owner: "x", fence: 1)) != .ok)
      #expect(try await bench.producer.drop(page, hold: hold) == .ok)
      #expect(try await bench.producer.drop(page, hold: hold) == .ok)

      #expect(try await bench.front.read(page).get() == nil)
      #expect(try await bench.producer.restore(0).isEmpty)
      #expect(try await bench.producer.commit(first(hold, 5)) == .floor(5))
    }
  }

  @Test(arguments: Store.all)
  func `the oldest of more than 256 tombstones raise the removed floor`(_ store: Store) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      let all = (0..<300).map { id("c\($0)") }
      _ = try await bench.producer.commit(first(hold, 5, Dictionary(uniqueKeysWithValues: all.map { ($0, value(0)) })))
      for (index, batch) in [all[0..<200], all[200..<299]].enumerated() {
        let values = Dictionary(uniqueKeysWithValues: batch.map { ($0, ComponentValue?.none) })
        _ = try await bench.producer.commit(next(hold, version(5, UInt64(index + 1)), values))
      }

      let snapshot = try #require(try await bench.front.read(page).get())

      #expect(snapshot.components.keys.sorted() == [id("c299")])
      #expect(snapshot.removed.count == 256)
      #expect(snapshot.removed.values.filter { $0 == 3 }.count == 99)
      #expect(snapshot.removedFloor == 2)
    }
  }

  @Test(arguments: Store.all, [1, 2, 3])
  func `after random commits the store equals the model`(_ store: Store, seed: UInt64) async throws {
    try await Bench.run(store) { bench in
      let hold = try await bench.lead()
      var model = Snapshot(version: version(5, 1), components: [:])
      model.components[id("c0")] = .init(revision: 1, value: value(0))
      _ = try await bench.producer.commit(first(hold, 5, [id("c0"): value(0)]))
      var random = SplitMix(state: seed)

      for step in 0..<120 {
        let changes = model.randomChanges(step, &random)
        let commit = next(hold, model.version, changes)
        #expect(try await bench.producer.commit(commit) == .ok)
        model.apply(changes, to: commit.to)
      }

      #expect(try await bench.front.read(page).get() == model)
    }
  }
}

extension Commit {
  fileprivate var published: PageMessage {
    if case .changes(let update, _) = update { .update(update) } else { .moved(to: to) }
  }
}

extension Snapshot {
  fileprivate func randomChanges(_ step: Int, _ random: inout SplitMix) -> [ComponentID: ComponentValue?] {
    var changes: [ComponentID: ComponentValue?] = [:]
    for _ in 0...Int.random(in: 0..<6, using: &random) {
      let name = id("c\(Int.random(in: 0..<40, using: &random))")
      changes[name] = .some(Bool.random(using: &random) ? value(step) : nil)
    }
    return changes
  }

  fileprivate mutating func apply(_ changes: [ComponentID: ComponentValue?], to version: Version) {
    self.version = version
    for (id, value) in changes {
      if let value {
        components[id] = StoredValue(revision: version.revision, value: value)
        removed[id] = nil
      } else if components.removeValue(forKey: id) != nil {
        removed[id] = version.revision
      }
    }
  }
}

/// A small seeded generator, so that a failing run can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
