import CZlib
package import NIOCore

/// Compression of answers and frames, by zlib (RFC 1950–1952).
///
/// Nothing is compressed together with anything else: each answer and each frame starts from an empty window, so a
/// frame can be shared by all viewers, a socket holds no window, and no secret ever meets a viewer's input in one
/// context. Pages' HTML, which carries a token, is never compressed at all.
package enum Compression {
  /// Below this many bytes a header and the work cost more than they save.
  package static let leastBytes = 256
  /// The same for a message, which has no header to pay for: a new point of a chart (some 155 bytes) shrinks by a quarter,
  /// a changed number (some 115) would by less than the work of it is worth.
  static let leastMessageBytes = 120

  /// `bytes` as a gzip file (RFC 1952); `nil` if that saves less than a tenth.
  package static func gzip(_ bytes: ByteBuffer, level: Level = .quick) -> ByteBuffer? {
    guard bytes.readableBytes >= leastBytes else { return nil }
    return deflate(bytes, windowBits: 15 + 16, level, flush: Z_FINISH)
  }

  /// A message's payload for permessage-deflate without context takeover (RFC 7692 §7.2.1).
  static func messageDeflate(_ bytes: ByteBuffer) -> ByteBuffer? {
    guard bytes.readableBytes >= leastMessageBytes,
      var deflated = deflate(bytes, windowBits: -15, .quick, flush: Z_SYNC_FLUSH)
    else { return nil }
    // The empty block that ends a flush is left out; the receiver puts it back.
    deflated = deflated.getSlice(at: deflated.readerIndex, length: deflated.readableBytes - 4) ?? deflated
    return deflated
  }

  package enum Level: Int32 {
    /// For what changes every second.
    case quick = 4
    /// For files made once at start.
    case thorough = 9
  }

  private static func deflate(_ bytes: ByteBuffer, windowBits: Int32, _ level: Level, flush: Int32) -> ByteBuffer? {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit2_(&stream, level.rawValue, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    let most = bytes.readableBytes - bytes.readableBytes / 10
    var output = ByteBuffer()
    output.reserveCapacity(most)
    let written = output.withUnsafeMutableWritableBytes { room -> Int? in
      bytes.withUnsafeReadableBytes { input in
        // zlib does not write to its input; its older declaration only lacks the const.
        stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = room.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(most)
        let result = CZlib.deflate(&stream, flush)
        let isDone = flush == Z_FINISH ? result == Z_STREAM_END : result == Z_OK && stream.avail_out > 0
        return isDone ? most - Int(stream.avail_out) : nil
      }
    }
    guard let written else { return nil }
    output.moveWriterIndex(forwardBy: written)
    return output
  }

  /// Why a message could not be inflated.
  enum InflateError: Error {
    /// More than the limit would come out.
    case tooLong
    case malformed
  }

  /// A message's payload as it was before permessage-deflate (RFC 7692 §7.2.2), of at most `maximum` bytes: output stops
  /// at the limit whatever the input promises.
  static func messageInflate(_ bytes: ByteBuffer, maximum: Int) throws(InflateError) -> ByteBuffer {
    var stream = z_stream()
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .malformed
    }
    defer { inflateEnd(&stream) }
    var input = bytes
    input.writeBytes([0x00, 0x00, 0xFF, 0xFF] as [UInt8])
    // One byte of room beyond the limit tells "just full" from "too long".
    var output = ByteBuffer()
    var room = min(maximum + 1, max(1024, bytes.readableBytes * 4))
    while true {
      switch step(&stream, &input, &output, room: room) {
      case let result where result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR:
        if output.readableBytes > maximum { throw .tooLong }
        // A sender may also end its last block for good.
        if result == Z_STREAM_END { return output }
        if input.readableBytes == 0 && stream.avail_out > 0 { return output }
        guard stream.avail_out == 0 else { throw .malformed }
        room = maximum + 1 - output.readableBytes
      default: throw .malformed
      }
    }
  }

  private static func step(_ stream: inout z_stream, _ input: inout ByteBuffer, _ output: inout ByteBuffer, room: Int) -> Int32 {
    output.reserveCapacity(minimumWritableBytes: room)
    var result = Z_OK
    var written = 0
    var read = 0
    output.withUnsafeMutableWritableBytes { space in
      input.withUnsafeReadableBytes { bytes in
        stream.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(bytes.count)
        stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(room)
        result = inflate(&stream, Z_SYNC_FLUSH)
        written = room - Int(stream.avail_out)
        read = bytes.count - Int(stream.avail_in)
      }
    }
    output.moveWriterIndex(forwardBy: written)
    input.moveReaderIndex(forwardBy: read)
    return result
  }
}
