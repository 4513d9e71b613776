import Foundation

/// Many seeds, run side by side on every core.
package struct Batch: Sendable, CustomStringConvertible {
  package private(set) var seeds = 0
  /// Seeds that broke an invariant, and which, the lowest first; the first ``mostFound`` of each lane.
  package private(set) var found: [(seed: UInt64, what: String)] = []
  /// How many seeds broke each invariant, by its name.
  package private(set) var violations: [String: Int] = [:]
  package private(set) var longestRest = 0
  package private(set) var excepted = 0

  private static let mostFound = 100

  package var firstViolation: (seed: UInt64, what: String)? { found.first }

  /// `stopEarly`: after the first violation no further seeds are begun.
  package static func run(
    seeds: Range<UInt64>, mix: Mix = .everything, without rule: Rule? = nil, stopEarly: Bool = false
  ) async -> Batch {
    let width = UInt64(max(1, ProcessInfo.processInfo.activeProcessorCount))
    return await withTaskGroup(of: Batch.self) { group in
      for lane in 0..<width {
        group.addTask {
          var batch = Batch()
          for seed in stride(from: seeds.lowerBound + lane, to: seeds.upperBound, by: Int(width)) {
            // Other suites run beside this one, on as few threads as there are cores.
            await Task.yield()
            batch.note(World(seed: seed, mix: mix, without: rule).run(), seed)
            if stopEarly, batch.firstViolation != nil { break }
          }
          return batch
        }
      }
      return await group.reduce(into: Batch()) { $0.join($1) }
    }
  }

  private mutating func note(_ report: World.Report, _ seed: UInt64) {
    seeds += 1
    longestRest = max(longestRest, report.restedAfter)
    excepted += report.excepted
    guard let what = report.violation else { return }
    violations[String(what.prefix { $0 != ":" }), default: 0] += 1
    if found.count < Self.mostFound { found.append((seed, what)) }
  }

  private mutating func join(_ other: Batch) {
    seeds += other.seeds
    longestRest = max(longestRest, other.longestRest)
    excepted += other.excepted
    violations.merge(other.violations, uniquingKeysWith: +)
    found = (found + other.found).sorted { $0.seed < $1.seed }
  }

  /// `I3 12, I5 3`
  package var hits: String {
    violations.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  package var description: String {
    let found = firstViolation.map { "first seed \($0.seed): \($0.what)" } ?? "no violation"
    return "\(seeds) seeds, \(found)\(hits.isEmpty ? "" : " (\(hits))"); "
      + "at rest \(longestRest) ms after the last fault at the latest; \(excepted) effects lost with store and owner"
  }
}
