package import DashboardModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The file that says who may sign in:
/// ```
/// ada: { password: "scrypt$15$8$1$…", roles: [ops, editor] }
/// ```
/// Read as strictly as a definition file, with the same places and hints.
package struct UsersFile: Sendable {
  package let path: String
  private var lastBytes: [UInt8]?
  private var lastFailure: RegularFile.Failure?

  package static let mostUsers = 10_000
  private static let mostBytes = 4 << 20

  /// Everything that is wrong with it, one mistake after the other.
  package struct Mistakes: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
  }

  package init(path: String) { self.path = path }

  package func read() throws(Mistakes) -> Users { try users(in: bytes().get()) }

  /// The users if the file is not as it was at the last call; throws once for each way of being wrong.
  package mutating func readIfChanged() throws(Mistakes) -> Users? {
    switch RegularFile.contents(of: path, limit: Self.mostBytes) {
    case .failure(let failure):
      guard lastFailure != failure else { return nil }
      (lastFailure, lastBytes) = (failure, nil)
      throw Self.mistakes(failure, path)
    case .success(let bytes):
      guard bytes != lastBytes else { return nil }
      (lastBytes, lastFailure) = (bytes, nil)
      return try users(in: bytes)
    }
  }

  /// True when others than its owner's group may read it.
  package var isReadableByAll: Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IROTH != 0
  }

  private func bytes() -> Result<[UInt8], Mistakes> {
    RegularFile.contents(of: path, limit: Self.mostBytes).mapError { Self.mistakes($0, path) }
  }

  private static func mistakes(_ failure: RegularFile.Failure, _ path: String) -> Mistakes {
    switch failure {
    case .missing: Mistakes(description: "there is no file \"\(path.shortened)\"")
    case .denied: Mistakes(description: "the file \"\(path.shortened)\" cannot be read")
    case .notAFile: Mistakes(description: "\"\(path.shortened)\" is no file")
    case .tooLarge: Mistakes(description: "the file \"\(path.shortened)\" has more than 4 MiB")
    }
  }

  private func users(in bytes: [UInt8]) throws(Mistakes) -> Users {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Mistakes(description: "the file \"\(path.shortened)\" is no text in UTF-8")
    }
    var reader = UsersReader(source: SourceText(file: path, text: text))
    let users = reader.read()
    guard reader.diagnostics.isEmpty else {
      throw Mistakes(description: reader.diagnostics.sorted().map { $0.withoutExcerpt.render() }.joined(separator: "\n"))
    }
    return users
  }
}

extension Diagnostic {
  /// A line of a users file may have somebody's hash in it, which belongs in no log.
  fileprivate var withoutExcerpt: Diagnostic {
    var diagnostic = self
    diagnostic.excerpt = nil
    return diagnostic
  }
}

/// The values of one users file, and what is wrong with them.
private struct UsersReader {
  let source: SourceText
  private(set) var diagnostics: [Diagnostic] = []

  init(source: SourceText) { self.source = source }

  mutating func read() -> Users {
    var budget = YAMLReader.mostValues
    let (value, found) = YAMLReader.read(source, budget: &budget)
    diagnostics = found
    guard let value else { return Users() }
    guard let entries = value.entries else {
      report(.wrongKind, value.place, "a users file is a map of names, found \(value.description)", hint: Self.example)
      return Users()
    }
    if entries.count > UsersFile.mostUsers {
      report(.outOfRange, value.place, "more than \(UsersFile.mostUsers) users")
    }
    var users = Users()
    for entry in entries {
      if !Users.isName(entry.key) {
        report(.badName, entry.keyPlace, "a user's name is 1 to 64 letters, digits, \".\", \"_\", \"-\" or \"@\"")
      }
      users.byName[entry.key] = user(entry)
    }
    return users
  }

  private static let example = "ada: { password: \"scrypt$…\", roles: [ops] }"

  private mutating func user(_ entry: YAMLValue.Entry) -> Users.User? {
    guard let members = entry.value.entries else {
      report(.wrongKind, entry.value.place, "a user is a map, found \(described(entry.value))", hint: Self.example)
      return nil
    }
    var password: PasswordRecord?
    var roles: [String] = []
    for member in members {
      switch member.key {
      case "password": password = self.password(member.value)
      case "roles": roles = self.roles(member.value)
      default:
        report(.unknownOption, member.keyPlace, "a user has no option \"\(member.key.shortened)\"",
          hint: Suggestion.hintOrChoice(for: member.key, among: ["password", "roles"]))
      }
    }
    if !members.contains(where: { $0.key == "password" }) {
      report(.missingOption, entry.keyPlace, "this user has no \"password\"", hint: Self.example)
    }
    return password.map { Users.User(password: $0, roles: roles) }
  }

  private mutating func password(_ value: YAMLValue) -> PasswordRecord? {
    guard let record = value.scalar.flatMap({ PasswordRecord($0.text) }) else {
      report(.wrongKind, value.place, "\"password\" takes the hash of a password", hint: "splitflap password prints one")
      return nil
    }
    return record
  }

  private mutating func roles(_ value: YAMLValue) -> [String] {
    guard case .list(let list) = value.kind else {
      report(.wrongKind, value.place, "\"roles\" takes a list, found \(described(value))", hint: "roles: [ops]")
      return []
    }
    return list.compactMap { element in
      guard let text = element.scalar?.text, Audience.isRole(text) else {
        report(.badName, element.place, "a role is a small letter, then small letters, digits, \"-\" or \"_\", at most 64")
        return nil
      }
      return text
    }
  }

  // The text itself may be somebody's password, written in the wrong place.
  private func described(_ value: YAMLValue) -> String { value.scalar == nil ? value.description : "a text" }

  private mutating func report(_ code: DiagnosticCode, _ place: Place, _ message: String, hint: String? = nil) {
    diagnostics.append(Diagnostic(code, in: source, at: place, message, hint: hint))
  }
}
