import CSQLite

/// What SQLite says of a statement without knowing its database: whether it is one statement that can be read.
enum SQLSyntax {
  /// What is wrong, and where: offset and length in Unicode scalars; `nil` if nothing is, as far as that can be known.
  static func problem(in text: String) -> (message: String, range: Range<Int>?)? {
    var database: OpaquePointer?, statement: OpaquePointer?
    guard sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else { return nil }
    defer { sqlite3_close(database) }
    let bytes = Array(text.utf8CString)
    return bytes.withUnsafeBufferPointer { buffer in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(database, buffer.baseAddress, Int32(buffer.count), &statement, &tail)
      defer { sqlite3_finalize(statement) }
      if code == SQLITE_OK {
        guard statement != nil else { return ("the query says nothing", nil) }
        let rest = tail.map { String(cString: $0) } ?? ""
        return rest.allSatisfy(\.isWhitespace) ? nil : ("a query is one statement", range(text, rest))
      }
      let message = String(cString: sqlite3_errmsg(database))
      // Tables, columns and functions of its own only the database knows.
      guard message.hasSuffix("syntax error") || message.hasPrefix("incomplete input") || message.hasPrefix("unrecognized token")
      else { return nil }
      return (message.replacing("near \"", with: "\"").replacing("\": syntax error", with: "\" is not expected here"),
        place(message, text, Int(sqlite3_error_offset(database))))
    }
  }

  private static func range(_ text: String, _ rest: String) -> Range<Int>? {
    let count = text.unicodeScalars.count, start = count - rest.unicodeScalars.drop { $0.properties.isWhitespace }.count
    return start..<count
  }

  private static func place(_ message: String, _ text: String, _ offset: Int) -> Range<Int>? {
    guard offset >= 0, offset < text.utf8.count else { return nil }
    let start = String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
    let word = message.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
    let isThere = !word.isEmpty && text.unicodeScalars.dropFirst(start).starts(with: word.unicodeScalars)
    return start..<(start + (isThere ? word.unicodeScalars.count : 1))
  }
}
