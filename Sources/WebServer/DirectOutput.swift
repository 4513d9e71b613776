import NIOCore
import NIOPosix

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Sends short answers by a call of the system, past the queue that SwiftNIO keeps for each connection, while nothing waits
/// there.
///
/// What the socket does not take at once goes the usual way, and so does what a broken socket refuses: SwiftNIO waits for room,
/// and finds out by itself what is wrong. Invariant: nothing is sent here before what was written to the channel earlier.
struct DirectOutput {
  /// Open for as long as the channel is active, which whoever asks has to know.
  private let socket: NIOBSDSocket.Handle
  /// Something was written to the channel, and perhaps it is still there.
  private(set) var mayWait = true

  /// `nil` for a channel that is no socket.
  init?(_ channel: any Channel) {
    let socket = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable { (socket: NIOBSDSocket.Handle) in socket }
    guard let socket else { return nil }
    self.socket = socket
  }

  /// Notes that something is written to the channel.
  mutating func noteWrite() { mayWait = true }

  /// Sends what the socket takes of `bytes` at once; false when something is left for the channel. On a channel that is active.
  mutating func send(_ bytes: inout ByteBuffer, past channel: any Channel) -> Bool {
    if mayWait {
      guard let waiting = try? channel.syncOptions?.getOption(.bufferedWritableBytes), waiting == 0 else { return false }
      mayWait = false
    }
    let sent = bytes.withUnsafeReadableBytes { sendNow($0, to: socket) }
    if sent > 0 { bytes.moveReaderIndex(forwardBy: sent) }
    return bytes.readableBytes == 0
  }
}

// A peer that is gone is no reason to end the process.
private func sendNow(_ bytes: UnsafeRawBufferPointer, to socket: NIOBSDSocket.Handle) -> Int {
  #if os(Linux)
    send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
  #else
    send(socket, bytes.baseAddress, bytes.count, 0)  // SwiftNIO has told the socket.
  #endif
}
