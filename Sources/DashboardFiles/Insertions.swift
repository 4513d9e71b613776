/// Puts `${env.NAME}` and `${secret.NAME}` in the place where they are written, each with an optional `:-default`;
/// `$${` stays as `${`. Insertion happens after parsing and what is inserted is never read again.
///
/// Worked example: with `HOST=a b`, the url `http://x/${env.HOST}?q=$${1}` becomes `http://x/a%20b?q=${1}`.
struct Insertions: Sendable {
  var environment: [String: String] = [:]
  /// A folder with one file per secret, asked when no variable has the name.
  var secretsFolder: String?

  enum Encoding: Sendable { case none, url }

  struct Result: Hashable, Sendable {
    var text: String
    var isInserted = false
    var isSecret = false
  }

  /// A mistake, and the expression it is about as it stands in the file.
  struct Failure: Error, Hashable, Sendable {
    var mistake: Mistake
    var expression: String
  }

  func apply(to text: String, encoding: Encoding = .none) throws(Failure) -> Result {
    var result = Result(text: ""), rest = Substring(text)
    while let start = rest.firstRange(of: "${") {
      let before = rest[..<start.lowerBound]
      if before.last == "$" {
        result.text += before.dropLast() + "${"
        rest = rest[start.upperBound...]
        continue
      }
      result.text += before
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw Failure(mistake: Mistake(.badInsertion, "\"${\" is never closed", hint: "$${ is a literal ${"),
          expression: String(rest[start.lowerBound...]))
      }
      let expression = rest[start.lowerBound...end]
      let value = try value(of: expression)
      result.text += encoding == .url && !result.text.isEmpty ? Self.percentEncoded(value.text) : value.text
      result.isInserted = true
      result.isSecret = result.isSecret || value.isSecret
      rest = rest[rest.index(after: end)...]
    }
    result.text += rest
    return result
  }

  private func value(of expression: Substring) throws(Failure) -> Result {
    let inner = expression.dropFirst(2).dropLast()
    let end = inner.firstRange(of: ":-")?.lowerBound ?? inner.endIndex
    let fallback = end < inner.endIndex ? String(inner[end...].dropFirst(2)) : nil
    let path = inner[..<end].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    func failure(_ code: DiagnosticCode, _ message: String, _ hint: String?) -> Failure {
      Failure(mistake: Mistake(code, message, hint: hint), expression: String(expression))
    }
    guard path.count == 2, Self.isName(path[1]) else {
      throw failure(.badInsertion, "\(expression.description.shortened) cannot be inserted",
        path.count == 1 && Self.isName(path[0]) ? "write ${env.\(path[0])}" : "write ${env.NAME} or ${secret.NAME}")
    }
    let found: String? =
      switch path[0] {
      case "env": environment[path[1]]
      case "secret": environment[path[1]] ?? secretFile(path[1])
      case "var": throw failure(.badInsertion, "variables of a page are not supported yet", nil)
      default:
        throw failure(.badInsertion, "\"\(path[0])\" cannot be inserted",
          Suggestion.hintOrChoice(for: path[0], among: ["env", "secret"]))
      }
    if let found, !found.isEmpty || fallback == nil { return Result(text: found, isSecret: path[0] == "secret") }
    if let fallback { return Result(text: fallback, isSecret: path[0] == "secret") }
    throw failure(.unsetVariable, path[0] == "env"
      ? "the environment variable \(path[1]) is not set" : "there is no secret \(path[1])",
      "${\(path[0]).\(path[1]):-default} has a default")
  }

  private func secretFile(_ name: String) -> String? {
    guard let secretsFolder,
      case .success(let bytes) = RegularFile.contents(of: "\(secretsFolder)/\(name)", limit: 65_536)
    else { return nil }
    var text = Substring(String(decoding: bytes, as: UTF8.self))
    while text.last?.isNewline == true { text.removeLast() }
    return String(text)
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2D: true
      default: false
      }
    }
  }

  private static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.unicodeScalars.append(.init(byte))
      default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
  }
}
