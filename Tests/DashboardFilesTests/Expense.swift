import Foundation
import Synchronization

/// What a piece of work cost: processor time of its thread, and by how much the process was larger at the most.
struct Expense: CustomStringConvertible {
  var seconds: Double
  var bytes: Int

  /// What one file may cost, whatever is in it.
  static let limit = Expense(seconds: 1, bytes: 200 << 20)

  var isWithinLimit: Bool { seconds < Self.limit.seconds && bytes < Self.limit.bytes }
  var description: String { "\(seconds) s, \(bytes >> 20) MiB" }

  /// One at a time, for the peak is the process's. Tests beside it may grow meanwhile, so what is too much is done again:
  /// the work's own appetite comes back, a neighbour's does not.
  static func least(of tries: Int = 4, _ work: () throws -> Void) rethrows -> Expense {
    try turn.withLock { _ in
      var least = try measured(work)
      for _ in 1..<tries where !least.isWithinLimit {
        let again = try measured(work)
        least = Expense(seconds: min(least.seconds, again.seconds), bytes: min(least.bytes, again.bytes))
      }
      return least
    }
  }

  private static let turn = Mutex(())

  private static func measured(_ work: () throws -> Void) rethrows -> Expense {
    // Without this, what an earlier case gave back would serve this one unseen.
    trim()
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    let (before, start) = (status("VmRSS:"), threadSeconds)
    try work()
    return Expense(seconds: threadSeconds - start, bytes: max(0, status("VmHWM:") - before))
  }

  /// `malloc_trim(0)`, which Swift does not import.
  private static func trim() {
    typealias Trim = @convention(c) (Int) -> CInt
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    _ = unsafeBitCast(symbol, to: Trim.self)(0)
  }

  /// Processor time of this thread.
  static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// A line of the process's status that is told in kB.
  private static func status(_ name: String) -> Int {
    let text = (try? String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return (line?.split { $0.isWhitespace }.dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }
}
