/// What a Redis says of itself (INFO), held against what the platform needs.
struct ServerFacts {
  private let product: String
  /// Numbers of the product's version, `[7, 2, 11]`.
  private let version: [Int]
  /// The Redis it is compatible with; the same for Redis itself.
  private let compatible: [Int]
  private let policy: String?
  private let mode: String?

  init(info: String) {
    var values: [Substring: String] = [:]
    for line in info.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { values[parts[0]] = String(parts[1]) }
    }
    let isValkey = values["server_name"] == "valkey"
    product = isValkey ? "Valkey" : "Redis"
    compatible = Self.numbers(values["redis_version"])
    version = isValkey ? Self.numbers(values["valkey_version"]) : compatible
    policy = values["maxmemory_policy"]
    mode = values["redis_mode"]
  }

  /// Why it cannot be used, and what to do; `nil` if it can.
  var refusal: String? {
    if compatible.lexicographicallyPrecedes([6, 2]) { return "\(name) is too old; 6.2 or later is needed" }
    if mode == "cluster" {
      return "\(name) runs as a cluster; one primary is needed, with replicas and Sentinel for failover"
    }
    if let policy, policy != "noeviction" {
      return "\(name) may throw pages away: maxmemory-policy is \(policy); set it to noeviction"
    }
    return nil
  }

  /// What to tell of flaws in its Lua, through which whoever may run scripts may run anything.
  enum LuaFlaws: Equatable {
    case fixed
    /// A release of its series has the fix.
    case open(since: String)
    /// No release of its series has it, but a distribution's package may.
    case unknown
  }

  var luaFlaws: LuaFlaws {
    guard version.count >= 3 else { return .unknown }
    let fixes = product == "Valkey" ? Self.fixedValkey : Self.fixedRedis
    if let last = fixes.last, last.lexicographicallyPrecedes(version) { return .fixed }
    guard let fix = fixes.first(where: { $0.prefix(2) == version.prefix(2) }) else { return .unknown }
    return version.lexicographicallyPrecedes(fix) ? .open(since: Self.text(fix)) : .fixed
  }

  var name: String { "\(product) \(Self.text(version))" }

  // First releases without CVE-2025-49844, -46817, -46818 and -46819.
  private static let fixedRedis = [[6, 2, 20], [7, 2, 11], [7, 4, 6], [8, 0, 4], [8, 2, 2]]
  private static let fixedValkey = [[7, 2, 11], [8, 0, 6], [8, 1, 4]]

  private static func numbers(_ text: String?) -> [Int] {
    (text ?? "").split(separator: ".").prefix(3).compactMap { Int($0.prefix { $0.isNumber }) }
  }

  private static func text(_ numbers: [Int]) -> String {
    numbers.isEmpty ? "of an unknown version" : numbers.map(String.init).joined(separator: ".")
  }
}
