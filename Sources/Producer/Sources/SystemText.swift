import DashboardModel

/// Reads what the kernel writes under `/proc` (proc(5)). Pure: a line it does not understand is left out.
enum SystemText {
  /// Times of all processors together, in ticks.
  struct CPU: Hashable, Sendable {
    var cores = 0
    var user = 0.0
    var system = 0.0
    var idle = 0.0
    var iowait = 0.0
    var steal = 0.0

    /// Percent of all processors' time.
    func share(since before: CPU) -> (busy: Double, user: Double, system: Double, iowait: Double) {
      let total = self.total - before.total
      let idling = idle + iowait - before.idle - before.iowait
      return (
        percent(total - idling, of: total), percent(user - before.user, of: total),
        percent(system - before.system, of: total), percent(iowait - before.iowait, of: total)
      )
    }

    private var total: Double { user + system + idle + iowait + steal }
  }

  /// `cpu  user nice system idle iowait irq softirq steal …`, then a line per processor.
  static func cpu(_ stat: String) -> CPU {
    var cpu = CPU()
    for fields in lines(stat) where fields.first?.hasPrefix("cpu") == true {
      guard fields[0] == "cpu" else {
        cpu.cores += 1
        continue
      }
      let ticks = fields.dropFirst().map { Double($0) ?? 0 } + Array(repeating: 0, count: 8)
      cpu.user = ticks[0] + ticks[1]
      cpu.system = ticks[2] + ticks[5] + ticks[6]
      (cpu.idle, cpu.iowait, cpu.steal) = (ticks[3], ticks[4], ticks[7])
    }
    return cpu
  }

  static func uptime(_ text: String) -> Double { lines(text).first?.first.flatMap { Double($0) } ?? 0 }

  static func load(_ text: String) -> JSON {
    let fields = (lines(text).first ?? []).prefix(3).map { Double($0) ?? 0 } + [0, 0, 0]
    return ["one": .number(fields[0]), "five": .number(fields[1]), "fifteen": .number(fields[2])]
  }

  /// Bytes. Memory counts as used when it is not available to programs: caches are.
  static func memory(_ meminfo: String) -> (memory: JSON, swap: JSON) {
    var sizes: [Substring: Double] = [:]
    for fields in lines(meminfo) where fields.count >= 2 {
      sizes[fields[0].dropLast()] = (Double(fields[1]) ?? 0) * 1024
    }
    let total = sizes["MemTotal"] ?? 0
    let available = sizes["MemAvailable"] ?? sizes["MemFree"] ?? 0
    let swap = sizes["SwapTotal"] ?? 0
    let swapped = swap - (sizes["SwapFree"] ?? 0)
    return (
      [
        "total": .number(total), "used": .number(total - available), "available": .number(available),
        "percent": .number(percent(total - available, of: total)),
      ],
      ["total": .number(swap), "used": .number(swapped), "percent": .number(percent(swapped, of: swap))]
    )
  }

  static func osName(_ osRelease: String) -> String {
    let line = osRelease.split(whereSeparator: \.isNewline).first { $0.hasPrefix("PRETTY_NAME=") }
    let name = line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } } ?? ""
    return name.isEmpty ? "Linux" : name
  }

  static func lines(_ text: String) -> [[Substring]] {
    text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
  }
}

// Network and disks: counters since the machine started.
extension SystemText {
  struct Interface: Hashable, Sendable {
    var name: String
    var received: Double
    var sent: Double

    /// Bytes per second.
    func rate(since before: [Interface], seconds: Double) -> Interface {
      guard let before = before.first(where: { $0.name == name }) else {
        return Interface(name: name, received: 0, sent: 0)
      }
      return Interface(
        name: name, received: Producer.rate(received, before.received, seconds: seconds),
        sent: Producer.rate(sent, before.sent, seconds: seconds))
    }

    /// False for what only passes on the traffic of another interface, so that nothing is counted twice.
    var isPhysical: Bool {
      !["veth", "docker", "br-", "virbr", "ifb", "tun", "tap", "wg", "cni", "flannel", "bond", "dummy"]
        .contains { name.hasPrefix($0) }
    }
  }

  /// All interfaces but the loopback. After the name's colon: 8 numbers received, 8 sent, bytes first.
  static func interfaces(_ netDev: String) -> [Interface] {
    netDev.split(whereSeparator: \.isNewline).compactMap { line in
      guard let colon = line.lastIndex(of: ":") else { return nil }
      let fields = line[line.index(after: colon)...].split(separator: " ")
      let name = line[..<colon].trimmed
      guard fields.count >= 9, name != "lo", let received = Double(fields[0]), let sent = Double(fields[8]) else {
        return nil
      }
      return Interface(name: String(name), received: received, sent: sent)
    }
  }

  struct DiskBytes: Hashable, Sendable {
    var read = 0.0
    var written = 0.0
  }

  /// Whole disks only. Sectors are 512 bytes here, whatever the disk says.
  static func diskBytes(_ diskstats: String) -> DiskBytes {
    let rows = lines(diskstats).filter { $0.count >= 10 }
    let names = rows.map { String($0[2]) }
    var bytes = DiskBytes()
    for (row, name) in zip(rows, names) where !isPartOfAnother(name, names) {
      bytes.read += (Double(row[5]) ?? 0) * 512
      bytes.written += (Double(row[9]) ?? 0) * 512
    }
    return bytes
  }

  // sda1 of sda, nvme0n1p2 of nvme0n1; and what is built on disks (dm, md) or on memory.
  private static func isPartOfAnother(_ name: String, _ names: [String]) -> Bool {
    if ["loop", "ram", "zram", "dm-", "md", "sr", "fd"].contains(where: { name.hasPrefix($0) }) { return true }
    return names.contains { disk in
      guard name.count > disk.count, name.hasPrefix(disk) else { return false }
      let rest = name.dropFirst(disk.count)
      return (rest.first == "p" ? rest.dropFirst() : rest).allSatisfy(\.isNumber)
    }
  }
}

// File systems.
extension SystemText {
  struct Mount: Hashable, Sendable {
    var device: String
    var path: String
    var type: String

    var isNetwork: Bool {
      ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs", "davfs"]
        .contains(type) || type.hasPrefix("fuse")
    }

    func holds(_ file: String) -> Bool { path == "/" || file == path || file.hasPrefix(path + "/") }
  }

  static func mounts(_ text: String) -> [Mount] {
    lines(text).filter { $0.count >= 3 }.map {
      Mount(device: unescape($0[0]), path: unescape($0[1]), type: String($0[2]))
    }
  }

  /// Those on a disk of this machine, each device once, under its shortest path.
  static func realFileSystems(_ mounts: [Mount]) -> [Mount] {
    var seen: Set<String> = []
    let real = mounts.filter { onDisk.contains($0.type) }
    return real.filter { mount in
      let isShortest = !real.contains { $0.device == mount.device && $0.path.count < mount.path.count }
      return isShortest && seen.insert(mount.device).inserted
    }
  }

  private static let onDisk: Set<String> = [
    "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "vfat", "exfat", "ntfs",
    "ntfs3", "hfsplus", "overlay",
  ]

  // A space is written \040.
  private static func unescape(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      if byte == UInt8(ascii: "\\"), digits.count == 3, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
