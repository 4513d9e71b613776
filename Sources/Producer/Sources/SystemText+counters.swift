// Counters since the machine started.
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
