import Yams

/// The YAML parser's complaint in words for people who do not know its grammar.
struct YAMLProblem {
  let diagnostic: Diagnostic

  init(_ error: YamlError, in source: SourceText) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      diagnostic = Self.diagnostic(problem, context, mark, source)
    case .reader(let problem, let offset, _, _):
      diagnostic = Diagnostic(.notText, in: source, at: Self.place(offset ?? 0, source), problem)
    default:
      diagnostic = Diagnostic(.syntax, in: source, at: .start, "not YAML")
    }
  }

  private static func diagnostic(
    _ problem: String, _ context: YamlError.Context?, _ mark: Mark, _ source: SourceText
  ) -> Diagnostic {
    let opening = context.map { Place($0.mark) } ?? Place(mark)
    let isOpen = context?.text.contains("quoted scalar") == true
    let isFlow = context?.text.contains("flow") == true
    let start = context.map { Place($0.mark) }
    if let trap = YAMLTrap.diagnostic(problem, at: Place(mark), opening: start, in: source) { return trap }
    return switch problem {
    case "but found another document":
      Diagnostic(.severalDocuments, in: source, at: Place(mark), "a second document begins here",
        hint: "one file is one dashboard")
    case "found undefined alias":
      Diagnostic(.aliases, in: source, at: word(mark, source), "there is no anchor of this name above",
        hint: "quote the text if it is no alias")
    case "mapping values are not allowed in this context":
      Diagnostic(.syntax, in: source, at: Place(mark), "a second \":\" in one line",
        hint: "quote the text, or check the indentation")
    case "found unexpected end of stream" where isOpen, "found unexpected document indicator" where isOpen:
      Diagnostic(.syntax, in: source, at: opening, "this quote is never closed")
    case "did not find expected ',' or '}'" where isFlow, "did not find expected ',' or ']'" where isFlow:
      Diagnostic(.syntax, in: source, at: opening, "this bracket is not closed as it should be",
        hint: "it stops making sense at line \(mark.line), column \(mark.column)")
    case "did not find expected key", "could not find expected ':'":
      Diagnostic(.syntax, in: source, at: word(mark, source), "expected \"key: value\" here",
        hint: "check the indentation and the lines above")
    case "found character that cannot start any token":
      Diagnostic(.syntax, in: source, at: Place(mark), "text cannot begin with this character", hint: "quote the text")
    case "found unknown escape character":
      Diagnostic(.syntax, in: source, at: Place(mark), "there is no such escape in double quotes",
        hint: "use single quotes, or \\\\ for a backslash")
    default:
      Diagnostic(.syntax, in: source, at: Place(mark), "not YAML: \(problem)")
    }
  }

  private static func word(_ mark: Mark, _ source: SourceText) -> Place {
    let length = source.tokenLength(line: mark.line, column: mark.column, text: nil)
    return Place(line: mark.line, column: mark.column, length: length)
  }

  private static func place(_ offset: Int, _ source: SourceText) -> Place {
    var rest = offset
    for (index, line) in source.lines.enumerated() {
      if rest <= line.count { return Place(line: index + 1, column: rest + 1) }
      rest -= line.count + 1
    }
    return .start
  }
}
