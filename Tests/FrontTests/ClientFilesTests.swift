import Foundation
import Testing

@testable import Front

@Suite struct ClientFilesTests {
  private static func withFiles<T>(_ files: [String: String], _ body: (URL) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appending(path: "splitflap-client-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files.merging(["main.js": "1", "index.html": "{{title}} {{assets}}"], uniquingKeysWith: { a, _ in a }) {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try body(folder)
  }

  @Test func `values are escaped, and bring no placeholders of their own`() throws {
    let page = try Self.withFiles(["index.html": "<p title='{{title}}'>{{page}}</p>"]) {
      try ClientFiles(folder: $0.path).page(
        "index.html", ["title": #"<script>&"'"#, "page": "{{title}}{{csrf}}", "csrf": "secret"])
    }

    #expect(page == "<p title='&lt;script&gt;&amp;&quot;&#39;'>&#123;&#123;title}}&#123;&#123;csrf}}</p>")
  }

  @Test(arguments: [
    "../index.html", "..", "", "/main.js", "./main.js", "themes/../main.js", "main.js/", "main.js%00", "index.html", ".env",
    ".git/config", "notes.txt", "link.js",
  ])
  func `only files of the client are served, by their exact path`(path: String) throws {
    try Self.withFiles([".env": "A", ".git/config": "B", "notes.txt": "C", "themes/a.css": "D"]) { folder in
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "link.js"), withDestinationURL: URL(filePath: "/etc/passwd"))
      let files = try ClientFiles(folder: folder.path)

      #expect(files[path] == nil)
      #expect(files["themes/a.css"]?.type == "text/css; charset=utf-8")
    }
  }

  @Test func `the hash follows names and contents`() throws {
    func hash(_ files: [String: String]) throws -> String { try Self.withFiles(files) { try ClientFiles(folder: $0.path).hash } }

    let base = try hash([:])

    #expect(base.count == 12)
    #expect(try hash([:]) == base)
    #expect(try hash(["main.js": "2"]) != base)
    #expect(try hash(["a.js": ""]) != base)
    #expect(try hash(["a.css": "x"]) != hash(["b.css": "x"]))
  }

  @Test func `a folder without a client is refused by name`() {
    #expect(throws: ClientFiles.Missing.self) { try ClientFiles(folder: "/nowhere") }
    #expect(throws: ClientFiles.Missing.self) { try ClientFiles(folder: "/proc/self/fd") }
  }
}
