/// The one rule for addresses in components: http, https, mailto or relative; anything else is no address.
package enum SafeURL {
  /// The address without surrounding spaces, or `nil`.
  ///
  /// A browser drops tabs and line breaks inside `java\nscript:`, skips control characters before it, and takes `\` for
  /// `/`; so whatever holds one of these is refused rather than repaired. `//host` leads away and is refused too.
  package static func check(_ text: String) -> String? {
    let address = text.trimmed
    guard !address.isEmpty, address.utf8.count <= 2048, !address.hasPrefix("//"),
      address.unicodeScalars.allSatisfy({ $0.value > 0x20 && !(0x7F..<0xA0).contains($0.value) && $0 != "\\" })
    else { return nil }
    guard let colon = address.firstIndex(of: ":") else { return String(address) }
    let scheme = address[..<colon]
    // A colon after a slash, a question mark or a hash belongs to a relative address.
    if scheme.contains(where: { "/?#".contains($0) }) { return String(address) }
    return ["http", "https", "mailto"].contains(scheme.lowercased()) ? String(address) : nil
  }

  /// A picture inside the address itself, of a kind that holds no script.
  package static func checkImage(_ text: String) -> String? {
    let kinds = ["png", "jpeg", "gif", "webp"].map { "data:image/\($0);base64," }
    guard let kind = kinds.first(where: text.hasPrefix) else { return nil }
    let isBase64 = text.utf8.dropFirst(kind.utf8.count).allSatisfy {
      switch $0 {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
      default: false
      }
    }
    return isBase64 ? text : nil
  }
}
