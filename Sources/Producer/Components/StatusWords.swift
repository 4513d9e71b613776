import DashboardModel

/// The words a `status` without levels understands.
enum StatusWords {
  private static let levels: [Level: Set<String>] = [
    .good: ["ok", "up", "passed", "success", "healthy", "true", "running"],
    .warn: ["warning", "degraded", "pending", "unstable"],
    .bad: ["failed", "error", "down", "critical", "false"],
  ]

  static func level(_ value: JSON) -> Level? {
    guard let word = Reading.text(value)?.lowercased() else { return nil }
    return levels.first { $0.value.contains(word) }?.key
  }
}
