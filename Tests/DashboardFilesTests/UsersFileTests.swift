import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

@Suite struct UsersFileTests {
  private static let hash = "scrypt$15$8$1$" + String(repeating: "0a", count: 16) + "$" + String(repeating: "f0", count: 32)

  private func file(_ text: String) throws -> UsersFile {
    let url = FileManager.default.temporaryDirectory.appending(path: "users-\(UUID().uuidString).yml")
    try Data(text.utf8).write(to: url)
    return UsersFile(path: url.path)
  }

  private func mistakes(_ text: String) throws -> String {
    do {
      _ = try file(text).read()
      return ""
    } catch let mistakes as UsersFile.Mistakes {
      return mistakes.description
    }
  }

  @Test func `users have a password's hash and roles`() throws {
    let users = try file("ada: { password: \"\(Self.hash)\", roles: [ops, editor] }\nbob@example:\n  password: \(Self.hash)\n").read()

    #expect(users.byName["ada"]?.roles == ["ops", "editor"])
    #expect(users.byName["ada"]?.password.text == Self.hash)
    #expect(users.byName["bob@example"]?.roles == [])
  }

  @Test(arguments: [
    ("ada: { password: HASH, rolls: [ops] }", "a user has no option \"rolls\""), ("ada: { roles: [ops] }", "this user has no \"password\""),
    ("ada: { password: hunter2, roles: [ops] }", "takes the hash of a password"), ("ada: { password: HASH, roles: ops }", "takes a list"),
    ("ada: { password: HASH, roles: [Ops!] }", "a role is"), ("a b: { password: HASH }", "a user's name is"), ("[ada]", "is a map of names"),
    ("ada: hunter2", "a user is a map"), ("ada: { password: HASH }\nada: { password: HASH }", "already written"), ("ada: {", "not YAML"),
  ])
  func `a mistake is named with its place, and no secret is`(text: String, message: String) throws {
    let said = try mistakes(text.replacing("HASH", with: "\"\(Self.hash)\""))

    #expect(said.contains(message))
    #expect(said.contains(#/\.yml:\d+:\d+: error: /#))
    #expect(!said.contains("hunter2") && !said.contains("scrypt$15"))
  }

  @Test func `a file that is not there says so`() {
    #expect(throws: UsersFile.Mistakes(description: "there is no file \"/nowhere/users.yml\"")) {
      try UsersFile(path: "/nowhere/users.yml").read()
    }
  }

  @Test func `a change is read once, and so is a mistake`() throws {
    var file = try file("ada: { password: \"\(Self.hash)\" }")
    #expect(try file.readIfChanged() != nil)
    #expect(try file.readIfChanged() == nil)

    try Data("ada: {".utf8).write(to: URL(filePath: file.path))
    #expect(throws: UsersFile.Mistakes.self) { try file.readIfChanged() }
    #expect(try file.readIfChanged() == nil)
  }
}
