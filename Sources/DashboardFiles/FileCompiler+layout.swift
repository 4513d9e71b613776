import DashboardModel

extension FileCompiler {
  /// One word of the picture with its place in the file.
  private struct Cell {
    var word: String
    var place: Place
  }

  /// The layout's rows; `nil` after a report. `ids` is the map of components, read or not.
  mutating func readLayout(_ value: YAMLValue, ids: YAMLValue) -> [[ComponentID?]]? {
    guard let rows = rows(value) else { return nil }
    let components = ids.entries ?? []
    let isEven = checkWidths(rows)
    // Without knowing the components nothing can be said of the words.
    guard ids.entries != nil else { return nil }
    let foreign = checkWords(rows, components.map(\.key) + misplaced + (hasControls ? [Self.controlsWord] : []))
    if isEven, foreign.isEmpty { checkRectangles(rows) }
    guard foreign.count < Self.mostForeign else { return nil }
    let words = Set(rows.joined().map(\.word))
    // A misspelt word is the cause of the component it should have named being absent.
    let misspelt = Set(foreign.compactMap { Self.meant(by: $0, among: components.map(\.key)) })
    for entry in components where !words.contains(entry.key) && !misspelt.contains(entry.key) {
      report(.notInLayout, entry.keyPlace, "component \"\(entry.key)\" is not in the layout",
        hint: "put its id into the picture")
    }
    return rows.map { $0.map { ComponentID($0.word) } }
  }

  /// The word of a picture that says where the controls of the variables stand, unless a component has that id.
  static let controlsWord = "controls"
  private var hasControls: Bool { !variables.isEmpty || unknown.contains("variables") }

  static let mostRows = 200
  static let mostWords = 64
  /// So many different words that are no component's are looked up; a picture with more of them is no picture.
  private static let mostForeign = 50

  private mutating func rows(_ value: YAMLValue) -> [[Cell]]? {
    guard let scalar = value.scalar, scalar.style != .folded, scalar.style == .literal || isOneLine(value, scalar)
    else {
      report(.wrongKind, value.place, "\"layout\" takes a picture, one line per row",
        hint: value.scalar == nil ? "write layout: | and the rows below it" : "write layout: | to keep the lines")
      return nil
    }
    // Blank lines before and after the picture do not count; the text may end before the file's next key.
    let expected = scalar.text.split(separator: "\n").count { $0.contains { $0 != " " } }
    guard expected <= Self.mostRows else { return tooLarge(value.place) }
    let rows: [[Cell]]
    if scalar.style == .literal {
      let count = scalar.text.split(separator: "\n", omittingEmptySubsequences: false).count
      rows = (0..<count).map { cells(below: value.place, by: 1 + $0, from: 0, to: .max) }
    } else {
      let inset = scalar.style == .quoted ? 1 : 0
      rows = [cells(below: value.place, by: 0, from: value.place.column - 1 + inset,
        to: value.place.column - 1 + value.place.length - inset)]
    }
    let filled = Array(rows.filter { !$0.isEmpty }.prefix(expected))
    guard !filled.isEmpty else {
      report(.wrongKind, value.place, "the layout is empty", hint: "leave it out to let components flow")
      return nil
    }
    if let wide = filled.first(where: { $0.count > Self.mostWords }) { return tooLarge(wide[Self.mostWords].place) }
    return filled
  }

  private mutating func tooLarge(_ place: Place) -> [[Cell]]? {
    report(.outOfRange, place, "a layout has at most \(Self.mostRows) rows of \(Self.mostWords) words")
    return nil
  }

  private func isOneLine(_ value: YAMLValue, _ scalar: YAMLValue.Scalar) -> Bool {
    value.place.length == scalar.text.unicodeScalars.count + (scalar.style == .quoted ? 2 : 0)
  }

  private func cells(below head: Place, by rows: Int, from start: Int, to end: Int) -> [Cell] {
    var place = head
    place.line += rows
    let line = texts[place].line(place.line)
    var cells: [Cell] = []
    var index = start
    while index < min(end, line.count) {
      if line[index] == " " || line[index] == "\t" {
        index += 1
        continue
      }
      let stop = line[index..<min(end, line.count)].firstIndex { $0 == " " || $0 == "\t" } ?? min(end, line.count)
      let word = String(String.UnicodeScalarView(line[index..<stop]))
      cells.append(Cell(word: word, place: place.onLine(column: index + 1, length: stop - index)))
      index = stop
    }
    return cells
  }

  /// True if all rows have as many words.
  private mutating func checkWidths(_ rows: [[Cell]]) -> Bool {
    // The most frequent width is what was meant; the first row decides a draw.
    var counts: [Int: Int] = [:]
    for row in rows { counts[row.count, default: 0] += 1 }
    let most = counts.values.max() ?? 0
    let width = rows.first { counts[$0.count] == most }?.count ?? 0
    for row in rows where row.count != width {
      guard let last = row.last else { continue }
      let surplus = row.count > width ? row[width] : last
      report(.unevenLayout, surplus.place, "this row has \(row.count) word\(row.count == 1 ? "" : "s"), the others have \(width)",
        hint: row.count < width ? "a dot is a gap" : nil)
    }
    return counts.count == 1
  }

  /// The words that are no component's; each is told at all its places.
  private mutating func checkWords(_ rows: [[Cell]], _ ids: [String]) -> Set<String> {
    let known = Set(ids)
    var hints: [String: String] = [:]
    for cell in rows.joined() where cell.word != "." && !known.contains(cell.word) {
      if hints[cell.word] == nil {
        guard hints.count < Self.mostForeign else { continue }
        hints[cell.word] = cell.word == Self.controlsWord ? "the controls of variables stand there, and this file declares none"
          : Self.hint(for: cell.word, among: ids)
      }
      report(.notInComponents, cell.place, "there is no component \"\(cell.word.shortened)\"", hint: hints[cell.word])
    }
    return Set(hints.keys)
  }

  private static func hint(for word: String, among ids: [String]) -> String {
    if word.contains(where: { ",|;".contains($0) }) { return "ids are separated by spaces alone" }
    return Suggestion.hint(for: word, among: ids, effort: Suggestion.little) ?? "a gap is written as a dot"
  }

  private static func meant(by word: String, among ids: [String]) -> String? {
    let bare = word.filter { !",|;".contains($0) }
    return ids.contains(bare) ? bare : Suggestion.nearest(to: word, among: ids, effort: Suggestion.little)
  }

  /// Each id fills the rectangle that its first appearance and the cells right of and below it span.
  private mutating func checkRectangles(_ rows: [[Cell]]) {
    var done: Set<String> = ["."]
    for (top, row) in rows.enumerated() {
      for (left, cell) in row.enumerated() where done.insert(cell.word).inserted {
        let width = row[left...].prefix { $0.word == cell.word }.count
        let height = rows[top...].prefix { row in row[left..<(left + width)].allSatisfy { $0.word == cell.word } }.count
        let stray = rows.enumerated().joined(except: { row, column in
          (row >= top && row < top + height) && (column >= left && column < left + width)
        }).first { $0.word == cell.word }
        if let stray {
          report(.notARectangle, stray.place, "\"\(cell.word)\" does not form one rectangle",
            hint: "it begins at line \(cell.place.line), column \(cell.place.column)")
        }
      }
    }
  }
}

extension Sequence {
  /// All elements of the rows but those that `isInside` says are in the rectangle.
  fileprivate func joined<Cell>(except isInside: (Int, Int) -> Bool) -> [Cell]
  where Element == (offset: Int, element: [Cell]) {
    flatMap { row in row.element.enumerated().compactMap { isInside(row.offset, $0.offset) ? nil : $0.element } }
  }
}
