import DashboardModel

extension FileCompiler {
  mutating func readSources(_ value: YAMLValue) -> [SourceDefinition] {
    guard let entries = namedEntries(value, "sources") else { return [] }
    declare(entries)
    noteSecrets(value)
    judged = JudgedPrograms(value, programs)
    return entries.compactMap { readSource($0) }
  }

  /// A map of id and map, ids checked; `nil` after a report. An empty map and nothing are the same.
  mutating func namedEntries(_ value: YAMLValue, _ name: String) -> [YAMLValue.Entry]? {
    if case .nothing = value.kind { return [] }
    guard let entries = value.entries else {
      report(.wrongKind, value.place, "\"\(name)\" takes a map, found \(value.description)",
        hint: "\(name): { \(Self.examples[name] ?? "hi: { type: hello }") }")
      unknown.insert(name)
      return nil
    }
    guard entries.count <= Self.mostEntries || name == "components" else {
      report(.outOfRange, value.place, "a dashboard has at most \(Self.mostEntries) \(name)")
      unknown.insert(name)
      return nil
    }
    for entry in entries where !ComponentID.isValid(entry.key) {
      report(.badName, entry.keyPlace, "\"\(entry.key.shortened)\" cannot be the name of a \(name.dropLast())",
        hint: Self.validName(entry.key).map { "write \($0)" }
          ?? "a small letter, then up to 63 small letters, digits, \"-\" or \"_\"")
    }
    return entries
  }

  /// As many as components.
  private static let mostEntries = mostComponents

  private static let examples = [
    "sources": "count: { type: counter }", "variables": "region: { type: select, options: [eu, us], default: eu }",
    "actions": "restart: { type: http, url: \"http://worker:8080/restart\" }",
  ]

  /// `type:counter` as the whole of a map.
  static func gluedHint(_ value: YAMLValue) -> String? {
    value.scalar.flatMap { YAMLTrap.separated($0.text) }.map { "write \($0)" }
  }

  private static func validName(_ name: String) -> String? {
    let candidate = String(name.lowercased().map { $0.isWhitespace || $0 == "." ? "-" : $0 })
    return ComponentID.isValid(candidate) ? candidate : nil
  }

  /// Notes what is known of every source before any option that refers to one is read.
  private mutating func declare(_ entries: [YAMLValue.Entry]) {
    for entry in entries {
      var facts = DeclaredSource(keyPlace: entry.keyPlace)
      facts.type = entry.value.entries?.first { $0.key == "type" }?.value.scalar?.text
      if let type = facts.type.flatMap(Settings.sourceType) {
        let pick = pick(of: entry.value, type)
        facts.fields = pick == nil ? type.fields : pick?.entries?.map(\.key)
        facts.isPicked = pick?.entries != nil
      } else {
        facts.type = nil
      }
      declared[entry.key] = facts
      // What refers to it may already use the name that is proposed for it.
      if !ComponentID.isValid(entry.key), let name = Self.validName(entry.key), declared[name] == nil { declared[name] = facts }
    }
  }

  /// `pick` as it is written or as it was meant.
  private func pick(of source: YAMLValue, _ type: SourceType) -> YAMLValue? {
    let entries = source.entries ?? [], names = type.settings.map(\.name)
    return (entries.first { $0.key == "pick" }
      ?? entries.first { !names.contains($0.key) && Suggestion.nearest(to: $0.key, among: names) == "pick" })?.value
  }

  private mutating func readSource(_ entry: YAMLValue.Entry) -> SourceDefinition? {
    guard let entries = entry.value.entries else {
      report(.wrongKind, entry.value.place, "source \"\(entry.key)\" takes a map, found \(entry.value.description)",
        hint: Self.gluedHint(entry.value) ?? "such as { type: counter }")
      return nil
    }
    guard let word = readType(entries, "source", entry, Settings.sources.map(\.word)),
      let type = Settings.sourceType(word)
    else { return nil }
    let answers = read(entries, type.settings, subject: "source \"\(entry.key)\" (\(word))", at: entry.keyPlace)
    warnOfSecrets(entries.filter { answers.checked[$0.key] != nil })
    if answers.isWritten("keep") { declared[entry.key]?.keepPlace = answers.keyPlaces["keep"] }
    guard let kind = kind(type, answers), answers.isSound else { return nil }
    var source = SourceDefinition(name: entry.key, kind: kind, every: answers.number("every") ?? 0)
    source.timeout = answers.number("timeout") ?? 10
    source.keep = answers.number("keep")
    source.cron = readCron(type, answers)
    if case .pick(let fields, let whole)? = answers.checked["pick"] {
      (source.pick, source.pickWhole) = (fields, whole)
    }
    return source
  }

  private mutating func readCron(_ type: SourceType, _ answers: Answers) -> CronRule? {
    guard let cron = answers.text("cron"), var rule = try? CronText.rule(cron) else {
      if type.word != "clock", !answers.isWritten("cron"), let place = answers.keyPlaces["timezone"] {
        report(.conflict, place, "\"timezone\" goes with \"cron\"")
      }
      return nil
    }
    if answers.isWritten("every"), let place = [answers.keyPlaces["every"], answers.keyPlaces["cron"]].compactMap(\.self).max() {
      report(.conflict, place, "a source runs by \"every\" or by \"cron\", not by both")
    }
    let zone = answers.text("timezone")
    rule.timezone = zone == "UTC" ? nil : zone
    return rule
  }

  /// The word behind `type`, if it is one of those known; `nil` after a report.
  mutating func readType(
    _ entries: [YAMLValue.Entry], _ what: String, _ owner: YAMLValue.Entry, _ known: [String]
  ) -> String? {
    guard let type = entries.first(where: { $0.key == "type" }) else {
      let near = entries.first { Suggestion.nearest(to: $0.key, among: ["type"]) != nil }
      if let glued = entries.first(where: { YAMLTrap.separated($0.key)?.hasPrefix("type: ") == true }) {
        report(.unknownOption, glued.keyPlace,
          "\(what) \"\(owner.key)\" has no option \"\(glued.key.shortened)\"",
          hint: YAMLTrap.separated(glued.key).map { "write \($0)" })
      } else if let near {
        report(.unknownOption, near.keyPlace, "\(what) \"\(owner.key)\" has no option \"\(near.key)\"",
          hint: "did you mean \"type\"?")
      } else if !hasLostKeys {
        report(.missingOption, owner.keyPlace, "\(what) \"\(owner.key)\" needs the option \"type\"",
          hint: Suggestion.choice(known))
      }
      return nil
    }
    guard let word = type.value.scalar?.text, known.contains(word) else {
      let text = type.value.scalar?.text ?? ""
      report(.unknownType, type.value.place,
        "there is no \(what) type \(type.value.scalar == nil ? "here" : "\"\(text.shortened)\"")",
        hint: Suggestion.hintOrChoice(for: text, among: known))
      if let meant = Suggestion.nearest(to: text, among: known) { checkOptions(entries, Self.settings(of: what, meant)) }
      return nil
    }
    return word
  }

  /// What stands behind a misspelt type is looked at as it was meant; what there is or is not may be another type's matter.
  private mutating func checkOptions(_ entries: [YAMLValue.Entry], _ settings: [Setting]) {
    for entry in entries where entry.key != "type" {
      if let setting = settings.first(where: { $0.name == entry.key }) { _ = check(entry.value, setting) }
    }
  }

  private static func settings(of what: String, _ type: String) -> [Setting] {
    switch what {
    case "component": ComponentType(rawValue: type).map(Settings.component) ?? []
    case "variable": Settings.variables.first { $0.word == type }?.settings ?? []
    case "action": Settings.actions.first { $0.word == type }?.settings ?? []
    default: Settings.sourceType(type)?.settings ?? []
    }
  }

  private mutating func kind(_ type: SourceType, _ answers: Answers) -> SourceDefinition.Kind? {
    switch type.word {
    case "counter": return .counter(start: answers.number("start") ?? 0, step: answers.number("step") ?? 1)
    case "clock":
      let zone = answers.text("timezone")
      return .clock(timezone: zone == "UTC" ? nil : zone)
    case "system": return .system(disk: answers.text("disk") ?? "/")
    case "http": return request(answers, bodyWith: ["POST"]).map { .http($0) }
    case "command": return answers.words("run").map { .command($0) }
    case "file": return answers.text("path").map { .file(path: $0, format: fileFormat($0, answers)) }
    case "redis": return answers.words("command").map { .redis(command: $0, url: answers.text("url")) }
    case "sql":
      guard case .query(let query, let values)? = answers.checked["query"] else { return nil }
      return answers.text("database").map { .sql(database: $0, query: query, values: values) }
    case "push": return answers.text("token").map { .push(token: $0, expect: answers.number("expect")) }
    case "swift": return answers.text("task").map { .swift(task: $0) }
    default: return .dashboards
    }
  }

  private func fileFormat(_ path: String, _ answers: Answers) -> SourceDefinition.FileFormat {
    if let format = answers.text("format").flatMap(SourceDefinition.FileFormat.init(rawValue:)) { return format }
    let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
    return SourceDefinition.FileFormat(rawValue: ending == "jsonl" ? "ndjson" : ending) ?? .text
  }

  mutating func request(_ answers: Answers, bodyWith methods: [String]) -> HTTPRequestDefinition? {
    guard let url = answers.text("url") else { return nil }
    var request = HTTPRequestDefinition(url: url, method: answers.text("method") ?? "GET")
    request.body = answers.text("body")
    // A method that is wrong itself may have been one of them.
    if request.body != nil, answers.isSound, !methods.contains(request.method), let place = answers.keyPlaces["body"] {
      report(.conflict, place, "a body is sent with \(methods.joined(separator: ", ")) only", hint: "method: POST")
      return nil
    }
    guard case .object(let headers)? = answers.json("headers") else { return request }
    for header in headers.list {
      let isName = !header.name.isEmpty && header.name.utf8.allSatisfy(Self.isTokenByte)
      guard isName, let value = header.value.text, !Scalars.hasControls(VariableText.filled(value, [:])) else {
        report(.wrongKind, answers.places["headers"] ?? .start,
          "the header \"\(header.name.shortened)\" cannot be sent", hint: "one line, its name of letters and \"-\"")
        return nil
      }
      request.headers.append(.init(name: header.name, value: value))
    }
    return request
  }

  /// RFC 9110 §5.6.2 `tchar`.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
