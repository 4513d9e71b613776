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
    guard text.utf8.count <= 64 else { return nil }
    let halves = text.split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count == 2, let revision = Self.decimal(halves[1]) else { return nil }
    let epoch = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    guard epoch.count == 2, let generation = Self.decimal(epoch[0]), epoch[1].utf8.count <= 8,
      epoch[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
      let nonce = UInt32(epoch[1], radix: 16)
    else { return nil }
    self.init(epoch: Epoch(generation: generation, nonce: nonce), revision: revision)
  }

  package var description: String {
    "\(epoch.generation)-\(String(epoch.nonce, radix: 16)):\(revision)"
  }

  package static func < (a: Version, b: Version) -> Bool {
    (a.epoch, a.revision) < (b.epoch, b.revision)
  }

  private static func decimal(_ text: some StringProtocol) -> UInt64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt64(text)
  }
}
