import DashboardModel

/// Reads the text of `INFO`: `used_memory:1024` is `"used_memory":1024`, and `db0:keys=1,expires=0,avg_ttl=0` is
/// `"db0":{"keys":1,"expires":0,"avg_ttl":0}`.
enum RedisInfo {
  static func object(_ text: String) -> JSON {
    .object(JSON.Members(text.split(whereSeparator: \.isNewline).compactMap { line in
      guard !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") else { return nil }
      return JSON.Member(name: String(line[..<colon]), value: value(line[line.index(after: colon)...]))
    }))
  }

  private static func value(_ text: Substring) -> JSON {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard text.contains("="), parts.allSatisfy({ $0.contains("=") }) else { return scalar(text) }
    return .object(JSON.Members(parts.map { part in
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return JSON.Member(name: String(halves[0]), value: scalar(halves[1]))
    }))
  }

  private static func scalar(_ text: Substring) -> JSON {
    let value = CSV.Cell(text: String(text), isQuoted: false).value
    return value == .null ? "" : value
  }
}
