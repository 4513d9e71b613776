import DashboardModel

/// Puts `${env.NAME}` and `${secret.NAME}` in the place where they are written, each with an optional `:-default`, and a
/// ``VariableText`` place for `${var.NAME}`; `$${` stays as `${`. Insertion happens after parsing and what is inserted is never read again.
///
/// Worked example: with `HOST=a b`, the url `http://x/${env.HOST}?q=$${1}` becomes `http://x/a%20b?q=${1}`.
struct Insertions: Sendable {
  var environment: [String: String] = [:]
  /// A folder with one file per secret, asked when no variable has the name.
  var secretsFolder: String?

  struct Result: Hashable, Sendable {
    var text: String
    var isInserted = false
    /// The secrets that were put in, as they were before any encoding.
    var secrets: Set<String> = []
    var isSecret: Bool { !secrets.isEmpty }
    /// The variables that it has places for.
    var variables: Set<String> = []
  }

  /// Makes the place for a variable, told its name and the text before it.
  typealias MakePlace = (String, String) throws(Mistake) -> String

  /// A mistake, and the expression it is about as it stands in the file.
  struct Failure: Error, Hashable, Sendable {
    var mistake: Mistake
    var expression: String
    /// The part of the expression that is wrong; `nil` for all of it.
    var part: String?
    /// What is wrong with further expressions of the same text.
    var others: [Failure] = []
  }

  func apply(to text: String, encoding: VariableText.Encoding = .plain, _ makePlace: MakePlace) throws(Failure) -> Result {
    let text = VariableText.clean(text)
    var result = Result(text: ""), rest = Substring(text), failures: [Failure] = []
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
      if expression.dropFirst(2).contains("${") {
        throw Failure(mistake: Mistake(.badInsertion, "an insertion cannot stand inside another", hint: "its default is plain text"),
          expression: String(expression))
      }
      rest = rest[rest.index(after: end)...]
      do throws(Failure) {
        try insert(expression, into: &result, encoding, makePlace)
      } catch {
        failures.append(error)
      }
    }
    result.text += rest
    guard var first = failures.first else { return result }
    first.others = Array(failures.dropFirst())
    throw first
  }

  private func insert(
    _ expression: Substring, into result: inout Result, _ encoding: VariableText.Encoding, _ makePlace: MakePlace
  ) throws(Failure) {
    if expression.hasPrefix("${var.") { return try insert(variable: expression, into: &result, makePlace) }
    let value = try value(of: expression)
    let inserted = VariableText.clean(value.text)
    // At the beginning of an address stands its scheme and host.
    let isHead = encoding == .address && result.text.isEmpty
    result.text += VariableText.written(inserted, isHead ? .plain : encoding)
    result.isInserted = true
    result.secrets.formUnion(value.secrets)
  }

  private func insert(
    variable expression: Substring, into result: inout Result, _ makePlace: MakePlace
  ) throws(Failure) {
    let inner = expression.dropFirst("${var.".count).dropLast()
    let mark = inner.firstRange(of: ":-")
    let name = String(inner[..<(mark?.lowerBound ?? inner.endIndex)])
    do throws(Mistake) {
      let place = try makePlace(name, result.text)
      result.text += mark.map { VariableText.place(place, default: String(inner[$0.upperBound...])) } ?? place
      result.variables.insert(name)
    } catch {
      let part = error.code == .unknownVariable ? name : nil
      throw Failure(mistake: error, expression: String(expression), part: part)
    }
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
        path.count == 1 && Self.isName(path[0]) ? "write ${env.\(path[0])}" : "write ${env.NAME}, ${secret.NAME} or ${var.NAME}")
    }
    let found: String? =
      switch path[0] {
      case "env": environment[path[1]]
      case "secret": secret(path[1])
      default:
        throw failure(.badInsertion, "\"\(path[0])\" cannot be inserted",
          Suggestion.hintOrChoice(for: path[0], among: ["env", "secret", "var"]))
      }
    if let found, !found.isEmpty || fallback == nil { return Result(text: found, secrets: path[0] == "secret" ? [found] : []) }
    if let fallback { return Result(text: fallback, secrets: path[0] == "secret" ? [fallback] : []) }
    throw failure(.unsetVariable, path[0] == "env"
      ? "the environment variable \(path[1]) is not set" : "there is no secret \(path[1])",
      path[0] == "env" ? "${env.\(path[1]):-default} has a default"
        : "set the environment variable \(path[1]), or put a file of that name into the folder of --secrets")
  }

  /// A secret's value, from the environment or from its file.
  func secret(_ name: String) -> String? { environment[name] ?? secretFile(name) }

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
}
