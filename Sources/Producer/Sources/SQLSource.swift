import CSQLite
package import DashboardModel

/// The rows that a query of an SQLite file gives, as objects. The file is opened for reading only, anew for each run: it
/// may have been exchanged.
package struct SQLSource: Source {
  static let mostRows = 10_000
  static let mostBytes = 5 << 20

  private let file: FolderFile
  private let query: String
  private let values: [SourceDefinition.BoundValue]
  private let seconds: Double
  private let work = BlockingWork()

  /// `folder` holds the definitions; `database` is relative to it. A run is stopped after `seconds`.
  package init(
    database: String, query: String, values: [SourceDefinition.BoundValue], folder: String, seconds: Double
  ) {
    file = FolderFile(path: database, folder: folder, sizeLimit: .max)
    (self.query, self.values, self.seconds) = (query, values, seconds)
  }

  package func fetch() async throws -> JSON {
    let (file, query, values, seconds) = (file, query, values, seconds)
    return try await work.run {
      let connection = try SQLConnection(file.resolved(), name: file.path, seconds: seconds)
      return .array(try connection.rows(of: query, values))
    }
  }
}

/// One SQLite file, open for reading; used by one thread.
private final class SQLConnection {
  private var database: OpaquePointer?
  private let name: String
  private let deadline: ContinuousClock.Instant
  private var bytes = 0

  init(_ path: String, name: String, seconds: Double) throws {
    self.name = name
    deadline = .now + .seconds(seconds)
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil) == SQLITE_OK else {
      throw failure()
    }
    sqlite3_busy_timeout(database, Int32(min(seconds, 10) * 1000))
    // Reading rows and computing with them; neither other files (ATTACH), nor settings (PRAGMA), nor writing.
    sqlite3_set_authorizer(database, { _, action, _, _, _, _ in
      [SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE].contains(action) ? SQLITE_OK : SQLITE_DENY
    }, nil)
    sqlite3_progress_handler(database, 1000, { pointer in
      guard let pointer else { return 1 }
      return ContinuousClock.now > Unmanaged<SQLConnection>.fromOpaque(pointer).takeUnretainedValue().deadline ? 1 : 0
    }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { sqlite3_close(database) }

  func rows(of query: String, _ values: [SourceDefinition.BoundValue]) throws -> [JSON] {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(database, query, -1, &statement, nil) == SQLITE_OK, let statement else { throw failure() }
    defer { sqlite3_finalize(statement) }
    for (index, value) in values.enumerated() { try bind(value, Int32(index + 1), statement) }
    var rows: [JSON] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: rows.append(row(statement))
      case SQLITE_DONE: return rows
      default: throw failure()
      }
      guard rows.count <= SQLSource.mostRows else { throw SourceError("more than \(SQLSource.mostRows) rows") }
      guard bytes <= SQLSource.mostBytes else { throw SourceError("the rows hold more than \(SQLSource.mostBytes >> 20) MiB") }
    }
  }

  private func bind(_ value: SourceDefinition.BoundValue, _ index: Int32, _ statement: OpaquePointer) throws {
    // SQLite copies the text.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let code =
      if value.isNumber, let number = Int64(value.text) {
        sqlite3_bind_int64(statement, index, number)
      } else if value.isNumber, let number = Double(value.text) {
        sqlite3_bind_double(statement, index, number)
      } else {
        sqlite3_bind_text(statement, index, value.text, Int32(value.text.utf8.count), transient)
      }
    guard code == SQLITE_OK else { throw failure() }
  }

  private func row(_ statement: OpaquePointer) -> JSON {
    .object(JSON.Members((0..<sqlite3_column_count(statement)).map { column in
      JSON.Member(name: sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "", value: value(statement, column))
    }))
  }

  private func value(_ statement: OpaquePointer, _ column: Int32) -> JSON {
    bytes += Int(sqlite3_column_bytes(statement, column))
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER, SQLITE_FLOAT:
      let number = sqlite3_column_double(statement, column)
      return number.isFinite ? .number(number) : .null
    case SQLITE_TEXT: return .string(sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "")
    // NULL, and bytes that are no text.
    default: return .null
    }
  }

  private func failure() -> SourceError {
    let message = sqlite3_errmsg(database).map { String(cString: $0) } ?? "the query failed"
    if message.hasPrefix("not authorized") || message.hasPrefix("authorizer") { return Self.onlyReads }
    return switch sqlite3_errcode(database) {
    case SQLITE_INTERRUPT: SourceError("the query took too long")
    case SQLITE_AUTH, SQLITE_READONLY: Self.onlyReads
    case SQLITE_NOTADB: SourceError("\(name) is no SQLite database")
    case SQLITE_CANTOPEN: SourceError("\(name) cannot be opened")
    case SQLITE_BUSY, SQLITE_LOCKED: SourceError("\(name) is locked by another program")
    default: SourceError(message)
    }
  }

  private static let onlyReads = SourceError("a query only reads the tables of its own file")
}
