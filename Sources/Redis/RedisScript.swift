import Crypto

/// A Lua script, named by its hash so that its text travels only when the server does not have it.
package struct RedisScript: Sendable {
  package let name: String
  let text: String
  let hash: String
  /// Writes nothing: the server holds it to that, and a user needs no right to write the keys.
  package let isReadOnly: Bool

  package init(name: String, text: String, isReadOnly: Bool = false) {
    self.name = name
    self.isReadOnly = isReadOnly
    self.text = text
    let digits = Array("0123456789abcdef".utf8)
    let digest = Insecure.SHA1.hash(data: Array(text.utf8))
    self.hash = String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// EVALSHA or, with `whole`, EVAL; with `_RO` for a script that only reads.
  func command(keys: [String], arguments: [[UInt8]], whole: Bool, readOnly: Bool) -> RedisCommand {
    let word = (whole ? "EVAL" : "EVALSHA") + (readOnly ? "_RO" : "")
    return RedisCommand(([word, whole ? text : hash, "\(keys.count)"] + keys).map { Array($0.utf8) } + arguments)
  }
}
