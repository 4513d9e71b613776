import CHiredis

/// Bytes in, replies out: hiredis' reader inside limits of ours. After an error it is dead, and so is its connection.
///
/// hiredis itself refuses wrong type bytes, bad lengths and nesting beyond 8. It would wait for a string of any
/// length and allocate an array of any announced size at once; ``RESPLimits`` ends that.
struct RESPReader: ~Copyable {
  private let reader: UnsafeMutablePointer<redisReader>
  private let limits: RESPLimits
  /// Bytes fed since the last whole reply.
  private var unfinished = 0

  init(limits: RESPLimits = RESPLimits()) throws(RESPError) {
    guard let reader = redisReaderCreate() else { throw RESPError(reason: "no memory for a reader") }
    self.reader = reader
    self.limits = limits
    reader.pointee.fn = LimitedReplies.functions(like: reader.pointee.fn)
  }

  deinit { redisReaderFree(reader) }

  mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(RESPError) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    unfinished += bytes.count
    guard redisReaderFeed(reader, start.assumingMemoryBound(to: CChar.self), bytes.count) == REDIS_OK else {
      throw error()
    }
  }

  /// The next whole reply; `nil` when more bytes are needed.
  mutating func next() throws(RESPError) -> RedisValue? {
    var pointer: UnsafeMutableRawPointer?
    guard redisReaderGetReply(reader, &pointer) == REDIS_OK else { throw error() }
    guard let pointer else {
      try checkLimits()
      return nil
    }
    defer { freeReplyObject(pointer) }
    unfinished = reader.pointee.len - reader.pointee.pos
    return RedisValue(pointer.assumingMemoryBound(to: redisReply.self).pointee)
  }

  private func checkLimits() throws(RESPError) {
    guard unfinished <= limits.reply else { throw RESPError(reason: "a reply of more than \(limits.reply) bytes") }
    guard let announced = announcedLength(), announced > limits.string else { return }
    throw RESPError(reason: "a string of \(announced) bytes")
  }

  /// The length of the string the reader waits for: its type byte is consumed, the digits are still in the buffer.
  private func announcedLength() -> Int? {
    let state = reader.pointee
    guard state.ridx >= 0, state.ridx < 9, let buffer = state.buf else { return nil }
    let type = withUnsafeBytes(of: state.rstack) { $0.bindMemory(to: redisReadTask.self)[Int(state.ridx)].type }
    guard type == REDIS_REPLY_STRING else { return nil }
    let pending = UnsafeRawBufferPointer(start: buffer + state.pos, count: min(state.len - state.pos, 20))
    return Int(String(decoding: pending.prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
  }

  private func error() -> RESPError {
    let text = withUnsafeBytes(of: reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return RESPError(reason: text.isEmpty ? "the reader failed" : text)
  }
}

/// What a reply may hold at most.
struct RESPLimits: Sendable {
  /// Bytes of one string.
  var string = 64 << 20
  /// Bytes of one reply with all its parts.
  var reply = 128 << 20
}

/// The bytes are no RESP2, or more than we take.
struct RESPError: Error, Hashable {
  var reason: String
}

/// hiredis' own reply functions, except that an array of more than a million elements counts as out of memory.
private enum LimitedReplies {
  static let maximumElements: Int32 = 1_000_000

  // Written once under the lock of a static's initialiser (`table`), read-only afterwards: hiredis never writes to it.
  nonisolated(unsafe) private static var original: redisReplyObjectFunctions?
  nonisolated(unsafe) private static let table: UnsafeMutablePointer<redisReplyObjectFunctions> = {
    let table = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
    var functions = redisReplyObjectFunctions()
    if let reader = redisReaderCreate() {
      functions = reader.pointee.fn.pointee
      redisReaderFree(reader)
    }
    original = functions
    functions.createArray = { task, count in
      count <= LimitedReplies.maximumElements ? LimitedReplies.original?.createArray?(task, count) : nil
    }
    table.initialize(to: functions)
    return table
  }()

  static func functions(
    like given: UnsafeMutablePointer<redisReplyObjectFunctions>?
  ) -> UnsafeMutablePointer<redisReplyObjectFunctions>? {
    table.pointee.createString == nil ? given : table
  }
}

extension RedisValue {
  /// Copies a reply of hiredis; nesting is bounded by its reader.
  fileprivate init(_ reply: redisReply) {
    switch reply.type {
    case REDIS_REPLY_STRING: self = .bytes(Array(UnsafeRawBufferPointer(start: reply.str, count: reply.len)))
    case REDIS_REPLY_STATUS: self = .status(Self.string(reply))
    case REDIS_REPLY_ERROR: self = .error(RedisServerError(Self.string(reply)))
    case REDIS_REPLY_INTEGER: self = .integer(Int64(reply.integer))
    case REDIS_REPLY_ARRAY:
      self = .array(UnsafeBufferPointer(start: reply.element, count: reply.elements).map { element in
        element.map { RedisValue($0.pointee) } ?? .null
      })
    default: self = .null
    }
  }

  private static func string(_ reply: redisReply) -> String {
    String(decoding: UnsafeRawBufferPointer(start: reply.str, count: reply.len), as: UTF8.self)
  }
}
