package import DashboardModel

/// A duration among a definition's properties: a number of seconds, or text such as `10m`.
package struct Seconds: Hashable, Sendable {
  package let value: Double

  package init?(_ property: JSON) {
    switch property {
    case .number(let seconds) where seconds > 0 && seconds.isFinite: value = seconds
    case .string(let text):
      let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
      guard let last = text.last else { return nil }
      let number = units[last] == nil ? text[...] : text.dropLast()
      guard let amount = Double(number), amount > 0, amount.isFinite else { return nil }
      value = amount * (units[last] ?? 1)
    default: return nil
    }
  }
}
