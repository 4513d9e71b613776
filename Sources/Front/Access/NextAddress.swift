import DashboardModel

/// Where a viewer goes after the sign-in: a page of ours, relative to the root, and nothing else (no open redirect).
enum NextAddress {
  /// `shop?region=us` for `/shop?region=us`; `nil` for anything that is not plainly the address of a page.
  static func read(_ text: String?) -> String? {
    guard let text, text.utf8.count <= 1024 else { return nil }
    let address = text.first == "/" ? text.dropFirst() : text[...]
    // The first segment is a page's name, so it is no scheme and no host.
    let name = address.prefix { $0 != "/" && $0 != "?" }
    guard PageKey.isValidName(name), address.utf8.allSatisfy(isPlain), !address.contains("//") else { return nil }
    let path = address.prefix { $0 != "?" }
    guard !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) else { return nil }
    return String(address)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._~%/?&=+,@!$'()*;:".utf8.contains(byte)
    }
  }
}
