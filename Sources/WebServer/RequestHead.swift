package import NIOHTTP1

/// What a hot route decides on: the head of a request that has passed all checks of the server.
package struct RequestHead: Sendable {
  /// The method; a HEAD request says `.GET` here, and the server leaves the body out of its answer.
  package let method: HTTPMethod
  /// True when only the header of the answer will be sent.
  package let isHead: Bool
  /// The path, percent-decoded and safe (``RequestTarget``).
  package let path: Substring
  /// What follows `?`, still encoded; see ``queryValue(_:)``.
  package let query: Substring
  package let headers: HTTPHeaders
  /// The client's address, seen through trusted proxies.
  package let clientAddress: String
  /// The `Host` asked for, as given.
  package let host: String
  /// The bytes of the target as they came, for the router.
  let target: String

  /// The first value of a query parameter, decoded; `nil` when it is missing or cannot be decoded.
  package func queryValue(_ name: String) -> String? { Self.queryValue(name, in: query) }

  /// The same of any query, as it stands behind the `?`.
  package static func queryValue(_ name: String, in query: some StringProtocol) -> String? {
    for pair in query.split(separator: "&") {
      let mark = pair.utf8.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      guard pair[..<mark] == name else { continue }
      let value = mark == pair.endIndex ? "" : pair[pair.utf8.index(after: mark)...]
      return PercentCoding.decode(Substring(value), plusIsSpace: true)
    }
    return nil
  }

  /// True when the client takes gzip.
  package var acceptsGzip: Bool { ContentCoding.acceptsGzip(header("Accept-Encoding")) }

  /// The value of a header that is given exactly once.
  package func header(_ name: String) -> String? {
    var found: String?
    for (key, value) in headers where key.utf8.count == name.utf8.count && key.lowercased() == name.lowercased() {
      guard found == nil else { return nil }
      found = value
    }
    return found
  }
}

/// What a client takes besides plain bytes.
package enum ContentCoding {
  /// True when `Accept-Encoding` names gzip, or everything, with a weight above nothing (RFC 9110 §12.5.3).
  package static func acceptsGzip(_ codings: String?) -> Bool {
    (codings ?? "").split(separator: ",").contains { coding in
      let parts = coding.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let name = parts.first, name == "gzip" || name == "*" else { return false }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
      return weight.map { (Double($0) ?? 0) > 0 } ?? true
    }
  }
}
