import NIOCore
import NIOHTTP1

/// Tells from outside whether the HTTP decoder stands exactly between two requests: what it holds back it tells nobody.
///
/// A request without a body, or with a chunked one, ends with an empty line. So where the last part that came out of the
/// decoder is an end and the last bytes that went in are an empty line, nothing is left inside. Behind a body of a given length
/// that cannot be told; then it does not count as clean until the next request has ended.
///
/// Worked example, reads in brackets: after `[GET / …⏎⏎]` it stands between two requests, after `[GET / …⏎⏎GET /]` it
/// does not, and after `[x HTTP/1.1⏎⏎]` it does again.
struct MessageBoundary {
  private enum Part { case inside, end }

  /// Nothing is left in the decoder.
  private(set) var isClean = true
  private var lastPart = Part.end
  /// The last message that began or ended in this read has a body.
  private var hasBody = false
  /// The last four bytes that were read.
  private var tail: UInt32 = 0

  /// The beginning of a request's head is in the decoder, and nothing has come out of it.
  var isInsideHead: Bool { !isClean && lastPart == .end && !hasBody }

  /// A read goes to the decoder.
  mutating func begin() {
    isClean = false
    if lastPart == .end { hasBody = false }
  }

  mutating func note(_ part: HTTPServerRequestPart) {
    switch part {
    case .head: (lastPart, hasBody) = (.inside, false)
    case .body: hasBody = true
    case .end: lastPart = .end
    }
  }

  /// All that this read made is out of the decoder.
  mutating func finish(_ read: ByteBuffer) {
    for byte in read.readableBytesView.suffix(4) { tail = tail << 8 | UInt32(byte) }
    isClean = lastPart == .end && (tail & 0xFF_FFFF == 0x0A_0D0A || tail & 0xFFFF == 0x0A0A)
  }
}
