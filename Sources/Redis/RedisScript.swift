import Crypto

/// A Lua script, named by its hash so that its text travels only when the server does not have it.
package struct RedisScript: Sendable {
  package let name: String
  let text: String
  let hash: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
    let digits = Array("0123456789abcdef".utf8)
    let digest = Insecure.SHA1.hash(data: Array(text.utf8))
    self.hash = String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// EVALSHA or, with `whole`, EVAL.
  func command(keys: [String], arguments: [[UInt8]], whole: Bool) -> RedisCommand {
    let head = whole ? ["EVAL", text, "\(keys.count)"] : ["EVALSHA", hash, "\(keys.count)"]
    return RedisCommand((head + keys).map { Array($0.utf8) } + arguments)
  }
}
