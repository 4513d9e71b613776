import Backplane
import DashboardModel
import Foundation
import PageSync
import Testing
import TestSupport

/// Measures; run with `SPLITFLAP_MEASURE=1 swift test -c release --filter SpeedTests`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["SPLITFLAP_MEASURE"] != nil, "only when asked to measure"), .serialized)
struct SpeedTests {
  @Test(arguments: Store.all)
  func `commits on one connection`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      let hold = try await bench.lead()
      _ = try await bench.producer.commit(first(hold))
      let start = ContinuousClock.now
      for revision in 1...5000 {
        let commit = next(hold, version(5, UInt64(revision)), [id("count"): value(revision)])
        #expect(try await bench.producer.commit(commit) == .ok)
      }
      report("\(store): 5000 commits one after the other", start)
    }
  }

  @Test func `commits of many pages at once`() async throws {
    try await Bench.run(.redis) { (bench) async throws in
      let hold = try await bench.lead()
      let pages = (0..<50).map { PageKey("p\($0)")! }
      for (index, page) in pages.enumerated() {
        var commit = first(hold, UInt64(index + 1))
        commit.page = page
        #expect(try await bench.producer.commit(commit) == .ok)
      }
      let start = ContinuousClock.now
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, page) in pages.enumerated() {
          group.addTask { () async throws in
            for revision in 1...400 {
              var commit = next(hold, version(UInt64(index + 1), UInt64(revision)), [id("count"): value(revision)])
              commit.page = page
              #expect(try await bench.producer.commit(commit) == .ok)
            }
          }
        }
        try await group.waitForAll()
      }
      report("redis: 20000 commits of 50 pages", start)
    }
  }

  @Test(arguments: [100, 1000])
  func `reading a page of one megabyte`(_ components: Int) async throws {
    try await Bench.run(.redis) { (bench) async throws in
      let hold = try await bench.lead()
      let text = String(repeating: "x", count: 400_000 / components)
      let numbers = JSON.array((0..<(100_000 / components)).map { .number(Double($0) + 0.5) })
      let large = ComponentValue(["text": .string(text), "numbers": numbers])
      let contents = Dictionary(uniqueKeysWithValues: (0..<components).map { (id("c\($0)"), large) })
      #expect(try await bench.producer.commit(first(hold, 5, contents)) == .ok)
      let start = ContinuousClock.now
      for _ in 0..<10 { #expect(try await bench.front.read(page).get() != nil) }
      report("redis: 10 reads of \(large.json.count * components) bytes in \(components) components", start)
    }
  }

  private func report(_ what: String, _ start: ContinuousClock.Instant) {
    print("\(what): \(ContinuousClock.now - start)")
  }
}
