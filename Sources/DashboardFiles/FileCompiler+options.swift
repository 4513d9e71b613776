import DashboardModel

extension FileCompiler {
  /// Reads the options of one object by their declarations: unknown, missing and wrong ones are reported.
  mutating func read(
    _ entries: [YAMLValue.Entry], _ settings: [Setting], subject: String, at place: Place
  ) -> Answers {
    var answers = Answers()
    for entry in entries {
      guard let setting = settings.first(where: { $0.name == entry.key }) else {
        let names = settings.map(\.name)
        report(.unknownOption, entry.keyPlace, "\(subject) has no option \"\(entry.key.shortened)\"",
          hint: Self.trapHint(entry) ?? Self.keepHint(entry, subject) ?? Suggestion.hint(for: entry.key, among: names)
            ?? "options: \(names.joined(separator: ", "))")
        answers.isSound = false
        continue
      }
      answers.places[entry.key] = entry.value.place
      answers.keyPlaces[entry.key] = entry.keyPlace
      if let checked = check(entry.value, setting) {
        answers.checked[entry.key] = checked
      } else {
        answers.isSound = false
      }
    }
    complete(&answers, settings, subject: subject, at: place)
    return answers
  }

  /// `{type:gauge}`, `{type = gauge}`, or a component that is not indented below `components`.
  private static func trapHint(_ entry: YAMLValue.Entry) -> String? {
    if case .nothing = entry.value.kind, let better = YAMLTrap.separated(entry.key) { return "write \(better)" }
    guard let word = entry.value.entries?.first(where: { $0.key == "type" })?.value.scalar?.text else { return nil }
    if ComponentType(rawValue: word) != nil { return "indent it below \"components\"" }
    return Settings.sourceType(word) == nil ? nil : "indent it below \"sources\""
  }

  /// `keep` where nothing can be kept.
  private static func keepHint(_ entry: YAMLValue.Entry, _ subject: String) -> String? {
    guard entry.key == "keep" else { return nil }
    return subject.hasPrefix("source") ? "its list has no numbers to keep" : "a source keeps: write it there"
  }

  /// Fills in defaults. A missing option is not reported where a near name was: that is the same mistake.
  private mutating func complete(_ answers: inout Answers, _ settings: [Setting], subject: String, at place: Place) {
    for setting in settings where !answers.isWritten(setting.name) {
      if let fallback = setting.fallback { answers.checked[setting.name] = .json(fallback) }
      guard setting.isRequired else { continue }
      answers.isSound = false
      guard !hasLostKeys else { continue }
      let isMisspelt = told.list.contains { $0.code == .unknownOption && $0.message.hasPrefix("\(subject) has no")
        && $0.hint == "did you mean \"\(setting.name)\"?" }
      if !isMisspelt { report(.missingOption, place, "\(subject) needs the option \"\(setting.name)\"") }
    }
  }

  /// One option's value; `nil` after a report.
  mutating func check(_ value: YAMLValue, _ setting: Setting) -> Checked? {
    switch setting.kind {
    case .section, .includes: return .section(value)
    case .map(let kind): return checkMap(value, setting, kind)
    case .query: return checkQuery(value, setting)
    case .words: return checkWords(value, setting)
    case .columns: return checkColumns(value, setting)
    case .pick: return checkPick(value)
    case .curves: return checkCurves(value, setting)
    case .levels: return checkLevels(value)
    case .action: return checkAction(value, setting)
    case .source, .counter: return checkSource(value, setting)
    case .sources: return checkSources(value, setting)
    case .options: return checkOptions(value, setting)
    case .audience: return checkAudience(value, setting)
    case .binding: return checkBinding(value, setting).map { .bindings([$0]) }
    default: return checkScalar(value, setting).map { .json($0) }
    }
  }

  // MARK: One word or text

  private mutating func checkScalar(_ value: YAMLValue, _ setting: Setting) -> JSON? {
    guard let scalar = value.scalar else {
      report(.wrongKind, value.place, "\"\(setting.name)\" takes \(setting.kind.noun), found \(value.description)")
      return nil
    }
    guard let text = insert(scalar, at: value.place, setting, setting.variablePlace) else { return nil }
    if !text.variables.isEmpty { return checkSamples(text, setting, value.place) }
    do throws(Mistake) {
      return try read(text, scalar, setting)
    } catch {
      if case .url = setting.kind, Redaction.address(scalar.text) != scalar.text { noteSecret(scalar.text, at: value.place) }
      let part = text.isInserted ? nil : error.part
      report(error, part.flatMap { place(at: $0.lowerBound, length: $0.count, in: scalar, at: value.place) } ?? value.place)
      return nil
    }
  }

  /// A text with places for variables, if it can be what the option takes whatever they are.
  private mutating func checkSamples(_ text: Insertions.Result, _ setting: Setting, _ place: Place) -> JSON? {
    for sample in samples(of: text.variables) {
      do throws(Mistake) {
        _ = try readPlain(VariableText.filled(text.text, sample.values), isWord: true, setting)
      } catch {
        report(error.code, place, "with \(sample.label) this is not \(setting.kind.noun)", hint: error.hint)
        return nil
      }
    }
    return .string(text.text)
  }

  /// The text with insertions; `nil` after a report. Variables may stand in it as `variables` says.
  mutating func insert(
    _ scalar: YAMLValue.Scalar, at place: Place, _ setting: Setting, _ variables: Setting.VariablePlace?
  ) -> Insertions.Result? {
    let mayBeSecret = switch setting.kind {
    case .url, .privateText, .words: true
    default: false
    }
    let use = VariableUse(
      option: setting.name, place: variables, isJSON: Setting.isJSON(scalar.text))
    let insertions = insertions
    do throws(Insertions.Failure) {
      let result = try insertions.apply(to: scalar.text, encoding: setting.encoding(in: scalar.text)) { (name, text) throws(Mistake) in
        try variablePlace(name, behind: text, use)
      }
      guard !result.isSecret || mayBeSecret else {
        report(.exposedSecret, place, "a secret cannot stand here, browsers would see it")
        return nil
      }
      insertedSecrets.formUnion(result.secrets)
      return result
    } catch {
      for failure in [error] + error.others { report(failure, of: scalar, at: place) }
      return nil
    }
  }

  private mutating func report(_ failure: Insertions.Failure, of scalar: YAMLValue.Scalar, at place: Place) {
    let expression = self.place(of: failure.expression, in: place, lines: 1 + scalar.text.count(where: \.isNewline))
    let isFound = expression != place || failure.part == nil
    let part = failure.part.map { expression.onLine(column: expression.column + 6, length: $0.unicodeScalars.count) }
    report(failure.mistake, isFound ? part ?? expression : place)
  }

  /// Where a part of a scalar's text stands, if it is found as it is written; else the scalar.
  func place(of part: String, in place: Place, lines: Int = 1) -> Place {
    let scalars = Array(part.unicodeScalars)
    for below in 0...lines where !scalars.isEmpty {
      var start = place
      start.line += below
      let line = texts[place].line(start.line), first = below == 0 ? place.column - 1 : 0
      guard first + scalars.count <= line.count else { continue }
      for index in first...(line.count - scalars.count) where Array(line[index..<(index + scalars.count)]) == scalars {
        return start.onLine(column: index + 1, length: scalars.count)
      }
    }
    return place
  }

  /// Reads a scalar of one of the simple kinds. Messages name what the file says, never what was inserted.
  private func read(
    _ result: Insertions.Result, _ scalar: YAMLValue.Scalar, _ setting: Setting
  ) throws(Mistake) -> JSON {
    do throws(Mistake) {
      return try readPlain(result.text, isWord: scalar.style == .plain || result.isInserted, setting)
    } catch {
      guard result.isInserted else { throw error }
      throw Mistake(error.code, "what is inserted here is not \(setting.kind.noun)")
    }
  }

  private func readPlain(_ text: String, isWord: Bool, _ setting: Setting) throws(Mistake) -> JSON {
    switch setting.kind {
    case .number(let range):
      let value = try number(text, isWord, setting)
      guard range.contains(value) else { throw Mistake(.outOfRange, "\(text.shortened) is out of range") }
      return .number(value)
    case .integer(let range):
      let value = try number(text, isWord, setting)
      guard value == value.rounded(), range.contains(Int(exactly: value) ?? .min) else {
        throw Mistake(
          .outOfRange, "\"\(setting.name)\" is a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return .number(value)
    case .oneOfNumbers(let numbers):
      let value = try number(text, isWord, setting)
      guard numbers.contains(where: { Double($0) == value }) else {
        throw Mistake(.notOneOf, "\"\(setting.name)\" is \(setting.kind.noun)")
      }
      return .number(value)
    case .boolean:
      guard isWord else {
        throw Mistake(.wrongKind, "a quoted text is neither true nor false",
          hint: text == "true" || text == "false" ? "leave out the quotes" : nil)
      }
      return .bool(try Scalars.boolean(text))
    case .duration(let range): return .number(try duration(text, range, setting))
    case .expectation:
      let rest = text.hasPrefix("every ") ? String(text.dropFirst(6)) : text
      return .number(try duration(rest, Settings.scheduleRange.lowerBound...2_592_000, setting))
    default: return .string(try readText(text, setting))
    }
  }

  private func readText(_ text: String, _ setting: Setting) throws(Mistake) -> String {
    switch setting.kind {
    case .oneOf(let words):
      guard words.contains(text) else {
        throw Mistake(.notOneOf, "\"\(setting.name)\" cannot be \"\(text.shortened)\"",
          hint: Suggestion.hintOrChoice(for: text, among: words))
      }
    case .format: return try FormatWord.read(text)
    case .timezone: return try Scalars.timezone(text)
    case .cron: _ = try CronText.rule(text)
    case .path: return try Scalars.path(text)
    case .link: return try Scalars.link(text)
    case .url(let schemes): return try Scalars.url(text, schemes: schemes)
    case .field where text.isEmpty: throw Mistake(.wrongKind, "the name of a field is empty")
    case .privateText where text.isEmpty && setting.name == "token":
      throw Mistake(.wrongKind, "the token is empty")
    default: break
    }
    return text
  }

  private func number(_ text: String, _ isWord: Bool, _ setting: Setting) throws(Mistake) -> Double {
    guard isWord else {
      throw Mistake(.wrongKind, "\"\(setting.name)\" takes \(setting.kind.noun), found the text \"\(text.shortened)\"",
        hint: (try? Scalars.number(text)) == nil ? nil : "leave out the quotes")
    }
    return try Scalars.number(text)
  }

  private func duration(_ text: String, _ range: ClosedRange<Double>, _ setting: Setting) throws(Mistake) -> Double {
    let seconds = try Scalars.duration(text)
    guard range.contains(seconds) else {
      let (low, high) = (Scalars.written(seconds: range.lowerBound), Scalars.written(seconds: range.upperBound))
      throw Mistake(.outOfRange, "\"\(setting.name)\" is from \(low) to \(high)")
    }
    return seconds
  }
}
