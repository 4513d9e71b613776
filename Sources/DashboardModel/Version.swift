/// A stretch of time in which one producer alone numbers the revisions of a page.
///
/// A new epoch starts at every takeover, at every producer start and whenever the store lost data, so a revision
/// number is never bound to two contents. Generations grow; the nonce tells apart two epochs that were given the same
/// generation by stores which did not know of each other.
package struct Epoch: Hashable, Sendable, Comparable {
  package var generation: UInt64
  package var nonce: UInt32

  package init(generation: UInt64, nonce: UInt32) {
    self.generation = generation
    self.nonce = nonce
  }

  package static func < (a: Epoch, b: Epoch) -> Bool {
    (a.generation, a.nonce) < (b.generation, b.nonce)
  }
}

/// Where a page stands. On the wire `generation-nonce:revision`, for example `1732400000000-9f3c01aa:17`.
///
/// Worked example: a front shows `5-aa:17`. `5-aa:18` is one commit newer; `6-bb:1` is newer still, from another epoch,
/// and nothing can be said about which components differ without knowing both contents.
package struct Version: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var epoch: Epoch
  package var revision: UInt64

  package init(epoch: Epoch, revision: UInt64) {
    self.epoch = epoch
    self.revision = revision
  }

  /// Reads the wire form; anything else, also a sign, a space or a number past 64 bits, is `nil`.
  package init?(_ text: some StringProtocol) {
    var text = String(text)
    guard let version = text.withUTF8({ Version(UnsafeRawBufferPointer($0)) }) else { return nil }
    self = version
  }

  /// Reads the wire form from bytes, with nothing allocated: every poll brings one.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    var rest = Digits(bytes)
    guard bytes.count <= 64, let generation = rest.number(radix: 10, most: 64), rest.skip("-"),
      let nonce = rest.number(radix: 16, most: 8), rest.skip(":"), let revision = rest.number(radix: 10, most: 64),
      rest.isAtEnd
    else { return nil }
    self.init(epoch: Epoch(generation: generation, nonce: UInt32(nonce)), revision: revision)
  }

  package var description: String {
    "\(epoch.generation)-\(String(epoch.nonce, radix: 16)):\(revision)"
  }

  package static func < (a: Version, b: Version) -> Bool {
    (a.epoch, a.revision) < (b.epoch, b.revision)
  }
}

/// Reads numbers from bytes, one after the other.
private struct Digits {
  private let bytes: UnsafeRawBufferPointer
  private var index = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { index == bytes.count }

  /// At least one digit, lower case, and no number past 64 bits; `nil` otherwise.
  mutating func number(radix: UInt64, most: Int) -> UInt64? {
    let start = index
    var value: UInt64 = 0
    while index < bytes.count, index - start < most, let digit = Self.value(bytes[index]), digit < radix {
      let (scaled, isTooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, isOver) = scaled.addingReportingOverflow(digit)
      if isTooLarge || isOver { return nil }
      value = sum
      index += 1
    }
    return index == start ? nil : value
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private static func value(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x61...0x66: UInt64(byte - 0x61 + 10)
    default: nil
    }
  }
}
