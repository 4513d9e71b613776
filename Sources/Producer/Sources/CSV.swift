import DashboardModel

/// Comma-separated values (RFC 4180): quotes, doubled quotes, commas and line breaks inside quotes; lines may end with
/// LF alone.
enum CSV {
  /// One cell; a quoted one is always text.
  struct Cell: Hashable {
    var text: String
    var isQuoted: Bool

    var value: JSON {
      if isQuoted { return .string(text) }
      let trimmed = text.trimmed
      if trimmed.isEmpty { return .null }
      guard isNumber(trimmed), let number = Double(trimmed), number.isFinite else { return .string(text) }
      return .number(number)
    }

    // As JSON writes numbers, so that `007` and `+49` stay what they are.
    private func isNumber(_ text: Substring) -> Bool {
      let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
      guard text.utf8.count - digits.count <= 1, let first = digits.first, (0x30...0x39).contains(first) else {
        return false
      }
      let second = digits.dropFirst().first
      if first == UInt8(ascii: "0"), let second, (0x30...0x39).contains(second) { return false }
      return digits.allSatisfy { (0x30...0x39).contains($0) || ".eE+-".utf8.contains($0) }
        && digits.last.map { (0x30...0x39).contains($0) } == true
    }
  }

  /// One object per row, named by the header.
  static func objects(_ bytes: [UInt8], name: String) throws -> JSON {
    var rows = try rows(bytes, name: name)[...]
    guard let header = rows.popFirst()?.map({ String($0.text.trimmed) }) else { return .array([]) }
    if let twice = header.indices.first(where: { header[..<$0].contains(header[$0]) }) {
      throw SourceError("\(name) has two columns called \"\(header[twice])\"")
    }
    return .array(try rows.enumerated().map { index, row in
      guard row.count <= header.count else {
        throw SourceError("row \(index + 2) of \(name) has \(row.count) cells, the header \(header.count)")
      }
      return .object(JSON.Members(header.indices.map {
        JSON.Member(name: header[$0], value: $0 < row.count ? row[$0].value : .null)
      }))
    })
  }

  static func rows(_ bytes: [UInt8], name: String) throws -> [[Cell]] {
    var reader = Reader(bytes: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...])
    var rows: [[Cell]] = []
    while let row = reader.nextRow() {
      if row.count > 1 || row[0].isQuoted || !row[0].text.isEmpty { rows.append(row) }
    }
    guard !reader.isInQuotes else { throw SourceError("\(name) ends inside quotes") }
    return rows
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>
    var isInQuotes = false

    mutating func nextRow() -> [Cell]? {
      guard !bytes.isEmpty else { return nil }
      var row: [Cell] = []
      repeat { row.append(nextCell()) } while takeComma()
      takeLineEnd()
      return row
    }

    private mutating func nextCell() -> Cell {
      guard bytes.first == UInt8(ascii: "\"") else { return Cell(text: plain(), isQuoted: false) }
      bytes.removeFirst()
      var text: [UInt8] = []
      isInQuotes = true
      while let byte = bytes.popFirst() {
        if byte != UInt8(ascii: "\"") {
          text.append(byte)
        } else if bytes.first == UInt8(ascii: "\"") {
          text.append(byte)
          bytes.removeFirst()
        } else {
          isInQuotes = false
          break
        }
      }
      return Cell(text: String(decoding: text, as: UTF8.self) + plain(), isQuoted: true)
    }

    private mutating func plain() -> String {
      let text = bytes.prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\n") }
      bytes = bytes[text.endIndex...]
      let withoutReturn = text.last == UInt8(ascii: "\r") ? text.dropLast() : text
      return String(decoding: withoutReturn, as: UTF8.self)
    }

    private mutating func takeComma() -> Bool {
      guard bytes.first == UInt8(ascii: ",") else { return false }
      bytes.removeFirst()
      return true
    }

    private mutating func takeLineEnd() {
      if bytes.first == UInt8(ascii: "\n") { bytes.removeFirst() }
    }
  }
}

extension StringProtocol {
  /// Without spaces and tabs at both ends.
  var trimmed: Substring {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
    return Substring(self[start..<end])
  }
}
