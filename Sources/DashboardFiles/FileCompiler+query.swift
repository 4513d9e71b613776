import DashboardModel

/// The `query` of an `sql` source.
extension FileCompiler {
  /// A statement in which every variable is a parameter: what a viewer chose is bound and never read as SQL.
  mutating func checkQuery(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    guard let scalar = value.scalar else { return wrongKind(value, setting) }
    guard let text = insert(scalar, at: value.place, setting, .bound) else { return nil }
    guard !text.isInserted else {
      report(.badInsertion, value.place, "only variables can be inserted into a query", hint: "they are bound, and never read as SQL")
      return nil
    }
    var query = "", values: [SourceDefinition.BoundValue] = []
    for piece in VariableText.parts(of: text.text) {
      guard let name = piece.variable else {
        query += piece.text
        continue
      }
      guard query.count(where: { $0 == "'" }) % 2 == 0, query.count(where: { $0 == "\"" }) % 2 == 0 else {
        report(.misplacedVariable, place(of: "${var.\(name)", in: value.place, lines: 1 + scalar.text.count(where: \.isNewline)),
          "a variable in a query is a value of its own", hint: "write it without quotes")
        return nil
      }
      let isNumber = if case .number? = variables[name]?.variable?.kind { true } else { false }
      query += "?"
      values.append(.init(text: piece.text, isNumber: isNumber))
    }
    if let problem = SQLSyntax.problem(in: query) {
      let range = values.isEmpty ? problem.range : nil
      let inside = range.flatMap { place(at: $0.lowerBound, length: $0.count, in: scalar, at: value.place) }
      report(.badQuery, inside ?? value.place, "not a query: \(problem.message)")
      return nil
    }
    return .query(query, values)
  }
}
