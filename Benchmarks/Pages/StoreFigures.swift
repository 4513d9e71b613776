import Backplane
import DashboardModel
import Foundation
import PageSync
import Redis

/// The link to Redis by itself: `benchmarks commits|snapshot REDIS-URL [SECONDS|ROUNDS]`. Prints one JSON object.
struct StoreFigures {
  private let producer: RedisProducerBackplane
  private let front: RedisFrontBackplane
  private let amount: Int

  static func run(_ body: (StoreFigures) async throws -> JSON) async {
    do {
      let words = CommandLine.arguments
      guard words.count > 3, let amount = Int(words[3]) else { throw Trouble("expected a Redis URL and a number") }
      let configuration = RedisBackplaneConfiguration(try RedisAddress(words[2]))
      let producer = try RedisProducerBackplane(configuration), front = try RedisFrontBackplane(configuration)
      try await producer.ready()
      try await front.ready()
      try await producer.configure(shards: 1)
      let figures = try await body(StoreFigures(producer: producer, front: front, amount: amount))
      print(String(decoding: figures.encoded, as: UTF8.self))
      producer.stop()
      front.stop()
    } catch {
      FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
      exit(1)
    }
  }

  /// Commits of one component each, by pages that each wait for the answer before the next: what a producer's pages do.
  func commits() async throws -> JSON {
    let hold = try await lead(), clock = ContinuousClock(), end = clock.now + .seconds(amount)
    let pages = try (0..<Self.pagesAtOnce).map { try Self.key("page-\($0)") }
    let begun = clock.now
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for page in pages {
        group.addTask {
          var count = 0
          while clock.now < end {
            try await commit(page, count, hold)
            count += 1
          }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
    return ["commits": .number(Double(count)), "seconds": .number((clock.now - begun) / .seconds(1))]
  }

  /// Reads, takes over and encodes a page of one megabyte.
  func snapshot() async throws -> JSON {
    let hold = try await lead(), page = try Self.key("large")
    let large = ComponentValue(["text": .string(String(repeating: "x", count: 10_000))])
    let items = try (0..<100).map { (try Self.id("c\($0)"), large) }
    let first = Commit(
      page: page, hold: hold, base: nil, to: Self.version(1), update: .whole(Dictionary(uniqueKeysWithValues: items)))
    try await expectOK(producer.commit(first))
    var rounds: [JSON] = []
    let clock = ContinuousClock()
    for _ in 0..<amount {
      let begun = clock.now
      guard let snapshot = try await front.read(page).get() else { throw Trouble("the page is not there") }
      let read = clock.now
      let view = PageView(snapshot)
      let applied = clock.now
      let bytes = view.message(since: nil)?.json.count ?? 0
      rounds.append(
        .array([read - begun, applied - read, clock.now - applied].map { .number($0 / .milliseconds(1)) } + [.number(Double(bytes))]))
    }
    return ["rounds": .array(rounds)]
  }

  // MARK: -

  private static let pagesAtOnce = 64

  private func lead() async throws -> LeaseHold {
    let owner = "bench-\(UInt32.random(in: 0 ... .max))"
    guard case .granted(let lease) = try await producer.acquire(0, owner: owner, minimumFence: 0) else {
      throw Trouble("this Redis is in use")
    }
    return LeaseHold(owner: owner, fence: lease.fence)
  }

  private func commit(_ page: PageKey, _ count: Int, _ hold: LeaseHold) async throws {
    let number = try Self.id("number"), value = ComponentValue(["value": .number(Double(count))])
    let to = Self.version(UInt64(count) + 1), base = count == 0 ? nil : Self.version(UInt64(count))
    guard let base else {
      return try await expectOK(producer.commit(Commit(page: page, hold: hold, base: nil, to: to, update: .whole([number: value]))))
    }
    let update = Update(from: base, to: to, changes: [ComponentChange(number, .set(value))])
    let contents = Commit.Contents.changes(update, values: [number: value])
    try await expectOK(producer.commit(Commit(page: page, hold: hold, base: base, to: to, update: contents)))
  }

  private func expectOK(_ answer: CommitAnswer) throws {
    guard answer == .ok else { throw Trouble("a commit was answered \(answer)") }
  }

  // Generations are the shard's: the lowest that a new lease lets a page have is above what it was granted with.
  private static func version(_ revision: UInt64) -> Version {
    Version(epoch: Epoch(generation: 1_000_000, nonce: 0xBE), revision: revision)
  }

  private static func key(_ name: String) throws -> PageKey {
    guard let key = PageKey(name) else { throw Trouble("\(name) is no page") }
    return key
  }

  private static func id(_ name: String) throws -> ComponentID {
    guard let id = ComponentID(name) else { throw Trouble("\(name) is no component") }
    return id
  }

  /// Why there is no figure.
  private struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}
