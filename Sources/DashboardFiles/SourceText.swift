/// A definition file's text by lines, as the YAML parser counts them, so that a mistake can be shown where it stands.
struct SourceText: Sendable {
  let file: String
  let lines: [[Unicode.Scalar]]

  init(file: String, lines: [[Unicode.Scalar]]) { (self.file, self.lines) = (file, lines) }

  init(file: String, text: String) {
    self.file = file
    var lines: [[Unicode.Scalar]] = [[]]
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where previous == "\r": break
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
      default: lines[lines.count - 1].append(scalar)
      }
      previous = scalar
    }
    self.lines = lines
  }

  /// The line with a number counted from 1; empty outside the file.
  func line(_ number: Int) -> [Unicode.Scalar] {
    lines.indices.contains(number - 1) ? lines[number - 1] : []
  }

  /// A place inside the file, whatever was asked for: the last line's end stands for anything after it.
  func clamped(_ place: Place) -> Place {
    var place = place
    place.line = min(max(1, place.line), lines.count)
    place.column = min(max(1, place.column), line(place.line).count + 1)
    place.length = min(max(1, place.length), max(1, line(place.line).count - place.column + 1))
    return place
  }

  /// How many scalars the token at a position covers: a quoted text with its quotes, otherwise what `text` says, at
  /// most to the line's end.
  func tokenLength(line number: Int, column: Int, text: String?) -> Int {
    let rest = line(number).dropFirst(column - 1)
    guard let first = rest.first else { return 1 }
    if first == "\"" || first == "'" { return quotedLength(rest, quote: first) }
    if let text, !text.isEmpty, rest.starts(with: text.unicodeScalars) { return text.unicodeScalars.count }
    if first == "|" || first == ">" || first == "[" || first == "{" { return 1 }
    return max(1, rest.prefix { $0 != " " && $0 != ":" && $0 != "," }.count)
  }

  /// Steps over `&anchor` and `!tag` to the token they belong to.
  func skippingProperties(line number: Int, column: Int) -> Int {
    let line = line(number)
    var index = column - 1
    while line.indices.contains(index), line[index] == "&" || line[index] == "!" {
      var next = index
      while next < line.count, line[next] != " " { next += 1 }
      while next < line.count, line[next] == " " { next += 1 }
      guard next < line.count else { break }
      index = next
    }
    return index + 1
  }

  private func quotedLength(_ rest: ArraySlice<Unicode.Scalar>, quote: Unicode.Scalar) -> Int {
    var index = rest.startIndex + 1
    while index < rest.endIndex {
      if quote == "\"", rest[index] == "\\" {
        index += 2
      } else if rest[index] == quote {
        return index + 1 - rest.startIndex
      } else {
        index += 1
      }
    }
    return rest.count
  }
}

/// Where something stands in a file: line and column from 1, column and length counted in Unicode scalars.
struct Place: Hashable, Sendable {
  /// Which of the definition's texts it is in, see ``SourceTexts``; 0 is the dashboard's own file.
  var file = 0
  var line: Int
  var column: Int
  var length: Int

  init(line: Int, column: Int, length: Int = 1) {
    self.line = line
    self.column = column
    self.length = length
  }

  static let start = Place(line: 1, column: 1)

  /// Another place on the same line of the same file.
  func onLine(column: Int, length: Int) -> Place {
    var place = self
    (place.column, place.length) = (column, length)
    return place
  }

  func inFile(_ file: Int) -> Place {
    var place = self
    place.file = file
    return place
  }
}

extension Place: Comparable {
  static func < (a: Place, b: Place) -> Bool { (a.file, a.line, a.column) < (b.file, b.line, b.column) }
}
