package import NIOCore

/// A command as its words, which may hold any bytes.
package struct RedisCommand: Hashable, Sendable {
  package var words: [[UInt8]]

  package init(_ words: [[UInt8]]) { self.words = words }

  package init(_ words: String...) {
    self.words = words.map { Array($0.utf8) }
  }

  package init(texts words: [String]) {
    self.words = words.map { Array($0.utf8) }
  }

  /// The command's word and its key, for messages; what follows may be secret.
  var title: String { words.prefix(words.first == Array("AUTH".utf8) ? 1 : 2).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ") }

  /// Writes the command as RESP: an array of counted strings.
  package func encode(into buffer: inout ByteBuffer) {
    buffer.reserveCapacity(minimumWritableBytes: 16 + words.reduce(0) { $0 + $1.count + 16 })
    buffer.writeString("*\(words.count)\r\n")
    for word in words {
      buffer.writeString("$\(word.count)\r\n")
      buffer.writeBytes(word)
      buffer.writeStaticString("\r\n")
    }
  }
}
