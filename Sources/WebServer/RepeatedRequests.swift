import NIOCore

/// Requests an event loop has seen before, by their very bytes: the short way for polls.
///
/// A browser polls with the same header block again and again; only the version it shows, the value of one query
/// parameter, differs. So once the long way (decoder, checks, routes) has answered a request by ``RequestDecision/repeatable``,
/// the same bytes are answered here, with no parsing but of that value. Whatever differs in a single byte goes the long
/// way. Invariant: both ways give the same answer to the same bytes; `RepeatedRequestsTests` holds them against each other.
///
/// Bounded: one request per slot, `slots` of them, each at most `mostBytes`; a newer one takes the slot. Touched on its
/// event loop only.
final class RepeatedRequests {
  fileprivate struct Entry {
    /// The request without the value of the parameter.
    var bytes: [UInt8]
    /// Where the value was; `nil` when the request has no such parameter.
    var valueAt: Int?
    var again: RepeatedAnswer
  }

  private var entries: [Entry?]
  /// Unknown to clients, so nobody can aim at another's slot.
  private let seed = UInt64.random(in: .min ... .max)
  private let parameter: [UInt8]

  static let slots = 1024
  static let mostBytes = 4096
  /// A longer value is no version.
  private static let mostValueBytes = 64

  /// `parameter` is the name of the query parameter whose value may differ; empty for none.
  init(parameter: String) {
    self.parameter = parameter.isEmpty ? [] : Array("\(parameter)=".utf8)
    entries = Array(repeating: nil, count: Self.slots)
  }

  /// The answer to a request that has been seen before; `nil` sends it the long way.
  func answer(to request: ByteBuffer) -> WebAnswer? {
    request.withUnsafeReadableBytes { bytes in
      guard let parts = Parts(bytes, parameter), let entry = entries[slot(of: parts)], entry.matches(parts) else {
        return nil
      }
      guard let value = parts.value, value.contains(UInt8(ascii: "%")) else { return entry.again(parts.value) }
      guard var text = PercentCoding.decode(String(decoding: value, as: UTF8.self)[...], plusIsSpace: true) else { return nil }
      return text.withUTF8 { entry.again(UnsafeRawBufferPointer($0)) }
    }
  }

  /// Remembers how to answer `request`, the bytes of exactly one request without a body.
  func keep(_ request: ByteBuffer, _ again: @escaping RepeatedAnswer) {
    request.withUnsafeReadableBytes { bytes in
      guard Self.isOneHeader(bytes), let parts = Parts(bytes, parameter) else { return }
      entries[slot(of: parts)] = Entry(
        bytes: Array(parts.before) + Array(parts.after), valueAt: parts.value == nil ? nil : parts.before.count, again: again)
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

  private func slot(of parts: Parts) -> Int {
    var hash = seed
    Self.mix(parts.before, into: &hash)
    Self.mix(parts.after, into: &hash)
    return Int(truncatingIfNeeded: hash >> 32) & (Self.slots - 1)
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

  /// Eight bytes at a time; the two are of one length.
  fileprivate static func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    var index = 0
    while index + 8 <= a.count {
      guard
        a.loadUnaligned(fromByteOffset: index, as: UInt64.self) == b.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      else { return false }
      index += 8
    }
    while index < a.count {
      guard a[index] == b[index] else { return false }
      index += 1
    }
    return true
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
      while index < bytes.count, bytes[index] > 0x20 {
        let byte = bytes[index]
        if byte == UInt8(ascii: "#") { return .unfit }
        index += 1
        guard byte == UInt8(ascii: "?") || byte == UInt8(ascii: "&") else { continue }
        if bytes[index...].starts(with: parameter) { return .value(at: index + parameter.count) }
        let isBareName = bytes[index...].starts(with: parameter.dropLast())
        if isBareName { return .unfit }
      }
      return .absent
    }

    /// Bytes of a query value that may be a version, written plainly or percent-encoded.
    private static func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "%"): true
      default: false
      }
    }
  }
}

/// Answers a request again, told the decoded value of the parameter that may differ (its bytes are not to be kept); `nil`
/// sends it the long way.
package typealias RepeatedAnswer = (_ value: UnsafeRawBufferPointer?) -> WebAnswer?

extension RepeatedRequests.Entry {
  fileprivate func matches(_ parts: RepeatedRequests.Parts) -> Bool {
    guard bytes.count == parts.before.count + parts.after.count,
      valueAt == (parts.value == nil ? nil : parts.before.count)
    else { return false }
    return bytes.withUnsafeBytes { kept in
      RepeatedRequests.areEqual(UnsafeRawBufferPointer(rebasing: kept[..<parts.before.count]), parts.before)
        && RepeatedRequests.areEqual(UnsafeRawBufferPointer(rebasing: kept[parts.before.count...]), parts.after)
    }
  }
}
