import DashboardModel

/// Values in the words of a reason.
enum Words {
  /// `90` is "90 s", `900` is "15 min".
  static func duration(_ seconds: Double) -> String {
    let units: [(size: Double, name: String)] = [(86_400, "d"), (3_600, "h"), (60, "min")]
    let unit = units.first { seconds >= 2 * $0.size && seconds.truncatingRemainder(dividingBy: $0.size) == 0 }
    return "\(number(seconds / (unit?.size ?? 1))) \(unit?.name ?? "s")"
  }

  /// "an object", "text".
  static func kind(_ value: JSON) -> String {
    switch value {
    case .null: "nothing"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }

  static func number(_ value: Double) -> String { String(decoding: JSON.number(value).encoded, as: UTF8.self) }
}

extension Words {
  /// "the answer is not JSON".
  static func notJSON(_ what: String, _ error: JSONError) -> String {
    if case .tooDeep(let limit) = error { "\(what) is nested deeper than \(limit)" } else { "\(what) is not JSON" }
  }
}
