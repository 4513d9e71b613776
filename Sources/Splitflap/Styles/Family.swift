/// Classes that begin alike and set the same properties: `p-0` to `p-96`, or `text-left` to `text-end`.
struct Family: Sendable {
  var prefix = ""
  var properties: [String] = []
  var scale: Scale?
  var takesNegative = false
  var reach = ""
  var words: [String: [String]] = [:]

  /// Classes with a value from a scale.
  static func scaled(
    _ prefix: String, _ properties: String, _ scale: Scale, negative: Bool = false, reach: String = ""
  ) -> Family {
    Family(
      prefix: prefix, properties: properties.words, scale: scale, takesNegative: negative, reach: reach)
  }

  /// Classes with a fixed value each: `word`, or `word=value` where the class and the value differ. `_` is a space in a
  /// value; a word `.` is the prefix alone.
  static func fixed(_ prefix: String, _ property: String, _ list: String) -> Family {
    var family = Family(prefix: prefix)
    for entry in list.words {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      guard let word = parts.first, let value = parts.last else { continue }
      let name = word == "." ? prefix : prefix.isEmpty ? word : "\(prefix)-\(word)"
      family.words[name] = ["\(property):\(value.replacing("_", with: " "))"]
    }
    return family
  }

  /// Classes that declare several things each.
  static func named(_ classes: [String: String]) -> Family {
    var family = Family()
    family.words = classes.mapValues { $0.split(separator: ";").map(String.init) }
    return family
  }

  func declarations(_ value: String, isNegative: Bool) -> [String]? {
    guard let values = scale?.values(value) else { return nil }
    if values.count > 1 { return zip(properties, values).map { "\($0):\($1)" } }
    guard let value = values.first else { return nil }
    guard isNegative else { return properties.map { "\($0):\(value)" } }
    let negative = Scale.negated(value)
    return negative.map { negative in properties.map { "\($0):\(negative)" } }
  }
}

extension String {
  fileprivate var words: [String] { split(whereSeparator: \.isWhitespace).map(String.init) }
}
