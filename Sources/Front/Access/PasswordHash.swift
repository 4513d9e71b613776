import Crypto
import CryptoExtras
package import DashboardModel
import FoundationEssentials

/// Hashes passwords with scrypt, which costs memory as well as time: 32 MiB and about a tenth of a second each.
package enum PasswordHash {
  /// More bytes are no password.
  package static let longest = 1024
  /// N = 2^15, r = 8, p = 1: what OWASP's cheat sheet lists beside 2^17 for where sign-ins share a machine with other work.
  private static let logarithm = 15

  /// What is to be kept of a new password.
  package static func make(_ password: String) throws -> PasswordRecord {
    let salt = SymmetricKey(size: .init(bitCount: 128)).withUnsafeBytes { Array($0) }
    var record = PasswordRecord(logarithm: logarithm, blockSize: 8, parallelism: 1, salt: salt, hash: [])
    record.hash = try hash(password, record, bytes: 32)
    return record
  }

  /// Takes a tenth of a second: never on an event loop.
  package static func matches(_ password: String, _ record: PasswordRecord) -> Bool {
    guard password.utf8.count <= longest, let hash = try? hash(password, record, bytes: record.hash.count) else {
      return false
    }
    return zip(hash, record.hash).reduce(hash.count ^ record.hash.count) { $0 | Int($1.0 ^ $1.1) } == 0
  }

  /// Stands in for a user there is not, so that their sign-in costs and says the same. No password matches it.
  package static let nobody = PasswordRecord(
    logarithm: logarithm, blockSize: 8, parallelism: 1, salt: Array(repeating: 0, count: 16),
    hash: Array(repeating: 0, count: 32))

  private static func hash(_ password: String, _ record: PasswordRecord, bytes: Int) throws -> [UInt8] {
    try KDF.Scrypt.deriveKey(
      from: Data(password.utf8), salt: Data(record.salt), outputByteCount: bytes, rounds: 1 << record.logarithm,
      blockSize: record.blockSize, parallelism: record.parallelism
    ).withUnsafeBytes { Array($0) }
  }
}
