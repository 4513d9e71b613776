import NIOHTTP1

/// The checks every request passes before a route sees it: a pure function from head to facts, or an error.
struct RequestCheck {
  let allowedHosts: Set<String>?
  let allowedHostsHint: String

  /// What the server needs to know of an accepted head.
  struct Facts {
    var target: RequestTarget
    var path: Substring
    var host: String
    var body: Body
    var expectsContinue = false
    /// The decoder stops at such a request, so the connection ends with it whatever the answer.
    var asksForUpgrade = false
  }

  /// How much body was announced.
  enum Body: Equatable {
    case none
    case length(Int)
    case chunked
  }

  func check(_ head: HTTPRequestHead) -> Result<Facts, WebError> {
    guard Self.methods.contains(head.method) else { return .failure(.methodNotAllowed) }
    let fields = FramingFields(head.headers)
    if fields.hasUnknownExpectation { return .failure(.expectationFailed) }
    let target = RequestTarget(head.uri)
    return body(of: fields, version: head.version).flatMap { body in
      host(of: fields, target: target, version: head.version).flatMap { host in
        guard let path = target.path else { return .failure(.notFound) }
        return .success(
          Facts(
            target: target, path: path, host: host, body: body,
            expectsContinue: fields.expectsContinue && head.version == .http1_1, asksForUpgrade: fields.upgrades))
      }
    }
  }

  private static let methods: [HTTPMethod] = [.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE]

  private func body(of fields: FramingFields, version: HTTPVersion) -> Result<Body, WebError> {
    switch (fields.transferCodings.count, fields.lengths.count) {
    case (0, 0): return .success(.none)
    case (0, 1):
      let text = fields.lengths[0]
      guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text) else {
        return .failure(.badFraming)
      }
      return .success(.length(length))
    case (1, 0):
      guard version == .http1_1 else { return .failure(.badFraming) }
      let isChunked = fields.transferCodings[0].lowercased() == "chunked"
      return isChunked ? .success(.chunked) : .failure(.unknownTransferCoding)
    default: return .failure(.badFraming)
    }
  }

  private func host(of fields: FramingFields, target: RequestTarget, version: HTTPVersion) -> Result<String, WebError> {
    guard fields.hosts.count == 1 || (fields.hosts.isEmpty && version != .http1_1) else {
      return .failure(.missingHost)
    }
    let host = target.authority.map(String.init) ?? fields.hosts.first ?? ""
    guard let name = Self.hostName(host) else {
      return host.isEmpty && version != .http1_1 && allowedHosts == nil ? .success("") : .failure(.missingHost)
    }
    guard let allowedHosts, !allowedHosts.contains(name) else { return .success(host) }
    return .failure(.misdirected(hint: allowedHostsHint))
  }

  /// `Example.com:8080` → `example.com`, `[::1]:80` → `[::1]`; `nil` when it is no host at all.
  static func hostName(_ host: String) -> String? {
    guard host.utf8.allSatisfy(isHostByte) else { return nil }
    var name = host[...]
    if let colon = host.utf8.lastIndex(of: UInt8(ascii: ":")), host.utf8.last != UInt8(ascii: "]") {
      guard host[colon...].utf8.dropFirst().allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      name = host[..<colon]
    }
    if name.utf8.last == UInt8(ascii: ".") { name = name.dropLast() }
    return name.isEmpty ? nil : name.lowercased()
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    case UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
    default: false
    }
  }
}

/// The headers that decide where a request ends and whom it is for, found in one pass.
struct FramingFields {
  private(set) var hosts: [String] = []
  private(set) var lengths: [String] = []
  private(set) var transferCodings: [String] = []
  private(set) var expectsContinue = false
  private(set) var hasUnknownExpectation = false
  private(set) var upgrades = false

  init(_ headers: HTTPHeaders) {
    for (name, value) in headers {
      switch name.utf8.count {
      case 4 where Self.isSame(name, "host"): hosts.append(value)
      case 6 where Self.isSame(name, "expect"):
        if value.lowercased() == "100-continue" { expectsContinue = true } else { hasUnknownExpectation = true }
      case 7 where Self.isSame(name, "upgrade"): upgrades = true
      case 14 where Self.isSame(name, "content-length"): lengths.append(value)
      case 17 where Self.isSame(name, "transfer-encoding"): transferCodings.append(value)
      default: break
      }
    }
  }

  private static func isSame(_ name: String, _ lowercase: String) -> Bool {
    name.utf8.elementsEqual(lowercase.utf8) { $0 | 0x20 == $1 }
  }
}
