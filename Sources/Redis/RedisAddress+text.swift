/// `redis://[user[:password]@]host[:port][/db]`, `redis+sentinel://[user[:password]@]host[:port],…/primary[/db]`, both
/// with `rediss` for TLS, or `unix:///path`. Special characters of user and password are percent-encoded.
extension RedisAddress {
  package init(_ text: String) throws(RedisAddressError) {
    if text.hasPrefix("unix://") {
      let path = text.dropFirst("unix://".count)
      guard path.hasPrefix("/"), path.utf8.count <= 103 else {
        throw RedisAddressError("unix:// needs an absolute path of at most 103 bytes, as in unix:///run/redis.sock")
      }
      self.init(path: String(path))
      return
    }
    guard let end = text.firstRange(of: "://"), let scheme = Scheme(rawValue: String(text[..<end.lowerBound])) else {
      throw RedisAddressError("a Redis address starts with redis://, rediss://, redis+sentinel://, rediss+sentinel:// or unix://")
    }
    self.init()
    usesTLS = scheme == .tls || scheme == .tlsSentinel
    var rest = text[end.upperBound...]
    // A password may hold @, so the host begins behind the last one; but / must be written %2F.
    let authority = rest.prefix { $0 != "/" }
    if let at = authority.lastIndex(of: "@") {
      login = try Self.login(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    if scheme == .plain || scheme == .tls {
      let place = try Place(parts[0], standard: 6379)
      endpoint = .tcp(host: place.host, port: place.port)
      try readDatabase(parts.dropFirst())
    } else {
      try readSentinels(parts)
    }
  }

  private enum Scheme: String {
    case plain = "redis", tls = "rediss", sentinel = "redis+sentinel", tlsSentinel = "rediss+sentinel"
  }

  private mutating func readSentinels(_ parts: [Substring]) throws(RedisAddressError) {
    guard parts.count >= 2, !parts[1].isEmpty, parts[1].utf8.allSatisfy(Place.isHostByte) else {
      throw RedisAddressError("the primary's name is missing, as in redis+sentinel://one:26379,two:26379/mymaster")
    }
    var places: [Place] = []
    for text in parts[0].split(separator: ",", omittingEmptySubsequences: false) {
      places.append(try Place(text, standard: 26_379))
    }
    endpoint = .sentinels(places, primary: String(parts[1]))
    try readDatabase(parts.dropFirst(2))
  }

  private mutating func readDatabase(_ parts: ArraySlice<Substring>) throws(RedisAddressError) {
    guard let text = parts.first, !text.isEmpty else { return }
    guard parts.count == 1, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), number <= 10_000
    else { throw RedisAddressError("the database after the host is a number, as in redis://localhost:6379/0") }
    database = number
  }

  private static func login(_ text: Substring) throws(RedisAddressError) -> RedisLogin {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = try decode(parts[0])
    return RedisLogin(user: name.isEmpty ? nil : name, password: parts.count == 2 ? try decode(parts[1]) : nil)
  }

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

extension RedisAddress.Place {
  /// `host`, `host:port`, `[::1]:port`.
  fileprivate init(_ text: Substring, standard: Int) throws(RedisAddressError) {
    var host = text, port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw RedisAddressError("the host's bracket [ is not closed") }
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw Self.malformed }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = text.firstIndex(of: ":") {
      (host, port) = (text[..<colon], text[text.index(after: colon)...])
    }
    let number = port.map { Int($0) ?? 0 } ?? standard
    guard (1...65_535).contains(number), !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte) else {
      throw Self.malformed
    }
    self.init(host: String(host), port: number)
  }

  fileprivate static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: ":"), UInt8(ascii: "%"): true
    default: false
    }
  }

  private static let malformed = RedisAddressError(
    "host or port cannot be read; write / : @ and % inside user or password as %2F %3A %40 %25")
}
