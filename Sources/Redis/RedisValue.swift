/// A reply of the server (RESP2).
package enum RedisValue: Hashable, Sendable {
  case null
  case integer(Int64)
  /// A short word such as `OK`.
  case status(String)
  case bytes([UInt8])
  case array([RedisValue])
  /// An error inside a transaction's or a pipeline's answers; an error alone fails its future instead.
  case error(RedisServerError)
}

extension RedisValue {
  /// The text of bytes or a status; `nil` for anything else.
  package var text: String? {
    switch self {
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
    case .status(let text): text
    default: nil
    }
  }

  package var raw: [UInt8]? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  package var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  package var elements: [RedisValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  package var failure: RedisServerError? {
    if case .error(let error) = self { error } else { nil }
  }

  /// The answer of HGETALL as a dictionary; `nil` if it is none, or names no UTF-8.
  package var fields: [String: [UInt8]]? {
    guard let elements, elements.count.isMultiple(of: 2) else { return nil }
    var fields = [String: [UInt8]](minimumCapacity: elements.count / 2)
    for index in stride(from: 0, to: elements.count, by: 2) {
      guard let name = elements[index].text, let value = elements[index + 1].raw else { return nil }
      fields[name] = value
    }
    return fields
  }
}
