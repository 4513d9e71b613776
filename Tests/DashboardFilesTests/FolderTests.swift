import DashboardFiles
import DashboardModel
import Foundation
import Testing

struct FolderTests {
  static let good = "components: { hi: { type: hello } }\n"

  @Test func `the good files load although others are broken`() throws {
    let files = ["a.yml": Self.good, "b.yaml": "titel: x\n", "c.yml": "title: [\n", "note.txt": "-", ".d.yml": "x"]
    try Fixtures.withFolder(files) { folder in
      let result = DashboardFolder(path: folder).load()

      #expect(result.dashboards.map(\.name) == ["a"])
      #expect(result.files == 3)
      #expect(result.hasErrors)
      #expect(result.diagnostics.map { $0.file.split(separator: "/").last } == ["b.yaml", "b.yaml", "c.yml"])
    }
  }

  @Test func `two files of one name are an error that names both`() throws {
    try Fixtures.withFolder(["a.yml": Self.good, "a.yaml": Self.good]) { folder in
      let result = DashboardFolder(path: folder).load()

      #expect(result.dashboards.isEmpty)
      #expect(result.diagnostics.map(\.message) == ["the dashboard \"a\" is already described by \(folder)/a.yaml"])
      #expect(result.diagnostics[0].file == "\(folder)/a.yml")
    }
  }

  @Test(arguments: ["api", "assets", "health", "widgets", "Shop", "a b", "ü", "_x", String(repeating: "x", count: 65)])
  func `a name that cannot be an address is refused`(name: String) {
    let (definition, diagnostics) = Fixtures.compile(Self.good, file: "dashboards/\(name).yml")

    #expect(definition == nil)
    #expect(diagnostics.map(\.code) == [.badDashboardName])
  }

  @Test func `a link may lead inside the folder only`() throws {
    try Fixtures.withFolder(["real.yml": Self.good]) { folder in
      let files = FileManager.default
      try files.createDirectory(atPath: "\(folder)/..data", withIntermediateDirectories: true)
      try Data(Self.good.utf8).write(to: URL(filePath: "\(folder)/..data/in.yml"))
      try files.createSymbolicLink(atPath: "\(folder)/in.yml", withDestinationPath: "..data/in.yml")
      try files.createSymbolicLink(atPath: "\(folder)/out.yml", withDestinationPath: "/etc/passwd")
      try files.createSymbolicLink(atPath: "\(folder)/gone.yml", withDestinationPath: "nowhere.yml")

      let result = DashboardFolder(path: folder).load()

      #expect(result.dashboards.map(\.name) == ["in", "real"])
      #expect(result.diagnostics.map(\.message)
        == ["the file cannot be found", "the file leads outside the definitions folder"])
    }
  }

  @Test(.timeLimit(.minutes(1))) func `what is no plain file does not hold the program up`() throws {
    try Fixtures.withFolder(["a.yml": Self.good]) { folder in
      #expect(mkfifo("\(folder)/pipe.yml", 0o600) == 0)
      try FileManager.default.createDirectory(atPath: "\(folder)/dir.yml", withIntermediateDirectories: true)

      let result = DashboardFolder(path: folder).load()

      #expect(result.dashboards.map(\.name) == ["a"])
      #expect(result.diagnostics.map(\.message) == ["this is not a plain file", "this is not a plain file"])
    }
  }

  @Test func `a file beyond the limit is not read`() throws {
    let long = Self.good + "# " + String(repeating: "x", count: DashboardCompiler.mostBytes)
    try Fixtures.withFolder(["long.yml": long]) { folder in
      #expect(DashboardFolder(path: folder).load().diagnostics.map(\.message) == ["the file is longer than 1 MiB"])
    }
  }

  @Test func `a missing folder is one error`() {
    let result = DashboardFolder(path: "/nowhere/at/all").load()

    #expect(result.diagnostics.map(\.code) == [.unreadableFile])
    #expect(result.dashboards.isEmpty)
  }

  // MARK: Watching

  @Test func `a watch reports changes of content, and nothing else`() throws {
    try Fixtures.withFolder(["a.yml": Self.good, "x.txt": "1"]) { folder in
      var watch = FolderWatch(path: folder)
      var seen = FolderPicture()
      func look() -> Bool {
        defer { seen = watch.look() }
        return watch.look() != seen
      }
      func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
      }
      #expect(look())
      #expect(!look())

      try write("x.txt", "2")
      try write("a.yml", Self.good)
      #expect(!look())

      try write("a.yml", Self.good.replacing("hi", with: "ho"))
      #expect(look())
      try write("b.yml", Self.good)
      #expect(look())
      try FileManager.default.removeItem(atPath: "\(folder)/b.yml")
      #expect(look())
      #expect(!look())
    }
  }

  @Test func `a watch follows a swapped link`() throws {
    try Fixtures.withFolder([:]) { folder in
      let files = FileManager.default
      for (name, text) in [("..one", "a"), ("..two", "b")] {
        try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)/a.yml"))
      }
      try files.createSymbolicLink(atPath: "\(folder)/..data", withDestinationPath: "..one")
      try files.createSymbolicLink(atPath: "\(folder)/a.yml", withDestinationPath: "..data/a.yml")
      var watch = FolderWatch(path: folder)
      var seen = FolderPicture()
      func look() -> Bool {
        defer { seen = watch.look() }
        return watch.look() != seen
      }
      #expect(look())

      try files.removeItem(atPath: "\(folder)/..data")
      try files.createSymbolicLink(atPath: "\(folder)/..data", withDestinationPath: "..two")

      #expect(look())
    }
  }
}
