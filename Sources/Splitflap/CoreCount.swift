import FoundationEssentials
import NIOCore

/// How many cores this process may use.
enum CoreCount {
  /// What the machine and the container give, less what this process was pinned to (`taskset`, a cpuset): one thread more
  /// would only take turns with the others.
  static var usable: Int {
    let status = FileManager.default.contents(atPath: "/proc/self/status").map { String(decoding: $0, as: UTF8.self) }
    return max(1, min(System.coreCount, status.flatMap { allowed(in: $0) } ?? .max))
  }

  /// The cores of `Cpus_allowed`, hexadecimal digits with commas between, in what Linux says of a process: the same as
  /// `sched_getaffinity`, which Swift cannot call. `nil` where it is missing.
  static func allowed(in status: String) -> Int? {
    let name = "Cpus_allowed:"
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
    return line.dropFirst(name.count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
  }
}
