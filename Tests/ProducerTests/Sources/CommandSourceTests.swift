import DashboardModel
import FoundationEssentials
import Glibc
import Testing

@testable import Producer

struct CommandSourceTests {
  private func shell(_ script: String) -> CommandSource { CommandSource(["/bin/sh", "-c", script]) }

  @Test func `output is JSON if it is JSON, else text`() async throws {
    #expect(try await CommandSource(["echo", #"{"a": [1, 2]}"#]).fetch() == ["a": [1, 2]])
    #expect(try await CommandSource(["/bin/echo", "hello", "you"]).fetch() == "hello you\n")
    #expect(try await CommandSource(["echo", "42"]).fetch() == 42)
  }

  @Test func `words are words, whatever a shell would make of them`() async throws {
    #expect(try await CommandSource(["echo", "$HOME; rm -rf *", "`id`"]).fetch() == "$HOME; rm -rf * `id`\n")
  }

  @Test func `the environment is empty but for two variables`() async throws {
    setenv("SPLITFLAP_TEST_SECRET", "canary", 1)

    let value = try await CommandSource(["env"]).fetch()

    let names = (value.text ?? "").split(separator: "\n").compactMap { $0.split(separator: "=").first }
    #expect(Set(names) == ["PATH", "LANG"])
  }

  @Test func `a program that fails says its code and its last words`() async {
    await #expect(throws: SourceError("exit code 3: no such queue")) {
      try await shell("echo first >&2; echo no such queue >&2; exit 3").fetch()
    }
    await #expect(throws: SourceError("exit code 1")) { try await CommandSource(["false"]).fetch() }
    await #expect(throws: SourceError("ended by signal 9")) { try await shell("kill -9 $$").fetch() }
  }

  @Test func `of an endless last line nothing is said, for its beginning is lost`() async {
    await #expect(throws: SourceError("exit code 1")) {
      try await shell("head -c 9000 /dev/zero | tr '\\0' x >&2; exit 1").fetch()
    }
  }

  @Test func `a program that is not there is an error`() async {
    await #expect(throws: SourceError(#"there is no program "splitflap-nothing""#)) {
      try await CommandSource(["splitflap-nothing"]).fetch()
    }
    await #expect(throws: SourceError(#"there is no program "/nowhere/tool""#)) {
      try await CommandSource(["/nowhere/tool"]).fetch()
    }
    await #expect(throws: SourceError("there is no command")) { try await CommandSource([]).fetch() }
  }

  @Test func `a flood of output is cut, and the program is gone`() async throws {
    try await withScratchFolder { folder async throws in
      await #expect(throws: SourceError("the command wrote more than 1 MiB")) {
        try await shell("echo $$ > \(folder)/pid; exec yes").fetch()
      }

      #expect(try await isGone(pidIn: folder + "/pid"))
    }
  }

  @Test func `a flood of errors does not stop a program`() async throws {
    let value = try await shell("head -c 3000000 /dev/zero | tr '\\0' x >&2; echo 7").fetch()

    #expect(value == 7)
  }

  @Test func `a hanging program is killed with its children, also one that ignores signals`() async throws {
    try await withScratchFolder { folder async throws in
      let source = shell(
        "trap '' TERM INT HUP; (trap '' TERM INT HUP; echo $(exec sh -c 'echo $PPID') > \(folder)/child; sleep 300) & "
          + "echo $$ > \(folder)/parent; sleep 300")

      let outcome = await firstOutcome(of: source, timeout: .milliseconds(700))

      #expect(outcome.reason == "no answer within 0.7 s")
      #expect(try await isGone(pidIn: folder + "/parent"))
      #expect(try await isGone(pidIn: folder + "/child"))
    }
  }

  @Test func `what a program leaves behind is killed, and its output counts`() async throws {
    try await withScratchFolder { folder async throws in
      let value = try await shell("sleep 300 & echo $! > \(folder)/child; echo 5").fetch()

      #expect(value == 5)
      #expect(try await isGone(pidIn: folder + "/child"))
    }
  }

  /// True as soon as the process has ended; false after 5 s.
  private func isGone(pidIn file: String) async throws -> Bool {
    let text = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
    let pid = try #require(Int(text.trimmed))
    for _ in 0..<500 {
      let data = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/stat"))
      let status = data.map { String(decoding: $0, as: UTF8.self) }
      // An orphan nobody has reaped is gone for our purpose.
      if status == nil || status?.contains(") Z ") == true { return true }
      try await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}

/// A folder of its own, with links resolved, removed afterwards.
func withScratchFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
  var template = Array("/tmp/splitflap-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw SourceError("no scratch folder") }
  let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}
