import FoundationEssentials

/// Why bytes are not the JSON we take.
package enum JSONError: Error, Hashable, Sendable {
  /// Nested deeper than the limit; found without recursion, before any decoder saw the bytes.
  case tooDeep(limit: Int)
  /// Not JSON, or not the shape asked for; `offset` in bytes where it is known.
  case malformed(reason: String, offset: Int?)
}

extension JSON: Decodable {
  package init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Name.self) {
      self = .object(Members(try container.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
        Member(name: $0.stringValue, value: try container.decode(JSON.self, forKey: $0))
      }))
      return
    }
    if var container = try? decoder.unkeyedContainer() {
      var elements: [JSON] = []
      while !container.isAtEnd { elements.append(try container.decode(JSON.self)) }
      self = .array(elements)
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .string(try container.decode(String.self))
    }
  }

  /// Reads one value, its members in written order, after the depth was checked.
  package init(decoding bytes: some Sequence<UInt8>, maximumDepth: Int = 32) throws(JSONError) {
    let bytes = Array(bytes)
    guard JSON.depth(of: bytes, limit: maximumDepth) <= maximumDepth else { throw .tooDeep(limit: maximumDepth) }
    var parser = JSONParser(bytes)
    self = try parser.parse()
  }

  /// Decodes any type from untrusted bytes: depth first, then Foundation, whose decoder recurses: 300 levels overflow a
  /// 512 KiB stack.
  package static func decode<T: Decodable>(
    _ type: T.Type, from bytes: some Sequence<UInt8>, maximumDepth: Int = 32
  ) throws(JSONError) -> T {
    let data = Data(bytes)
    guard depth(of: data, limit: maximumDepth) <= maximumDepth else { throw .tooDeep(limit: maximumDepth) }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw .malformed(reason: Self.reason(error), offset: nil)
    } catch {
      throw .malformed(reason: "not JSON", offset: nil)
    }
  }

  /// How deep brackets nest outside strings, counted in one pass; stops at `limit` + 1.
  package static func depth(of bytes: some Sequence<UInt8>, limit: Int) -> Int {
    var depth = 0, deepest = 0, inString = false, escaped = false
    for byte in bytes {
      if inString {
        if escaped { escaped = false } else if byte == 0x5C { escaped = true } else if byte == 0x22 { inString = false }
        continue
      }
      switch byte {
      case 0x22: inString = true
      case 0x5B, 0x7B:
        depth += 1
        deepest = max(deepest, depth)
        if deepest > limit { return deepest }
      case 0x5D, 0x7D: depth -= 1
      default: break
      }
    }
    return deepest
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "not JSON" : "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is not valid"
    @unknown default: "not JSON"
    }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
