package import DashboardModel
import Synchronization

/// This machine: processor, memory, load, disks, network. Rates are means since the previous run; the first run takes
/// two samples.
package final class SystemSource: Source {
  private let disk: String
  private let work = BlockingWork()
  private let last = Mutex<SystemSample?>(nil)

  /// `disk` is any path on the file system to be shown as `disk`.
  package init(disk: String) { self.disk = disk }

  package func fetch() async throws -> JSON {
    var before = last.withLock { $0 }
    if before == nil {
      before = try await work.run { SystemSample.take() }
      try await Task.sleep(for: .milliseconds(200))
    }
    let disk = disk
    let (now, report) = try await work.run { [before] () -> (SystemSample, JSON) in
      let now = SystemSample.take()
      return (now, SystemReport(now: now, before: before ?? now, disk: disk).json)
    }
    last.withLock { $0 = now }
    return report
  }
}
