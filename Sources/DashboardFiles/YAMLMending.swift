/// A text in which mistakes of writing are mended as their hints say, so that the rest of the file can be read as well.
///
/// Worked example: `levels: { warn: > 10, bad: > 20 }` is read as `levels: { warn: above 10, bad: > 20 }`; what the
/// parser then says of column 35 is said of column 31 of the file.
struct YAMLMending {
  /// So many mistakes are mended, in texts that are not long: each costs another reading.
  static let most = 20
  static let longest = 65_536

  private(set) var lines: [[Unicode.Scalar]]
  /// By line: where a text was exchanged, how long it was and how long it is now; in the mended text's columns.
  private var changes: [Int: [(column: Int, old: Int, new: Int)]] = [:]
  private var count = 0
  private let isShort: Bool

  init(_ source: SourceText) {
    lines = source.lines
    isShort = source.lines.reduce(0) { $0 + $1.count + 1 } <= Self.longest
  }

  /// The text as it is read.
  func text(of source: SourceText) -> SourceText { SourceText(file: source.file, lines: lines) }

  /// A text grows by at most this, for a quote more on both sides; what grows more is no slip of the pen.
  private static let mostGrowth = 16

  /// Exchanges a part of a line; false when enough was mended, or what is there is mended already.
  mutating func mend(_ place: Place, with replacement: String) -> Bool {
    let start = place.column - 1, end = start + place.length
    guard isShort, count < Self.most, lines.indices.contains(place.line - 1), end <= lines[place.line - 1].count
    else { return false }
    let new = Array(replacement.unicodeScalars)
    let isMended = (changes[place.line] ?? []).contains { place.column < $0.column + $0.new && $0.column < place.column + place.length }
    guard !isMended, new.count <= place.length + Self.mostGrowth, !lines[place.line - 1][start..<end].elementsEqual(new)
    else { return false }
    lines[place.line - 1].replaceSubrange(start..<end, with: new)
    changes[place.line, default: []].append((place.column, place.length, new.count))
    count += 1
    return true
  }

  /// Exchanges a text by one as long, which moves nothing.
  mutating func rename(line: Int, _ range: Range<Int>, to scalars: [Unicode.Scalar]) {
    lines[line - 1].replaceSubrange(range, with: scalars)
  }

  /// Where in the file stands what stands here in the mended text.
  func original(_ place: Place) -> Place {
    var place = place
    for change in (changes[place.line] ?? []).reversed() where place.column > change.column {
      let isInside = place.column < change.column + change.new
      place.column = isInside ? change.column : place.column + change.old - change.new
      if isInside { place.length = change.old }
    }
    return place
  }
}
