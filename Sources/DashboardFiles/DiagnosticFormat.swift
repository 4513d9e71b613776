import DashboardModel

/// How `check` writes what it found.
package enum DiagnosticFormat: String, Hashable, Sendable, CaseIterable {
  /// For people: excerpt and caret.
  case text
  /// One JSON object.
  case json
  /// SARIF 2.1.0, as code-scanning services take it.
  case sarif
  /// Workflow commands that annotate a pull request's lines.
  case github

  package func render(_ diagnostics: [Diagnostic], files: Int) -> String {
    switch self {
    case .text:
      (diagnostics.map { $0.render() } + [Self.summary(of: diagnostics, files: files)]).joined(separator: "\n")
    case .json: String(decoding: Self.json(diagnostics, files: files).encoded, as: UTF8.self)
    case .sarif: String(decoding: Self.sarif(diagnostics).encoded, as: UTF8.self)
    case .github: diagnostics.map(Self.command).joined(separator: "\n")
    }
  }

  /// `2 errors in 1 file.`, `7 files, no errors.`
  package static func summary(of diagnostics: [Diagnostic], files: Int) -> String {
    func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
    let errors = diagnostics.filter { $0.severity == .error }
    let warnings = diagnostics.count - errors.count
    let more = warnings == 0 ? "" : ", \(counted(warnings, "warning"))"
    guard !errors.isEmpty else { return "\(counted(files, "file")), no errors\(more)." }
    let codes = Set(errors.map(\.code.rawValue)).sorted()
    return "\(counted(errors.count, "error"))\(more) in \(counted(Set(errors.map(\.file)).count, "file")). "
      + "More about \(codes.count == 1 ? "it" : "them"): splitflap explain \(codes.joined(separator: " "))"
  }

  private static func json(_ diagnostics: [Diagnostic], files: Int) -> JSON {
    let list = diagnostics.map { diagnostic -> JSON in
      var members: JSON = [
        "code": .string(diagnostic.code.rawValue), "severity": .string(diagnostic.severity.rawValue),
        "file": .string(diagnostic.file), "line": .number(Double(diagnostic.line)),
        "column": .number(Double(diagnostic.column)), "length": .number(Double(diagnostic.length)),
        "message": .string(diagnostic.message),
      ]
      if case .object(var object) = members {
        object["hint"] = diagnostic.hint.map(JSON.string)
        object["excerpt"] = diagnostic.excerpt.map(JSON.string)
        if !diagnostic.notes.isEmpty { object["notes"] = .array(diagnostic.notes.map(note)) }
        members = .object(object)
      }
      return members
    }
    return ["files": .number(Double(files)), "diagnostics": .array(list)]
  }

  private static func note(_ note: Diagnostic.Note) -> JSON {
    ["file": .string(note.file), "line": .number(Double(note.line)), "column": .number(Double(note.column)),
      "message": .string(note.message)]
  }

  private static func sarif(_ diagnostics: [Diagnostic]) -> JSON {
    let rules = Set(diagnostics.map(\.code)).sorted { $0.rawValue < $1.rawValue }.map { code -> JSON in
      ["id": .string(code.rawValue), "shortDescription": ["text": .string(code.summary)],
        "help": ["text": .string(code.explained)]]
    }
    let driver: JSON = ["name": "splitflap", "rules": .array(rules)]
    let run: JSON = [
      "tool": ["driver": driver], "columnKind": "unicodeCodePoints", "results": .array(diagnostics.map(result)),
    ]
    return ["$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]]
  }

  private static func result(_ diagnostic: Diagnostic) -> JSON {
    let region: JSON = [
      "startLine": .number(Double(diagnostic.line)),
      "startColumn": .number(Double(diagnostic.scalarColumns.lowerBound)),
      "endColumn": .number(Double(diagnostic.scalarColumns.upperBound)),
    ]
    let plain: JSON = [
      "ruleId": .string(diagnostic.code.rawValue), "level": .string(diagnostic.severity.rawValue),
      "message": ["text": .string(diagnostic.messageWithHint)],
      "locations": [["physicalLocation": ["artifactLocation": ["uri": .string(uri(diagnostic.file))], "region": region]]],
    ]
    guard case .object(var result) = plain, !diagnostic.notes.isEmpty else { return plain }
    result["relatedLocations"] = .array(diagnostic.notes.map(related))
    return .object(result)
  }

  private static func related(_ note: Diagnostic.Note) -> JSON {
    let region: JSON = ["startLine": .number(Double(note.line)), "startColumn": .number(Double(note.scalarColumn))]
    return ["message": ["text": .string(note.message)],
      "physicalLocation": ["artifactLocation": ["uri": .string(uri(note.file))], "region": region]]
  }

  /// A relative path as a URI reference: each part is percent-encoded for itself.
  private static func uri(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).map { PercentEncoding.encoded(String($0)) }
      .joined(separator: "/")
  }

  /// `::error file=…,line=…,col=…::message`, with the characters escaped that would end a property or a line.
  private static func command(_ diagnostic: Diagnostic) -> String {
    func escaped(_ text: String) -> String { text.replacing("%", with: "%25").replacing("\n", with: "%0A") }
    let file = escaped(diagnostic.file).replacing(":", with: "%3A").replacing(",", with: "%2C")
    return "::\(diagnostic.severity.rawValue) file=\(file),line=\(diagnostic.line),col=\(diagnostic.column),"
      + "endColumn=\(diagnostic.column + diagnostic.length),title=\(diagnostic.code.rawValue)::"
      + escaped(diagnostic.messageWithHint)
  }
}

extension Diagnostic {
  fileprivate var messageWithHint: String { hint.map { "\(message) (\($0))" } ?? message }
}
