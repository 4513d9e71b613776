import FoundationEssentials

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

/// Files of the kernel.
enum SystemFile {
  /// A file of the kernel; empty when it does not exist, as some do not in a container.
  static func text(_ path: String) -> String {
    (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
