import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Requests an event loop has seen before, by their very bytes: the short way for polls.
///
/// A browser polls with the same header block again and again; only the version it shows, the value of one query
/// parameter, differs. So once the long way (decoder, checks, routes) has answered a request by ``RequestDecision/repeatable``,
/// the same bytes are answered here, with no parsing but of that value. Whatever differs in a single byte goes the long
/// way. Invariant: both ways give the same answer to the same bytes; `RepeatedPollTests` holds them against each other.
///
/// A connection remembers its own last request, which most often is its next one too: that is compared without a look-up.
/// Bounded: `slots` requests per event loop and one per connection, each at most `mostBytes`; a newer one takes the place of
/// another. Touched on its event loop only.
final class RepeatedRequests {
  private var entries: [RepeatedRequest?]
  /// Unknown to clients, so nobody can aim at another's slot.
  private let seed = UInt64.random(in: .min ... .max)
  private let parameter: [UInt8]
  private var nextWay = 0

  static let slots = 4096
  /// Slots in which a request may be.
  private static let ways = 4
  static let mostBytes = 4096
  /// A longer value is no version.
  fileprivate static let mostValueBytes = 64

  /// `parameter` is the name of the query parameter whose value may differ; empty for none.
  init(parameter: String) {
    self.parameter = parameter.isEmpty ? [] : Array("\(parameter)=".utf8)
    entries = Array(repeating: nil, count: Self.slots)
  }

  /// The answer to a request that has been seen before; `nil` sends it the long way. `last` is what the connection asked
  /// before, and becomes what it asks now.
  func answer(to request: ByteBuffer, last: inout RepeatedRequest?) -> WebAnswer? {
    request.withUnsafeReadableBytes { bytes in
      if let last, let match = last.match(bytes) { return match.answer }
      guard let parts = Parts(bytes, parameter) else { return nil }
      for slot in slots(of: parts) {
        guard let entry = entries[slot], let match = entry.match(bytes) else { continue }
        last = entry
        return match.answer
      }
      return nil
    }
  }

  /// Remembers how to answer `request`, the bytes of exactly one request without a body.
  func keep(_ request: ByteBuffer, _ again: @escaping RepeatedAnswer) -> RepeatedRequest? {
    request.withUnsafeReadableBytes { bytes in
      guard Self.isOneHeader(bytes), let parts = Parts(bytes, parameter) else { return nil }
      let entry = RepeatedRequest(
        bytes: Array(parts.before) + Array(parts.after), valueAt: parts.value == nil ? nil : parts.before.count, again: again)
      let slots = slots(of: parts)
      let place = slots.first { entries[$0]?.match(bytes) != nil } ?? slots.first { entries[$0] == nil }
      nextWay = (nextWay + 1) % Self.ways
      entries[place ?? slots.lowerBound + nextWay] = entry
      return entry
    }
  }

  /// True for bytes that hold one header block and nothing else. A decoder may take a bare line feed for a line's end, so
  /// this looks for the first empty line however it is written.
  static func isOneHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count <= mostBytes, bytes.starts(with: "GET ".utf8) else { return false }
    var index = 4
    while index < bytes.count - 1 {
      if bytes[index] == 0x0A {
        if bytes[index + 1] == 0x0A { return false }
        if bytes[index + 1] == 0x0D { return index + 3 == bytes.count && bytes[index + 2] == 0x0A }
      }
      index += 1
    }
    return false
  }

  private func slots(of parts: Parts) -> Range<Int> {
    var hash = seed
    Self.mix(parts.before, into: &hash)
    Self.mix(parts.after, into: &hash)
    let first = (Int(truncatingIfNeeded: hash >> 32) & (Self.slots / Self.ways - 1)) * Self.ways
    return first..<first + Self.ways
  }

  private static func mix(_ bytes: UnsafeRawBufferPointer, into hash: inout UInt64) {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var index = 0
    while index + 8 <= bytes.count {
      hash = (hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* factor
      hash ^= hash >> 29
      index += 8
    }
    while index < bytes.count {
      hash = (hash ^ UInt64(bytes[index])) &* factor
      index += 1
    }
    hash ^= hash >> 32
  }

  /// A request, cut at the parameter's value.
  fileprivate struct Parts {
    var before: UnsafeRawBufferPointer
    var value: UnsafeRawBufferPointer?
    var after: UnsafeRawBufferPointer

    /// `nil` for what cannot be a kept request: no GET, too long, or with a value nobody's version could be.
    init?(_ bytes: UnsafeRawBufferPointer, _ parameter: [UInt8]) {
      guard bytes.count <= RepeatedRequests.mostBytes, bytes.count > 16, bytes.starts(with: "GET ".utf8) else { return nil }
      let start: Int
      switch Self.find(parameter, in: bytes) {
      case .unfit: return nil
      case .absent:
        (before, value, after) = (bytes, nil, UnsafeRawBufferPointer(rebasing: bytes[bytes.count...]))
        return
      case .value(let index): start = index
      }
      var end = start
      while end < bytes.count, Self.isPlain(bytes[end]) { end += 1 }
      guard end < bytes.count, end - start <= RepeatedRequests.mostValueBytes,
        bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "&")
      else { return nil }
      before = UnsafeRawBufferPointer(rebasing: bytes[..<start])
      value = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      after = UnsafeRawBufferPointer(rebasing: bytes[end...])
    }

    private enum Place {
      case value(at: Int)
      case absent
      /// A target that only the long way understands: a fragment, or the name without a value.
      case unfit
    }

    /// Finds the value of the first parameter of that name in the request line; `parameter` ends with its `=`.
    private static func find(_ parameter: [UInt8], in bytes: UnsafeRawBufferPointer) -> Place {
      if parameter.isEmpty { return .absent }
      var index = 4
      // The query begins at the first question mark (`RequestTarget`); a later one is a part of it.
      var mark = UInt8(ascii: "?")
      while index < bytes.count, bytes[index] > 0x20 {
        let byte = bytes[index]
        if byte == UInt8(ascii: "#") { return .unfit }
        index += 1
        guard byte == mark else { continue }
        mark = UInt8(ascii: "&")
        if bytes[index...].starts(with: parameter) { return .value(at: index + parameter.count) }
        let isBareName = bytes[index...].starts(with: parameter.dropLast())
        if isBareName { return .unfit }
      }
      return .absent
    }

    /// Bytes of a query value that may be a version, written plainly or percent-encoded.
    fileprivate static func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "%"): true
      default: false
      }
    }
  }
}

/// One request, without the value of the parameter that may differ, and how it is answered.
final class RepeatedRequest {
  private let bytes: [UInt8]
  /// Where the value was; `nil` when the request has no such parameter.
  private let valueAt: Int?
  private let again: RepeatedAnswer

  fileprivate init(bytes: [UInt8], valueAt: Int?, again: @escaping RepeatedAnswer) {
    (self.bytes, self.valueAt, self.again) = (bytes, valueAt, again)
  }

  /// This request, with a value of its own.
  struct Match {
    fileprivate let request: RepeatedRequest
    fileprivate let value: UnsafeRawBufferPointer?

    /// The value is decoded as the long way does.
    var answer: WebAnswer? {
      guard let value, value.contains(UInt8(ascii: "%")) else { return request.again(value) }
      guard var text = PercentCoding.decode(String(decoding: value, as: UTF8.self)[...], plusIsSpace: true) else { return nil }
      return text.withUTF8 { request.again(UnsafeRawBufferPointer($0)) }
    }
  }

  /// What differs in length is the value, and stands where it stood. All before it is the same, so the parameter is found
  /// at the same place; all behind it is the same, so it ends there.
  func match(_ request: UnsafeRawBufferPointer) -> Match? {
    let length = request.count - bytes.count
    guard let valueAt else { return length == 0 && isEqual(0..<bytes.count, request, at: 0) ? Match(request: self, value: nil) : nil }
    guard (0...RepeatedRequests.mostValueBytes).contains(length), isEqual(0..<valueAt, request, at: 0),
      isEqual(valueAt..<bytes.count, request, at: valueAt + length)
    else { return nil }
    let value = UnsafeRawBufferPointer(rebasing: request[valueAt..<valueAt + length])
    return value.allSatisfy(RepeatedRequests.Parts.isPlain) ? Match(request: self, value: value) : nil
  }

  private func isEqual(_ part: Range<Int>, _ request: UnsafeRawBufferPointer, at place: Int) -> Bool {
    bytes.withUnsafeBytes { kept in
      guard let a = kept.baseAddress, let b = request.baseAddress, !part.isEmpty else { return part.isEmpty }
      return memcmp(a + part.lowerBound, b + place, part.count) == 0
    }
  }
}

/// Answers a request again, told the decoded value of the parameter that may differ (its bytes are not to be kept); `nil`
/// sends it the long way.
package typealias RepeatedAnswer = (_ value: UnsafeRawBufferPointer?) -> WebAnswer?
