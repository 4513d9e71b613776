/// Why a command has no answer, or not the one hoped for.
package enum RedisError: Error, Hashable, Sendable {
  /// Not connected, or cut while waiting: then whether the command ran is unknown.
  case disconnected(String)
  /// Not connected, because the server that was reached is a replica.
  case notPrimary(String)
  /// No answer in time; the command may still run.
  case timeout
  /// Too many commands or bytes wait already; this one was not sent.
  case overloaded
  /// The server refused.
  case server(RedisServerError)
  /// An answer of another shape than the command has.
  case unexpected(String)
}

/// An error reply: what it means to us, and the server's words.
package struct RedisServerError: Error, Hashable, Sendable, CustomStringConvertible {
  package var kind: Kind
  package var message: String

  /// The error codes we treat differently.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Reading its file after a start: connect again later.
    case loading = "LOADING"
    /// A replica, or a primary that was demoted: find the primary by connecting again.
    case readOnly = "READONLY"
    /// Snapshots fail (disk full), so writes are refused; reads go on.
    case misconfigured = "MISCONF"
    /// `maxmemory` is reached; writes are refused.
    case outOfMemory = "OOM"
    /// A script runs too long.
    case busy = "BUSY"
    /// The script is not in the cache; it is sent in full then.
    case noScript = "NOSCRIPT"
    /// The user lacks a right; the message names it.
    case noPermission = "NOPERM"
    /// No password was given where one is needed.
    case notAuthenticated = "NOAUTH"
    /// User or password are wrong.
    case wrongPassword = "WRONGPASS"
    /// Cluster: the slot is elsewhere. Clusters need a proxy.
    case moved = "MOVED"
    /// Cluster: the slot is being moved.
    case ask = "ASK"
    /// Cluster: slots are not covered.
    case clusterDown = "CLUSTERDOWN"
    /// Cluster: keys are split while a slot moves.
    case tryAgain = "TRYAGAIN"
    /// A replica without its primary.
    case primaryDown = "MASTERDOWN"
    /// Fewer replicas than `min-replicas-to-write`; writes are refused.
    case noReplicas = "NOREPLICAS"
    /// A key holds another type.
    case wrongType = "WRONGTYPE"
    /// The consumer group is missing.
    case noGroup = "NOGROUP"
    /// The consumer group is there already.
    case groupExists = "BUSYGROUP"
    case other = ""
  }

  package init(_ message: String) {
    self.message = message
    self.kind = Self.kind(of: message)
  }

  /// True when this connection is of no more use.
  package var endsConnection: Bool {
    switch kind {
    case .loading, .readOnly, .primaryDown, .notAuthenticated: true
    default: false
    }
  }

  package var description: String { message }

  /// Redis is older than the command, or the command was renamed.
  var isUnknownCommand: Bool { message.hasPrefix("ERR unknown command") }

  /// The same with the command that was refused: its word and its first key, never a value.
  func naming(_ command: String) -> RedisServerError {
    var error = self
    if kind == .noPermission { error.message += " [\(command)]" }
    return error
  }

  // Redis 6.2 wraps an error inside a script: "ERR Error running script (…): @user_script:3: -OOM command not allowed";
  // 7.0 says without a code that a script's user lacks a right.
  private static func kind(of message: String) -> Kind {
    let words = message.split(separator: " ", maxSplits: 32)
    if let code = words.first, let kind = Kind(rawValue: String(code)), kind != .other { return kind }
    if message.contains("The user executing the script can't") { return .noPermission }
    guard message.hasPrefix("ERR Error running script") else { return .other }
    return words.lazy.filter { $0.hasPrefix("-") }.compactMap { Kind(rawValue: String($0.dropFirst())) }.first ?? .other
  }
}

extension RedisError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .disconnected(let reason), .notPrimary(let reason): reason
    case .timeout: "no answer in time"
    case .overloaded: "too many commands are waiting"
    case .server(let error): error.message
    case .unexpected(let reason): "unexpected answer: \(reason)"
    }
  }
}
