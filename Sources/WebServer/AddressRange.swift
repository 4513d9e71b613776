import NIOCore

/// A network such as `10.0.0.0/8`, or a single address such as `::1`.
package struct AddressRange: Sendable, Hashable {
  private let bytes: [UInt8]
  private let prefixBits: Int

  /// Reads an IPv4 or IPv6 address with an optional prefix length; `nil` for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let bytes = Self.bytes(ofAddress: String(first)) else { return nil }
    var prefixBits = bytes.count * 8
    if parts.count == 2 {
      guard let bits = Int(parts[1]), (0...prefixBits).contains(bits) else { return nil }
      prefixBits = bits
    }
    self.bytes = bytes
    self.prefixBits = prefixBits
  }

  /// True for an address inside the range; an IPv4 address mapped into IPv6 counts as IPv4.
  package func contains(_ address: String) -> Bool {
    guard let other = Self.bytes(ofAddress: address), other.count == bytes.count else { return false }
    let whole = prefixBits / 8
    guard bytes.prefix(whole) == other.prefix(whole) else { return false }
    let rest = prefixBits % 8
    return rest == 0 || (bytes[whole] ^ other[whole]) >> (8 - rest) == 0
  }

  private static func bytes(ofAddress text: String) -> [UInt8]? {
    guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
    switch address {
    case .v4(let v4):
      return withUnsafeBytes(of: v4.address.sin_addr) { Array($0) }
    case .v6(let v6):
      let bytes = withUnsafeBytes(of: v6.address.sin6_addr) { Array($0) }
      let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
      return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    case .unixDomainSocket:
      return nil
    }
  }
}

/// Who is really asking when proxies stand in between.
struct ClientAddress {
  let trustedProxies: [AddressRange]

  func isTrusted(_ address: String) -> Bool { trustedProxies.contains { $0.contains(address) } }

  /// The peer itself, or, when a trusted proxy asks, the last address in `forwardedFor` that is not a trusted proxy.
  func resolve(peer: String, forwardedFor: [Substring]) -> String {
    guard isTrusted(peer) else { return peer }
    for hop in forwardedFor.reversed() {
      let address = String(hop.filter { $0 != " " && $0 != "\t" })
      guard (try? SocketAddress(ipAddress: address, port: 0)) != nil else { return peer }
      if !isTrusted(address) { return address }
    }
    return peer
  }
}
