package import DashboardModel
import FoundationEssentials
import Glibc
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

/// What the kernel's counters said at one instant.
struct SystemSample: Hashable, Sendable {
  var uptime: Double
  var cpu: SystemText.CPU
  var interfaces: [SystemText.Interface]
  var disks: SystemText.DiskBytes

  static func take() -> SystemSample {
    SystemSample(
      uptime: SystemText.uptime(SystemFile.text("/proc/uptime")), cpu: SystemText.cpu(SystemFile.text("/proc/stat")),
      interfaces: SystemText.interfaces(SystemFile.text("/proc/net/dev")),
      disks: SystemText.diskBytes(SystemFile.text("/proc/diskstats")))
  }
}

/// The value of the source, made of two samples and of what has no rate.
struct SystemReport {
  let now: SystemSample
  let before: SystemSample
  let disk: String

  var json: JSON {
    let memory = SystemText.memory(SystemFile.text("/proc/meminfo"))
    let mounts = SystemText.mounts(SystemFile.text("/proc/self/mounts"))
    var report: JSON.Members = identity
    report.list += rates.list
    report["load"] = SystemText.load(SystemFile.text("/proc/loadavg"))
    report["memory"] = memory.memory
    report["swap"] = memory.swap
    report["disk"] = FileSystemSpace.of(disk, mounts: mounts)
    report["disks"] = .array(SystemText.realFileSystems(mounts).compactMap(FileSystemSpace.row))
    report["processes"] = .number(Double(processCount))
    return .object(report)
  }

  private var identity: JSON.Members {
    var name = utsname()
    uname(&name)
    let host = withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let kernel = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return JSON.Members([
      .init(name: "hostname", value: .string(host)),
      .init(name: "os", value: .string(SystemText.osName(SystemFile.text("/etc/os-release")))),
      .init(name: "kernel", value: .string(kernel)), .init(name: "cores", value: .number(Double(now.cpu.cores))),
      .init(name: "uptime", value: .number(now.uptime)),
    ])
  }

  /// What is a difference of two samples.
  var rates: JSON.Members {
    let cpu = now.cpu.share(since: before.cpu)
    let seconds = now.uptime - before.uptime
    let interfaces = now.interfaces.map { $0.rate(since: before.interfaces, seconds: seconds) }
    let outside = zip(now.interfaces, interfaces).filter { $0.0.isPhysical }.map(\.1)
    var members = JSON.Members()
    members["cpu"] = .number(cpu.busy)
    members["cpu_user"] = .number(cpu.user)
    members["cpu_system"] = .number(cpu.system)
    members["cpu_iowait"] = .number(cpu.iowait)
    members["network"] = [
      "received": .number(outside.reduce(0) { $0 + $1.received }), "sent": .number(outside.reduce(0) { $0 + $1.sent }),
    ]
    members["interfaces"] = .array(interfaces.map {
      ["name": .string($0.name), "received": .number($0.received), "sent": .number($0.sent)]
    })
    members["disk_io"] = [
      "read": .number(rate(now.disks.read, before.disks.read, seconds: seconds)),
      "written": .number(rate(now.disks.written, before.disks.written, seconds: seconds)),
    ]
    return members
  }

  private var processCount: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.count { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }
}

/// A counter's growth per second; 0 when it went back (an interface was replaced).
func rate(_ now: Double, _ before: Double, seconds: Double) -> Double {
  seconds > 0 ? max(0, ((now - before) / seconds).rounded()) : 0
}

enum SystemFile {
  /// A file of the kernel; empty when it does not exist, as some do not in a container.
  static func text(_ path: String) -> String {
    (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// Room on file systems.
enum FileSystemSpace {
  /// `{"mount":"/","total":…,"used":…,"free":…,"percent":…}` of the file system that holds `path`, `null` if that is a
  /// network's: asking one whose server is away would hang.
  static func of(_ path: String, mounts: [SystemText.Mount]) -> JSON {
    let holder = mounts.last { mount in
      !mounts.contains { $0.path.count > mount.path.count && $0.holds(path) } && mount.holds(path)
    }
    if let holder, holder.isNetwork { return .null }
    guard let space = space(path) else { return .null }
    return .object(JSON.Members([.init(name: "mount", value: .string(holder?.path ?? path))] + space.list))
  }

  static func row(_ mount: SystemText.Mount) -> JSON? {
    var status = stat()
    // A container has single files mounted from the host (/etc/hosts): not a place anybody fills.
    guard stat(mount.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, let space = space(mount.path) else {
      return nil
    }
    return .object(JSON.Members(
      [
        .init(name: "device", value: .string(mount.device)), .init(name: "mount", value: .string(mount.path)),
        .init(name: "type", value: .string(mount.type)),
      ] + space.list))
  }

  private static func space(_ path: String) -> JSON.Members? {
    var info = statvfs()
    guard statvfs(path, &info) == 0, info.f_blocks > 0 else { return nil }
    let unit = Double(info.f_frsize)
    let (total, free) = (Double(info.f_blocks) * unit, Double(info.f_bavail) * unit)
    let used = total - Double(info.f_bfree) * unit
    return JSON.Members([
      .init(name: "total", value: .number(total)), .init(name: "used", value: .number(used)),
      .init(name: "free", value: .number(free)), .init(name: "percent", value: .number(percent(used, of: used + free))),
    ])
  }
}

/// With one decimal; 0 of nothing is 0.
func percent(_ part: Double, of whole: Double) -> Double {
  whole > 0 ? (min(1, max(0, part / whole)) * 1000).rounded() / 10 : 0
}
