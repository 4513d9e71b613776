import FoundationEssentials

/// A user and a password. One in a file is read again at each connection, so that it may change while we run.
package struct RedisLogin: Hashable, Sendable {
  package var user: String?
  package var password: String?
  /// Its first line is the password, as mounted secrets come.
  package var passwordFile: String?

  package init(user: String? = nil, password: String? = nil, passwordFile: String? = nil) {
    self.user = user
    self.password = password
    self.passwordFile = passwordFile
  }

  var hasPassword: Bool { password != nil || passwordFile != nil }

  /// What to say first on a connection: AUTH, or nothing where there is no password.
  func commands() throws(RedisAddressError) -> [RedisCommand] {
    guard let password = try passwordFile.map(Self.firstLine) ?? password else { return [] }
    return [RedisCommand(texts: ["AUTH"] + (user.map { [$0] } ?? []) + [password])]
  }

  private static func firstLine(of path: String) throws(RedisAddressError) -> String {
    guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= 4096,
      let text = String(validating: data, as: UTF8.self)
    else { throw RedisAddressError("the password file \(path) cannot be read") }
    let line = text.prefix { !$0.isNewline }
    guard !line.isEmpty else { throw RedisAddressError("the password file \(path) is empty") }
    return String(line)
  }
}

extension RedisLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { (user ?? "") + (hasPassword ? ":***" : "") }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
