/// What a component shows: one JSON object as bytes. A series of points stands apart from the rest (the head), so that
/// a tick of a chart can travel as an append.
///
/// Worked example: `{"level":"good","points":[[1,20.5],[2,21]]}` has the head `{"level":"good"}` and two rows. Appending
/// `[3,22]` with `keep` 2 gives `{"level":"good","points":[[2,21],[3,22]]}`. Producer, front and store all get the very
/// same bytes that way (I5).
package struct ComponentValue: Hashable, Sendable {
  /// How deep a value may be nested for fronts to read it. Markdown and sanitised HTML take two levels per element and go
  /// some thirty elements deep.
  package static let maximumDepth = 72

  /// A JSON object without the member `points`.
  package var head: [UInt8]
  /// `nil` when the component has no series; an empty series is `Points()`.
  package var points: Points?

  package init(head: [UInt8], points: Points? = nil) {
    self.head = head
    self.points = points
  }

  package init(_ head: JSON, points: Points? = nil) {
    // Kept for as long as the page: without the room that encoding left for more.
    self.init(head: head.encoded.withUnsafeBufferPointer { Array($0) }, points: points)
  }

  /// The whole object, `points` as its last member.
  package var json: [UInt8] {
    guard let points else { return head }
    var bytes = Array(head.dropLast())
    bytes.reserveCapacity(head.count + points.rows.count + 16)
    if head.count > 2 { bytes.append(UInt8(ascii: ",")) }
    bytes += Self.pointsName
    bytes += points.rows
    bytes += "]}".utf8
    return bytes
  }

  /// Splits a whole object of the form ``json`` gives. `nil` if it is no object, or if its points are no flat rows.
  /// The head is not decoded: whoever reads from outside checks it first (`JSON.decode`).
  package init?(json: [UInt8]) {
    guard json.first == UInt8(ascii: "{"), json.last == UInt8(ascii: "}"), json.count >= 2 else { return nil }
    guard json.suffix(2).elementsEqual("]}".utf8), let start = Self.findPoints(in: json) else {
      self.init(head: json)
      return
    }
    let rows = Array(json[(start + Self.pointsName.count)..<(json.count - 2)])
    guard let points = Points(rows: rows) else { return nil }
    guard start == 1 || json[start - 1] == UInt8(ascii: ",") else { return nil }
    var head = Array(json[..<start])
    if head.last == UInt8(ascii: ",") { head.removeLast() }
    head.append(UInt8(ascii: "}"))
    self.init(head: head, points: points)
  }

  /// This value with a new head and more rows, at most `append.keep` of them.
  package func appending(_ append: Append) -> ComponentValue {
    var points = self.points ?? Points()
    points.append(append.points, keep: append.keep)
    return ComponentValue(head: append.head, points: points)
  }

  private static let pointsName = Array(#""points":["#.utf8)

  // Only a member of the object itself counts: the items of a list may have points of their own.
  private static func findPoints(in json: [UInt8]) -> Int? {
    var depth = 0, isText = false, isEscaped = false
    for (index, byte) in json.enumerated() {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isText: isEscaped = true
      case UInt8(ascii: "\"") where isText: isText = false
      case _ where isText: break
      case UInt8(ascii: "\""):
        if depth == 1, json[index...].starts(with: pointsName) { return index }
        isText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return nil
  }
}

/// New rows at the end of a series, with the head that goes with them.
package struct Append: Hashable, Sendable {
  package var head: [UInt8]
  package var points: Points
  /// How many rows the series keeps, counted after appending.
  package var keep: Int

  package init(head: [UInt8], points: Points, keep: Int) {
    self.head = head
    self.points = points
    self.keep = keep
  }
}

/// The rows of a series as JSON bytes, `[1,20.5],[2,21]`: each `[time, value, …]`, time in Unix milliseconds,
/// a value a number or `null`, one per curve.
package struct Points: Hashable, Sendable {
  package private(set) var rows: [UInt8] = []
  package private(set) var count = 0

  package init() {}

  /// Checks that the bytes are flat rows of numbers and nulls.
  package init?(rows: [UInt8]) {
    var scanner = RowScanner(bytes: rows)
    guard let count = scanner.count() else { return nil }
    self.rows = rows
    self.count = count
  }

  package mutating func append(time: Double, values: [Double?]) {
    if count > 0 { rows.append(UInt8(ascii: ",")) }
    JSON.array([.number(time)] + values.map { $0.map(JSON.number) ?? .null }).encode(into: &rows)
    count += 1
  }

  /// Joins the rows of `other`, then drops the oldest beyond `keep`.
  package mutating func append(_ other: Points, keep: Int) {
    if count > 0, other.count > 0 { rows.append(UInt8(ascii: ",")) }
    rows += other.rows
    count += other.count
    dropFirst(count - max(0, keep))
  }

  package func suffix(_ length: Int) -> Points {
    var copy = self
    copy.dropFirst(count - length)
    return copy
  }

  private mutating func dropFirst(_ surplus: Int) {
    guard surplus > 0 else { return }
    guard surplus < count else {
      self = Points()
      return
    }
    var ended = 0, index = 0
    while ended < surplus {
      if rows[index] == UInt8(ascii: "]") { ended += 1 }
      index += 1
    }
    rows.removeFirst(index + 1)  // the comma as well
    count -= surplus
  }
}

/// Counts rows, `[number or null, …],…`, to the last byte; anything else is no series.
private struct RowScanner {
  let bytes: [UInt8]
  private var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func count() -> Int? {
    guard !bytes.isEmpty else { return 0 }
    var count = 0
    repeat {
      guard row() else { return nil }
      count += 1
    } while take(",")
    return index == bytes.count ? count : nil
  }

  private mutating func row() -> Bool {
    guard take("[") else { return false }
    repeat {
      guard take("n") ? take("u") && take("l") && take("l") : number() else { return false }
    } while take(",")
    return take("]")
  }

  private mutating func number() -> Bool {
    _ = take("-")
    guard take("0") || digits() else { return false }
    if take("."), !digits() { return false }
    guard take("e") || take("E") else { return true }
    if !take("+") { _ = take("-") }
    return digits()
  }

  private mutating func digits() -> Bool {
    let start = index
    while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
    return index > start
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, UInt32(bytes[index]) == character.value else { return false }
    index += 1
    return true
  }
}
