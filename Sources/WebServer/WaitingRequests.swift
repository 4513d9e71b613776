import NIOCore
import NIOHTTP1

/// Requests that arrived behind one that is not answered yet.
///
/// Bounded by what one read may bring: reading stops while requests wait. Beyond `maximumBytes` of bodies the rest is
/// dropped and the connection is closed after the last whole answer.
struct WaitingRequests {
  private var parts = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 0)
  private var bodyBytes = 0
  private let maximumBytes = 256 * 1024

  var isEmpty: Bool { parts.isEmpty }

  /// `false` when there is no room.
  mutating func append(_ part: HTTPServerRequestPart) -> Bool {
    if case .body(let buffer) = part {
      bodyBytes += buffer.readableBytes
      guard bodyBytes <= maximumBytes else { return false }
    }
    parts.append(part)
    return true
  }

  mutating func popFirst() -> HTTPServerRequestPart? {
    let part = parts.popFirst()
    if case .body(let buffer) = part { bodyBytes -= buffer.readableBytes }
    return part
  }

  mutating func removeAll() {
    parts = CircularBuffer(initialCapacity: 0)
    bodyBytes = 0
  }
}
