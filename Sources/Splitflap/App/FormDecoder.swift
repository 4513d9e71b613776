import DashboardModel

/// Reads what a form holds as a value of the program's own type. Text becomes numbers, truths and enumerations where the
/// type wants them; an empty field is `nil` where that may be.
struct FormDecoder: Decoder {
  let json: JSON
  var codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]

  static func decode<Value: Decodable>(_ type: Value.Type, from json: JSON) throws -> Value {
    do {
      return try Value(from: FormDecoder(json: json))
    } catch let error as DecodingError {
      throw Problem(sentence(error))
    }
  }

  private static func sentence(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing"
    case .valueNotFound(_, let context), .typeMismatch(_, let context), .dataCorrupted(let context):
      context.debugDescription
    @unknown default: "the form cannot be read"
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Fields<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    Items(decoder: self, items: json.elements ?? (json.text == "" ? [] : [json]))
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Field(decoder: self) }

  fileprivate func inside(_ key: any CodingKey, _ json: JSON) -> FormDecoder {
    FormDecoder(json: json, codingPath: codingPath + [key])
  }

  fileprivate func wrong(_ what: String) -> DecodingError {
    let name = codingPath.last?.stringValue ?? "the form"
    return .dataCorrupted(.init(codingPath: codingPath, debugDescription: "\(name) must be \(what)"))
  }

  private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: FormDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    private var members: [JSON.Member] { if case .object(let members) = decoder.json { members.list } else { [] } }

    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.name) } }
    func contains(_ key: Key) -> Bool { decoder.json[key.stringValue] != nil }

    func decodeNil(forKey key: Key) -> Bool { [nil, .null, ""].contains(decoder.json[key.stringValue]) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      guard let json = decoder.json[key.stringValue] else {
        throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: ""))
      }
      return try Value(from: decoder.inside(key, json))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedDecodingContainer<Nested> {
      decoder.inside(key, decoder.json[key.stringValue] ?? .null).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try decoder.inside(key, decoder.json[key.stringValue] ?? .null).unkeyedContainer()
    }

    func superDecoder() -> any Decoder { decoder }
    func superDecoder(forKey key: Key) -> any Decoder { decoder.inside(key, decoder.json[key.stringValue] ?? .null) }
  }

  private struct Items: UnkeyedDecodingContainer {
    let decoder: FormDecoder
    let items: [JSON]
    var currentIndex = 0
    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    private mutating func next() throws -> FormDecoder {
      guard !isAtEnd else { throw decoder.wrong("longer") }
      defer { currentIndex += 1 }
      return FormDecoder(json: items[currentIndex], codingPath: codingPath)
    }

    mutating func decodeNil() -> Bool { false }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: try next()) }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
      try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }

  private struct Field: SingleValueDecodingContainer {
    let decoder: FormDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.json == .null || decoder.json == "" }

    func decode(_ type: Bool.Type) throws -> Bool {
      switch decoder.json {
      case .bool(let flag): return flag
      case .string("true"), .string("on"): return true
      case .string("false"), .string(""): return false
      default: throw decoder.wrong("true or false")
      }
    }

    func decode(_ type: String.Type) throws -> String {
      guard let text = decoder.json.text else { throw decoder.wrong("text") }
      return text
    }

    func decode(_ type: Double.Type) throws -> Double {
      guard let number = decoder.json.double ?? decoder.json.text.flatMap(Double.init), number.isFinite else {
        throw decoder.wrong("a number")
      }
      return number
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }

    private func whole<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
      if let number = decoder.json.double, let whole = Value(exactly: number) { return whole }
      guard let whole = decoder.json.text.flatMap({ Value($0) }) else { throw decoder.wrong("a whole number") }
      return whole
    }

    func decode(_ type: Int.Type) throws -> Int { try whole(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try whole(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try whole(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try whole(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try whole(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try whole(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try whole(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try whole(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try whole(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try whole(type) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: decoder) }
  }
}
