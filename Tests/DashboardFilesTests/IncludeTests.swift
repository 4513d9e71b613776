import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

struct IncludeTests {
  /// A folder with files in folders below it.
  private func withTree<T>(_ files: [String: String], _ body: (String) throws -> T) throws -> T {
    try Fixtures.withFolder([:]) { folder in
      for (name, text) in files {
        let file = URL(filePath: "\(folder)/\(name)")
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      return try body(folder)
    }
  }

  private let part = "sources: { count: { type: counter } }\n"
  private let user = "include: parts/a.yml\ncomponents: { n: { type: number, from: count } }\n"

  @Test func `what lies in a folder below is included and is no dashboard`() throws {
    try withTree(["shop.yml": user, "parts/a.yml": part]) { folder in
      let result = DashboardFolder(path: folder).load()

      #expect(result.diagnostics.map { $0.render() } == [])
      #expect(result.dashboards.map(\.name) == ["shop"])
      #expect(result.dashboards[0].sources.map(\.name) == ["count"])
    }
  }

  @Test func `the including file wins over what it includes, later files over earlier ones`() throws {
    let files = [
      "a.yml": "include: [p/one.yml, p/two.yml]\ntitle: Own\ncomponents: { hi: { note: own } }\n",
      "p/one.yml": "title: One\ntheme: paper\ncomponents: { hi: { type: hello, note: one, link: /one } }\n",
      "p/two.yml": "theme: forest\ncomponents: { hi: { link: /two }, ho: { type: hello } }\n",
    ]
    try withTree(files) { folder in
      let dashboard = try #require(DashboardFolder(path: folder).load().dashboards.first)

      #expect(dashboard.title == "Own" && dashboard.theme == "forest")
      #expect(dashboard.components.map(\.id.name) == ["hi", "ho"])
      #expect(dashboard.components[0].properties["note"] == "own")
      #expect(dashboard.components[0].properties["link"] == "/two")
    }
  }

  @Test func `a mistake in a part is told once, whoever includes it, and keeps all of them on the screens`() throws {
    let files = ["a.yml": user, "b.yml": user, "c.yml": user, "parts/a.yml": part.replacing("counter", with: "conter")]
    try withTree(files) { folder in
      let result = DashboardFolder(path: folder).load()

      #expect(result.broken == ["a", "b", "c"])
      #expect(result.diagnostics.map { $0.render() } == ["""
        \(folder)/parts/a.yml:1:27: error: there is no source type "conter" [E125]
            1 | sources: { count: { type: conter } }
              |                           ^~~~~~ did you mean "counter"?
        \(folder)/a.yml:1:10: note: included here, and by 2 other dashboards
        """])
    }
  }

  @Test func `a link out, a folder, a FIFO and a device are refused`() throws {
    let names = ["out", "dir", "pipe", "null", "gone"]
    var files = Dictionary(uniqueKeysWithValues: names.map { name in
      ("\(name).yml", "include: parts/\(name).yml\ncomponents: { hi: { type: hello } }\n")
    })
    files["parts/dir.yml/x"] = ""
    try withTree(files) { folder in
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/parts/out.yml", withDestinationPath: "/etc/hostname")
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/parts/null.yml", withDestinationPath: "/dev/null")
      #expect(mkfifo("\(folder)/parts/pipe.yml", 0o600) == 0)

      let result = DashboardFolder(path: folder).load()

      #expect(result.dashboards.isEmpty)
      #expect(result.diagnostics.map(\.code) == Array(repeating: .badInclude, count: 5))
      #expect(result.diagnostics.map(\.message) == [
        "\"parts/dir.yml\" is not a plain file", "there is no file \"parts/gone.yml\" in the definitions folder",
        "\"parts/null.yml\" leads outside the definitions folder",
        "\"parts/out.yml\" leads outside the definitions folder", "\"parts/pipe.yml\" is not a plain file",
      ])
    }
  }

  @Test func `a link inside the folder may be included`() throws {
    try withTree(["shop.yml": user, "..data/a.yml": part, "parts/x.txt": ""]) { folder in
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/parts/a.yml", withDestinationPath: "../..data/a.yml")

      #expect(DashboardFolder(path: folder).load().dashboards.map(\.name) == ["shop"])
    }
  }

  @Test(.timeLimit(.minutes(1))) func `parts that include each other many times over are stopped`() throws {
    var files = ["a.yml": "include: [p/0.yml, p/0.yml]\ncomponents: { hi: { type: hello } }\n"]
    for level in 0..<7 { files["p/\(level).yml"] = "include: [p/\(level + 1).yml, p/\(level + 1).yml]\n" }
    files["p/7.yml"] = "title: Deep\n"
    try withTree(files) { folder in
      let result = DashboardFolder(path: folder).load()

      #expect(result.dashboards.isEmpty)
      #expect(result.diagnostics.contains { $0.message == "a dashboard includes at most 64 files" })
    }
  }

  @Test func `a dashboard and all it includes share the limits`() throws {
    let big = "# " + String(repeating: "x", count: 400_000) + "\n"
    let files = [
      "a.yml": "include: [p/1.yml, p/2.yml, p/3.yml]\n", "p/1.yml": big + "title: A\n", "p/2.yml": big + "title: B\n",
      "p/3.yml": big + "title: C\n",
    ]
    try withTree(files) { folder in
      #expect(DashboardFolder(path: folder).load().diagnostics.map(\.message)
        == ["the dashboard with all it includes is longer than 1 MiB"])
    }
  }

  @Test func `a watch and a load notice a change of an included file`() throws {
    try withTree(["shop.yml": user, "parts/a.yml": part, "data/x.csv": "1"]) { path in
      let folder = DashboardFolder(path: path)
      var watch = FolderWatch(path: path)
      var seen = FolderPicture()
      func look() -> Bool {
        defer { seen = watch.look() }
        return watch.look() != seen
      }
      #expect(look() && !look())
      #expect(folder.load().dashboards[0].sources[0].kind == .counter(start: 0, step: 1))

      try Data("2".utf8).write(to: URL(filePath: "\(path)/data/x.csv"))
      #expect(!look())
      let changed = part.replacing("counter", with: "counter, start: 7")
      try Data(changed.utf8).write(to: URL(filePath: "\(path)/parts/a.yml"))

      #expect(look())
      #expect(folder.load().dashboards[0].sources[0].kind == .counter(start: 7, step: 1))
      try FileManager.default.removeItem(atPath: "\(path)/parts/a.yml")
      #expect(look())
      #expect(folder.load().broken == ["shop"])
      try Data(part.utf8).write(to: URL(filePath: "\(path)/parts/a.yml"))
      #expect(look())
      #expect(folder.load().dashboards.count == 1)
    }
  }
}
