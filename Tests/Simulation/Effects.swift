import DashboardModel

/// What events leave behind: each viewer has a component that lists the sequences done, in the order they were done.
/// `{"done":[1,2,4]}`: 3 was refused.
enum Effects {
  private static let start = Array(#"{"done":["#.utf8), end = Array("]}".utf8)

  static func adding(_ sequence: UInt64, to value: ComponentValue?) -> ComponentValue {
    guard let old = value?.head else { return ComponentValue(head: start + "\(sequence)".utf8 + end) }
    return ComponentValue(head: old.dropLast(end.count) + ",\(sequence)".utf8 + end)
  }

  static func sequences(in value: ComponentValue?) -> [UInt64] {
    guard let value else { return [] }
    var found: [UInt64] = []
    var number: UInt64?
    for byte in value.head.dropFirst(start.count) {
      if (0x30...0x39).contains(byte) {
        number = (number ?? 0) * 10 + UInt64(byte - 0x30)
      } else if let whole = number {
        found.append(whole)
        number = nil
      }
    }
    return found
  }
}
