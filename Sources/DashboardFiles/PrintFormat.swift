import DashboardModel

/// How `splitflap print` writes a definition.
package enum PrintFormat: String, Hashable, Sendable, CaseIterable {
  /// A definition file again: it compiles to the same dashboard.
  case yaml
  /// One JSON object; numbers, `true` and `false` written without quotes are such.
  case json

  func text(of root: YAMLValue) -> String {
    switch self {
    case .yaml: Self.lines(root, indent: 0).joined(separator: "\n")
    case .json: String(decoding: Self.json(root).encoded, as: UTF8.self)
    }
  }

  // MARK: YAML

  private static func lines(_ value: YAMLValue, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    switch value.kind {
    case .list(let elements):
      return elements.map { "\(margin)- \(flow($0))" }
    case .map(let entries):
      return entries.flatMap { entry -> [String] in
        let head = "\(margin)\(word(entry.key)):"
        switch entry.value.kind {
        case .nothing: return [head]
        case .scalar(let scalar) where isBlock(scalar):
          let rows = scalar.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
          return ["\(head) |"] + rows.map { $0.isEmpty ? "" : "\(margin)  \($0)" }
        case .scalar(let scalar): return ["\(head) \(text(scalar, isFlow: false))"]
        case .list(let elements) where elements.isEmpty: return ["\(head) []"]
        case .map(let inner) where inner.isEmpty: return ["\(head) {}"]
        case .list, .map: return [head] + lines(entry.value, indent: indent + 2)
        }
      }
    case .nothing, .scalar: return [margin + flow(value)]
    }
  }

  /// On one line, as an element of a list.
  private static func flow(_ value: YAMLValue) -> String {
    switch value.kind {
    case .nothing: "~"
    case .scalar(let scalar): text(scalar, isFlow: true)
    case .list(let elements): "[\(elements.map(flow).joined(separator: ", "))]"
    case .map(let entries): "{ \(entries.map { "\(word($0.key)): \(flow($0.value))" }.joined(separator: ", ")) }"
    }
  }

  /// Text that can stand as it is below `key: |`.
  private static func isBlock(_ scalar: YAMLValue.Scalar) -> Bool {
    scalar.style == .literal && scalar.text.hasSuffix("\n") && !scalar.text.hasSuffix("\n\n")
      && scalar.text.first?.isWhitespace == false
  }

  private static func text(_ scalar: YAMLValue.Scalar, isFlow: Bool) -> String {
    let mayStay = scalar.style == .plain && !scalar.text.contains { $0.isNewline || (isFlow && "[]{},".contains($0)) }
    return mayStay ? scalar.text : quoted(scalar.text)
  }

  private static func word(_ key: String) -> String {
    let isPlain = key.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
      default: false
      }
    }
    return isPlain && !key.isEmpty && key.first != "-" ? key : quoted(key)
  }

  /// JSON's spelling of a text is YAML's too, but for characters that YAML wants escaped.
  private static func quoted(_ text: String) -> String {
    let json = String(decoding: JSON.string(text).encoded, as: UTF8.self)
    return String(json.unicodeScalars.reduce(into: "") { result, scalar in
      let isPlain = scalar.value < 0x7F || (scalar.value > 0x9F && ![0x2028, 0x2029, 0xFEFF].contains(scalar.value))
      result += isPlain ? String(scalar) : "\\u" + hex(scalar.value)
    })
  }

  private static func hex(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  // MARK: JSON

  private static func json(_ value: YAMLValue) -> JSON {
    switch value.kind {
    case .nothing: .null
    case .list(let elements): .array(elements.map(json))
    case .map(let entries): .object(JSON.Members(entries.map { .init(name: $0.key, value: json($0.value)) }))
    case .scalar(let scalar) where scalar.style == .plain: json(plain: scalar.text)
    case .scalar(let scalar): .string(scalar.text)
    }
  }

  private static func json(plain text: String) -> JSON {
    if let value = try? Scalars.boolean(text) { return .bool(value) }
    if let number = try? Scalars.number(text) { return .number(number) }
    return .string(text)
  }
}
