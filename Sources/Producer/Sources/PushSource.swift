package import DashboardModel
import Synchronization

/// Holds the last value that was pushed. Its runner runs it only when too long a silence made that a failure.
package final class PushSource: RestorableSource, ChangeableSource {
  private let expect: Double?
  private let last = Mutex<JSON?>(nil)

  /// `expect`: seconds of silence that are too long.
  package init(expect: Double?) { self.expect = expect }

  /// Takes a value in; the runner publishes it with `announce()`.
  package func push(_ value: JSON) { last.withLock { $0 = value } }

  package var current: JSON? { last.withLock { $0 } }

  package func fetch() throws -> JSON {
    throw SourceError(expect.map { "nothing was pushed for \(Words.duration($0))" } ?? "nothing was pushed")
  }

  package var state: JSON? { current.map { ["last": $0] } }

  package func restore(_ state: JSON) {
    guard let restored = state["last"] else { return }
    push(restored)
  }
}
