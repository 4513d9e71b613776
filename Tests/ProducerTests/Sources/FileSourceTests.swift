import DashboardModel
import FoundationEssentials
import Glibc
import Testing

@testable import Producer

struct FileSourceTests {
  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  private func value(of text: String, as format: SourceDefinition.FileFormat) async throws -> JSON {
    try await withScratchFolder { folder async throws in
      try write(text, folder + "/data")
      return try await FileSource(path: "data", format: format, folder: folder).fetch()
    }
  }

  @Test func `a CSV file becomes a list of objects with numbers as numbers`() async throws {
    let value = try await value(of: "\u{FEFF}name,total,zip\r\nAda,12.5,01234\r\n\"B, \"\"Bob\"\"\",,x\r\n", as: .csv)

    #expect(value == [
      ["name": "Ada", "total": 12.5, "zip": "01234"], ["name": "B, \"Bob\"", "total": nil, "zip": "x"],
    ])
  }

  @Test(arguments: [
    ("a,b\n1\n", [["a": 1, "b": nil]]), ("a\n\"1\"\n", [["a": "1"]]), ("a\n\"x\ny\"\n", [["a": "x\ny"]]),
    ("a\n\n-3\n", [["a": -3]]), ("a\n1e400\n", [["a": "1e400"]]), ("a\n+1\n", [["a": "+1"]]), ("a\n", []), ("", []),
    ("a\n1-2\n", [["a": "1-2"]]), ("a,b\n1,2", [["a": 1, "b": 2]]), ("a\n\"\"\n", [["a": ""]]),
  ] as [(String, JSON)])
  func `CSV corner cases`(text: String, expected: JSON) async throws {
    #expect(try await value(of: text, as: .csv) == expected)
  }

  @Test(arguments: [
    ("a,a\n", "data has two columns called \"a\""), ("a\n1,2\n", "row 2 of data has 2 cells, the header 1"),
    ("a\n\"x", "data ends inside quotes"),
  ])
  func `a CSV file that is wrong says where`(text: String, reason: String) async {
    await #expect(throws: SourceError(reason)) { try await value(of: text, as: .csv) }
  }

  @Test func `JSON, lines of JSON and text`() async throws {
    #expect(try await value(of: #"{"a":1}"#, as: .json) == ["a": 1])
    #expect(try await value(of: "{\"a\":1}\n\n[2]\n", as: .ndjson) == [["a": 1], [2]])
    #expect(try await value(of: "as it is\n", as: .text) == "as it is\n")
    await #expect(throws: SourceError("data is not JSON")) { try await value(of: "{", as: .json) }
    await #expect(throws: SourceError("line 2 of data is not JSON")) { try await value(of: "1\n{\n", as: .ndjson) }
  }

  @Test func `a file is read again when it changed`() async throws {
    try await withScratchFolder { folder async throws in
      let source = FileSource(path: "n.json", format: .json, folder: folder)
      try write("1", folder + "/n.json")
      #expect(try await source.fetch() == 1)
      #expect(try await source.fetch() == 1)

      try write("22", folder + "/n.json")

      #expect(try await source.fetch() == 22)
      unlink(folder + "/n.json")
      await #expect(throws: SourceError("n.json does not exist")) { try await source.fetch() }
    }
  }

  @Test func `nothing outside the folder is read, by whatever way`() async throws {
    try await withScratchFolder { outside async throws in
      try write("1", outside + "/secret")
      try await withScratchFolder { folder async throws in
        mkdir(folder + "/sub", 0o700)
        symlink(outside + "/secret", folder + "/link")
        symlink(outside, folder + "/sub/way")
        let relative = "../" + (outside.split(separator: "/").last ?? "") + "/secret"

        for path in ["/etc/passwd", "link", "sub/way/secret", relative] {
          await #expect(throws: SourceError("\(path) lies outside the folder of the dashboards")) {
            try await FileSource(path: path, format: .text, folder: folder).fetch()
          }
        }
      }
    }
  }

  @Test func `a link inside the folder is followed`() async throws {
    try await withScratchFolder { folder async throws in
      try write("5", folder + "/real.json")
      symlink("real.json", folder + "/link.json")

      #expect(try await FileSource(path: "link.json", format: .json, folder: folder).fetch() == 5)
    }
  }

  @Test func `a FIFO, a device link, a folder and a huge file are refused at once`() async throws {
    try await withScratchFolder { folder async throws in
      mkfifo(folder + "/fifo", 0o600)
      mkdir(folder + "/sub", 0o700)
      let file = creat(folder + "/huge", 0o600)
      ftruncate(file, 6 << 20)
      close(file)

      for (path, reason) in [
        ("fifo", "fifo is no ordinary file"), ("sub", "sub is a folder, not a file"),
        ("huge", "huge is larger than 5120 KiB"), ("nul\0l", "nul\\u{0}l does not exist"),
      ] {
        await #expect(throws: SourceError(reason)) {
          try await FileSource(path: path, format: .text, folder: folder).fetch()
        }
      }
    }
  }

  @Test func `a picture file becomes a data URI`() async throws {
    try await withScratchFolder { folder async throws in
      try write("GIF89a....", folder + "/a.gif")

      #expect(try await ImageSource(path: "a.gif", folder: folder).fetch() == "data:image/gif;base64,R0lGODlhLi4uLg==")
    }
  }
}
