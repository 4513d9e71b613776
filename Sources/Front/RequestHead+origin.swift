import WebServer

extension RequestHead {
  /// True for a request that a page of this very host made: an `Origin` must be ours to the letter, and a browser that
  /// sends a cookie but no `Origin` must at least not say that another site asked (RFC 6454, Fetch Metadata).
  var hasOwnOrigin: Bool {
    guard let origin = header("Origin") else {
      guard !headers.contains(name: "Origin") else { return false }
      let site = header("Sec-Fetch-Site")
      return site == nil || site == "same-origin" || site == "none"
    }
    return origin == "http://\(host)" || origin == "https://\(host)"
  }

  /// `application/json`, alone or with `charset=utf-8`.
  var saysJSON: Bool {
    guard let type = header("Content-Type")?.lowercased() else { return false }
    let parts = type.split(separator: ";").map { $0.trimmingSpaces }
    guard parts.first == "application/json" else { return false }
    return parts.dropFirst().allSatisfy { $0 == "charset=utf-8" || $0 == "charset=\"utf-8\"" }
  }

  /// A cookie's value; `nil` if it is missing.
  func cookie(_ name: String) -> Substring? {
    for field in headers["Cookie"] {
      for pair in field.split(separator: ";") {
        let pair = pair.trimmingSpaces
        if pair.hasPrefix(name), pair.dropFirst(name.count).first == "=" { return pair.dropFirst(name.count + 1) }
      }
    }
    return nil
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    let start = drop { $0 == " " || $0 == "\t" }
    let end = start.lastIndex { $0 != " " && $0 != "\t" }
    return end.map { start[...$0] } ?? start[start.startIndex..<start.startIndex]
  }
}
