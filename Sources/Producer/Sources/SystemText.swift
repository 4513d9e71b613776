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
