/// What tells the instances of one dashboard apart: the values of its variables, where they differ from the defaults.
///
/// Written `region=us&shop=north%20west`, sorted by name, so that equal parameters are equal text, and so is a page's
/// key in the store.
package struct PageParameters: Hashable, Sendable, CustomStringConvertible {
  /// The canonical form; ASCII, without `~`, `?` and `:`.
  package let text: String

  package static let empty = PageParameters(canonical: "")
  package static let most = 16
  /// In bytes of UTF-8, before encoding.
  package static let longestValue = 200
  private static let longestText = 1024

  private init(canonical text: String) { self.text = text }

  /// `nil` for names or values that no variable can have, or for too much of them.
  package init?(_ values: [String: String]) {
    guard values.count <= Self.most, values.allSatisfy({ ComponentID.isValid($0) && Self.isValue($1) }) else { return nil }
    let text = values.sorted { $0.key < $1.key }.map { "\($0)=\(PercentEncoding.encoded($1))" }.joined(separator: "&")
    guard text.utf8.count <= Self.longestText else { return nil }
    self.text = text
  }

  /// Reads the canonical form; `nil` for anything else, also for the same written in another way.
  package init?(_ text: some StringProtocol) {
    var values: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let value = PercentEncoding.decoded(parts[1]) else { return nil }
      values[String(parts[0])] = value
    }
    guard let parameters = PageParameters(values), parameters.text == text else { return nil }
    self = parameters
  }

  /// True for text without control characters, at most ``longestValue`` bytes of it.
  package static func isValue(_ text: String) -> Bool {
    text.utf8.count <= longestValue && !text.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
  }

  package var isEmpty: Bool { text.isEmpty }

  /// The values by name.
  package var values: [String: String] {
    Dictionary(text.split(separator: "&").compactMap { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let value = PercentEncoding.decoded(parts[1]) else { return nil }
      return (String(parts[0]), value)
    }) { first, _ in first }
  }

  package subscript(name: String) -> String? { values[name] }

  /// Only those of the named variables.
  package func filtered(to names: Set<String>) -> PageParameters {
    guard !isEmpty else { return self }
    return PageParameters(values.filter { names.contains($0.key) }) ?? .empty
  }

  package var description: String { text }
}

/// Percent-encoding of everything that is not a letter, a digit, `-`, `.` or `_`.
package enum PercentEncoding {
  package static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `nil` for an incomplete escape or for bytes that are no UTF-8.
  package static func decoded(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
