import NIOCore

/// How large the buffers are into which a connection is read.
///
/// SwiftNIO keeps the first buffer of a connection for as long as it lives, and makes it larger but never smaller. So
/// the first is small, an idle WebSocket's in size; the second is as large as requests are, and is let go when the connection
/// becomes a WebSocket (`HTTPConnection+WebSocket`). That costs one more read at the beginning of each connection.
struct ReceiveSizes: RecvByteBufferAllocator {
  private var adaptive = AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2048, maximum: 64 * 1024)
  /// Reads for which a buffer of its own is made, whatever there is already.
  private var readsOfTheirOwn = 2

  /// A read of a connection that nothing was read from; a WebSocket's usual read.
  static let firstBytes = 64
  /// Reads between two waits, and buffers that are kept meanwhile: the first one and that of requests.
  static let readsAtOnce: UInt = 2

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
    readsOfTheirOwn > 1 ? allocator.buffer(capacity: Self.firstBytes) : adaptive.buffer(allocator: allocator)
  }

  mutating func record(actualReadBytes: Int) -> Bool {
    guard readsOfTheirOwn > 0 else { return adaptive.record(actualReadBytes: actualReadBytes) }
    readsOfTheirOwn -= 1
    return true
  }

  /// `nil` has the pool ask for a new buffer.
  func nextBufferSize() -> Int? { readsOfTheirOwn > 0 ? nil : adaptive.nextBufferSize() }
}

/// The same for what browsers say over a socket, most of it very short. One word, so that a channel keeps it without a box.
struct WebSocketReceiveSizes: RecvByteBufferAllocator {
  private var bytes = ReceiveSizes.firstBytes
  private static let mostBytes = 16 * 1024

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer { allocator.buffer(capacity: bytes) }

  /// Full: four times as much next time; else as at first.
  mutating func record(actualReadBytes: Int) -> Bool {
    let isFull = actualReadBytes >= bytes
    bytes = isFull ? min(Self.mostBytes, bytes * 4) : ReceiveSizes.firstBytes
    return isFull
  }

  func nextBufferSize() -> Int? { bytes }
}
