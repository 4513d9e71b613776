/// Who may sign in, by name, as the users file says.
package struct Users: Hashable, Sendable {
  package var byName: [String: User]

  package struct User: Hashable, Sendable {
    package var password: PasswordRecord
    package var roles: [String]

    package init(password: PasswordRecord, roles: [String]) {
      self.password = password
      self.roles = roles
    }
  }

  package init(_ byName: [String: User] = [:]) { self.byName = byName }

  /// A name that fits a cookie and a log line as it is: 1 to 64 letters, digits, `.`, `_`, `-` or `@`.
  package static func isName(_ name: some StringProtocol) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x40, 0x5F: true
        default: false
        }
      }
  }

  /// Who has this role sees what is wrong with definition files.
  package static let editorRole = "editor"
}

/// What is kept of a password: how it was hashed, and what came out. Written
/// `scrypt$15$8$1$<salt>$<hash>`: the logarithm of scrypt's N, r, p, then hexadecimal digits.
package struct PasswordRecord: Hashable, Sendable {
  /// The work factor N is 2 to this power.
  package var logarithm: Int
  package var blockSize: Int
  package var parallelism: Int
  package var salt: [UInt8]
  package var hash: [UInt8]

  package init(logarithm: Int, blockSize: Int, parallelism: Int, salt: [UInt8], hash: [UInt8]) {
    self.logarithm = logarithm
    self.blockSize = blockSize
    self.parallelism = parallelism
    self.salt = salt
    self.hash = hash
  }

  /// Reads the written form; `nil` for anything else, and for parameters that are too weak or would take too much memory
  /// (16 to 128 MiB).
  package init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "scrypt", let logarithm = Int(parts[1]), let blockSize = Int(parts[2]),
      let parallelism = Int(parts[3]), let salt = Self.bytes(parts[4]), let hash = Self.bytes(parts[5])
    else { return nil }
    guard (14...17).contains(logarithm), blockSize == 8, (1...4).contains(parallelism), (16...64).contains(salt.count),
      (32...64).contains(hash.count)
    else { return nil }
    self.init(logarithm: logarithm, blockSize: blockSize, parallelism: parallelism, salt: salt, hash: hash)
  }

  package var text: String {
    "scrypt$\(logarithm)$\(blockSize)$\(parallelism)$\(Self.hexadecimal(salt))$\(Self.hexadecimal(hash))"
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    let digits = text.utf8.compactMap { byte -> UInt8? in
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x61...0x66: byte - 0x57
      default: nil
      }
    }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
