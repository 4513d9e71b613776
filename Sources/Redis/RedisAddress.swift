import FoundationEssentials

/// Where a Redis is and how to log in: `redis://[user[:password]@]host[:port][/db]`, `rediss://…` for TLS, or
/// `unix:///path`. Special characters of user and password are percent-encoded.
package struct RedisAddress: Hashable, Sendable {
  package enum Endpoint: Hashable, Sendable {
    case tcp(host: String, port: Int)
    case unix(path: String)
  }

  package var endpoint: Endpoint
  package var usesTLS = false
  /// A PEM file with the authorities to trust instead of the system's.
  package var authorityFile: String?
  package var user: String?
  package var password: String?
  package var database = 0

  package init(host: String = "127.0.0.1", port: Int = 6379) { endpoint = .tcp(host: host, port: port) }

  package init(path: String) { endpoint = .unix(path: path) }

  package init(_ text: String) throws(RedisAddressError) {
    if text.hasPrefix("unix://") {
      let path = text.dropFirst("unix://".count)
      guard path.hasPrefix("/"), path.utf8.count <= 103 else {
        throw RedisAddressError("unix:// needs an absolute path of at most 103 bytes, as in unix:///run/redis.sock")
      }
      self.init(path: String(path))
      return
    }
    self.init()
    let rest: Substring
    if text.hasPrefix("redis://") {
      rest = text.dropFirst("redis://".count)
    } else if text.hasPrefix("rediss://") {
      (rest, usesTLS) = (text.dropFirst("rediss://".count), true)
    } else {
      throw RedisAddressError("a Redis address starts with redis://, rediss:// or unix://")
    }
    let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    try readAuthority(parts[0])
    if parts.count == 2, !parts[1].isEmpty { try readDatabase(parts[1]) }
  }

  /// Takes the password from a file's first line, as mounted secrets come.
  package mutating func readPassword(fromFile path: String) throws(RedisAddressError) {
    guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= 4096,
      let text = String(validating: data, as: UTF8.self)
    else { throw RedisAddressError("the Redis password file \(path) cannot be read") }
    let line = text.prefix { !$0.isNewline }
    guard !line.isEmpty else { throw RedisAddressError("the Redis password file \(path) is empty") }
    password = String(line)
  }

  private mutating func readAuthority(_ text: Substring) throws(RedisAddressError) {
    guard let at = text.lastIndex(of: "@") else { return try readHost(text) }
    let login = text[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = try Self.decode(login[0])
    user = name.isEmpty ? nil : name
    if login.count == 2 { password = try Self.decode(login[1]) }
    try readHost(text[text.index(after: at)...])
  }

  private mutating func readHost(_ text: Substring) throws(RedisAddressError) {
    var host = text, port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw RedisAddressError("the host's bracket [ is not closed") }
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw Self.malformedHost }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = text.firstIndex(of: ":") {
      (host, port) = (text[..<colon], text[text.index(after: colon)...])
    }
    let number = port.map { Int($0) ?? 0 } ?? 6379
    guard (1...65_535).contains(number), !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else {
      throw Self.malformedHost
    }
    endpoint = .tcp(host: String(host), port: number)
  }

  private mutating func readDatabase(_ text: Substring) throws(RedisAddressError) {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), number <= 10_000 else {
      throw RedisAddressError("the database after the host is a number, as in redis://localhost:6379/0")
    }
    database = number
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: ":"), UInt8(ascii: "%"): true
    default: false
    }
  }

  private static let malformedHost = RedisAddressError(
    "host or port cannot be read; write / : @ and % inside user or password as %2F %3A %40 %25")

  private static func decode(_ text: Substring) throws(RedisAddressError) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
        throw RedisAddressError("user or password has a % that no two hexadecimal digits follow; write % as %25")
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw RedisAddressError("user or password is not UTF-8")
    }
    return decoded
  }
}

/// What is wrong with a Redis address; never holds the address itself, for it may hold a password.
package struct RedisAddressError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String
  init(_ description: String) { self.description = description }
}

extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address without the password.
  package var description: String {
    let login = (user ?? "") + (password == nil ? "" : ":***")
    let at = login.isEmpty ? "" : "@"
    switch endpoint {
    case .unix(let path): return "unix://\(login)\(at)\(path)"
    case .tcp(let host, let port):
      let name = host.contains(":") ? "[\(host)]" : host
      return "\(usesTLS ? "rediss" : "redis")://\(login)\(at)\(name):\(port)/\(database)"
    }
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
