import DashboardModel
import FoundationEssentials
import Glibc

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

/// With one decimal; 0 of nothing is 0.
func percent(_ part: Double, of whole: Double) -> Double {
  whole > 0 ? (min(1, max(0, part / whole)) * 1000).rounded() / 10 : 0
}
