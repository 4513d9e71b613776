import CJq
import DashboardModel

extension JSON {
  /// The value for libjq, owned by the caller. Members keep their order.
  var jv: jv {
    switch self {
    case .null: jv_null()
    case .bool(let value): value ? jv_true() : jv_false()
    case .number(let value): jv_number(value)
    case .string(let text): Self.jvString(text)
    case .array(let elements): elements.reduce(jv_array()) { jv_array_append($0, $1.jv) }
    case .object(let members):
      members.list.reduce(jv_object()) { jv_object_set($0, Self.jvString($1.name), $1.value.jv) }
    }
  }

  /// Reads a value of libjq and frees it.
  static func taking(_ value: jv) throws(JqError) -> JSON {
    defer { jv_free(value) }
    return try reading(value, depth: 0)
  }

  private static func reading(_ value: jv, depth: Int) throws(JqError) -> JSON {
    guard depth <= 32 else { throw JqError(message: "the result is nested deeper than 32") }
    switch jv_get_kind(value) {
    case JV_KIND_FALSE: return .bool(false)
    case JV_KIND_TRUE: return .bool(true)
    case JV_KIND_NUMBER:
      let number = jv_number_value(value)
      return number.isFinite ? .number(number) : .null
    case JV_KIND_STRING: return .string(text(value))
    case JV_KIND_ARRAY:
      var elements: [JSON] = []
      for index in 0..<max(0, jv_array_length(jv_copy(value))) {
        let element = jv_array_get(jv_copy(value), index)
        defer { jv_free(element) }
        elements.append(try reading(element, depth: depth + 1))
      }
      return .array(elements)
    case JV_KIND_OBJECT: return .object(try members(value, depth: depth))
    default: return .null
    }
  }

  // libjq's own iteration goes by slot, and slots are filled in the order of insertion.
  private static func members(_ value: jv, depth: Int) throws(JqError) -> Members {
    var members: [Member] = []
    var iterator = jv_object_iter(value)
    while jv_object_iter_valid(value, iterator) != 0 {
      let key = jv_object_iter_key(value, iterator), element = jv_object_iter_value(value, iterator)
      defer {
        jv_free(key)
        jv_free(element)
      }
      members.append(Member(name: text(key), value: try reading(element, depth: depth + 1)))
      iterator = jv_object_iter_next(value, iterator)
    }
    return Members(members)
  }

  private static func text(_ value: jv) -> String {
    let length = Int(jv_string_length_bytes(jv_copy(value)))
    guard let bytes = jv_string_value(value) else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
  }

  private static func jvString(_ text: String) -> jv {
    var text = text
    return text.withUTF8 { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return jv_string_empty(0) }
      return jv_string_sized(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count))
    }
  }
}
