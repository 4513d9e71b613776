import CSQLite
import DashboardModel
import Foundation
import Testing

@testable import Producer

/// Real SQLite files.
@Suite final class SQLSourceTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "splitflap-sql-\(UUID().uuidString)")

  private init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try execute("""
      CREATE TABLE orders (customer TEXT, total REAL, region TEXT, paid BLOB);
      INSERT INTO orders VALUES ('Ada', 12.5, 'eu', NULL), ('Bob', 7, 'us', x'00ff'), ('O''Neil', 3, 'eu', NULL);
      """)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func execute(_ statements: String) throws {
    var database: OpaquePointer?
    #expect(sqlite3_open(folder.appending(path: "shop.sqlite").path, &database) == SQLITE_OK)
    defer { sqlite3_close(database) }
    #expect(sqlite3_exec(database, statements, nil, nil, nil) == SQLITE_OK)
  }

  private func rows(
    _ query: String, _ values: [SourceDefinition.BoundValue] = [], of name: String = "shop.sqlite", seconds: Double = 10
  ) async throws -> JSON {
    try await SQLSource(database: name, query: query, values: values, folder: folder.path, seconds: seconds).fetch()
  }

  private func reason(_ query: String, of name: String = "shop.sqlite", seconds: Double = 10) async -> String? {
    do {
      return "no error but \(try await rows(query, of: name, seconds: seconds))"
    } catch {
      return (error as? SourceError).map { "\($0)" }
    }
  }

  @Test func `rows come as objects in the order of the columns`() async throws {
    let rows = try await rows("SELECT customer, total, paid FROM orders ORDER BY total DESC LIMIT 2")

    #expect(rows == [["customer": "Ada", "total": 12.5, "paid": nil], ["customer": "Bob", "total": 7, "paid": nil]])
  }

  @Test(arguments: ["eu' OR '1'='1", "eu'; DROP TABLE orders; --", "O'Neil"])
  func `what a viewer wrote is a value and nothing else`(text: String) async throws {
    let rows = try await rows("SELECT customer FROM orders WHERE customer = ? OR region = ?",
      [.init(text: text, isNumber: false), .init(text: text, isNumber: false)])

    #expect(rows == (text == "O'Neil" ? [["customer": "O'Neil"]] : []))
  }

  @Test func `numbers are bound as numbers`() async throws {
    let rows = try await rows("SELECT typeof(?) AS a, typeof(?) AS b, typeof(?) AS c",
      [.init(text: "5", isNumber: true), .init(text: "5.5", isNumber: true), .init(text: "5", isNumber: false)])

    #expect(rows == [["a": "integer", "b": "real", "c": "text"]])
  }

  @Test(arguments: ["DELETE FROM orders", "ATTACH '/etc/passwd' AS x", "PRAGMA journal_mode = DELETE", "CREATE TABLE t (a)"])
  func `nothing but reading is possible`(statement: String) async throws {
    #expect(await reason(statement)?.contains("a query only reads the tables of its own file") == true)
    #expect(try await rows("SELECT count(*) AS n FROM orders") == [["n": 3]])
  }

  @Test func `a query without an end is stopped`() async {
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"

    #expect(await reason(endless, seconds: 0.2)?.contains("the query took too long") == true)
  }

  @Test func `rows without an end are refused`() async {
    let many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 20000) SELECT x FROM n"
    let long = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100) SELECT hex(zeroblob(100000)) FROM n"

    #expect(await reason(many)?.contains("more than 10000 rows") == true)
    #expect(await reason(long)?.contains("more than 5 MiB") == true)
  }

  @Test func `what is wrong with a file or a query is said without its place on the disk`() async throws {
    try Data("no database, but long enough to be taken for one at first sight".utf8).write(to: folder.appending(path: "x.sqlite"))
    for (query, name, words) in [
      ("SELECT 1", "gone.sqlite", "gone.sqlite does not exist"), ("SELECT 1", "../x", "does not exist"),
      ("SELECT nme FROM orders", "shop.sqlite", "no such column: nme"), ("SELECT * FROM sqlite_master", "x.sqlite", "x.sqlite is no SQLite database"),
    ] {
      let source = SQLSource(database: name, query: query, values: [], folder: folder.path, seconds: 5)
      let error = await #expect(throws: SourceError.self) { try await source.fetch() }
      #expect("\(error as Any)".contains(words) && !"\(error as Any)".contains(folder.path), "\(error as Any)")
    }
  }
}
