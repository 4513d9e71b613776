package import DashboardModel
import Synchronization

/// Counts up by a step each run: the first value is start + step.
package final class CounterSource: RestorableSource, ChangeableSource {
  private let start: Double
  private let step: Double
  private let count: Mutex<Double>

  package init(start: Double, step: Double) {
    self.start = start
    self.step = step
    count = Mutex(start)
  }

  package func fetch() -> JSON {
    .number(count.withLock { count in
      count += step
      return count
    })
  }

  package var current: JSON? { .number(count.withLock { $0 }) }

  /// Adds `amount`; the runner publishes it with `announce()`.
  package func add(_ amount: Double) { count.withLock { $0 += amount } }

  /// Back to the start; the runner publishes it with `announce()`.
  package func reset() { count.withLock { $0 = start } }

  package var state: JSON? { ["count": .number(count.withLock { $0 })] }

  package func restore(_ state: JSON) {
    guard let restored = state["count"]?.double, restored.isFinite else { return }
    count.withLock { $0 = restored }
  }
}
