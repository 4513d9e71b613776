import DashboardModel

/// Compiles one file: reads options by their declarations, then checks what joins them (bindings, layout).
///
/// Every mistake is reported and reading goes on; what depends on something already reported stays silent, so that only
/// root causes are told.
struct FileCompiler {
  /// Beyond this many mistakes in one file nobody reads on.
  private static let mostDiagnostics = 200

  let texts: SourceTexts
  let insertions: Insertions
  let programs: CheckedPrograms
  private(set) var diagnostics: [Diagnostic] = []
  /// Secrets that stand in clear, and where.
  private var secrets: [(text: String, place: Place)] = []
  /// Secrets that were put in somewhere.
  var insertedSecrets: Set<String> = []

  /// What is known of the file's sources while components are read.
  struct DeclaredSource: Sendable {
    var type: String?
    /// `pick`'s fields, or the type's own; `nil` when they cannot be known.
    var fields: [String]?
    /// True when `pick` gave one value per field.
    var isPicked = false
    var keyPlace: Place
    /// Where `keep` is written.
    var keepPlace: Place?
    var isRead = false
  }

  var declared: [String: DeclaredSource] = [:]
  var variables: [String: DeclaredVariable] = [:]
  var actions: [String: DeclaredAction] = [:]
  /// True when keys of the file were already refused: what seems to be missing may have stood there.
  let hasLostKeys: Bool
  /// True when a part that was to be included could not be: nothing is known of what it declares.
  let isIncomplete: Bool

  init(
    texts: SourceTexts, insertions: Insertions, programs: CheckedPrograms, hasLostKeys: Bool = false,
    isIncomplete: Bool = false
  ) {
    self.texts = texts
    self.insertions = insertions
    self.programs = programs
    self.hasLostKeys = hasLostKeys || isIncomplete
    self.isIncomplete = isIncomplete
  }

  /// The definition that a file's root value describes; `nil` if there was any error.
  mutating func compile(_ root: YAMLValue, name: String) -> DashboardDefinition? {
    guard let entries = root.entries else {
      report(.wrongKind, root.place, "a definition file is a map of options, found \(root.description)",
        hint: gluedHint(root) ?? "such as components: { hi: { type: hello } }")
      return nil
    }
    // Before all else, for any text may use one.
    let variables = entries.first { $0.key == "variables" }.map { readVariables($0.value) }
    let answers = read(entries, Settings.dashboard, subject: "a dashboard", at: root.place)
    var dashboard = DashboardDefinition(name: name, title: answers.text("title") ?? name.humanised)
    dashboard.variables = variables ?? []
    fill(&dashboard, answers)
    if let sources = answers.section("sources") { dashboard.sources = readSources(sources) }
    if let actions = answers.section("actions") { dashboard.actions = readActions(actions) }
    if let components = answers.section("components") {
      dashboard.components = readComponents(components)
      let ids = components.entries?.map(\.key) ?? []
      if let layout = answers.section("layout") { dashboard.layout = readLayout(layout, ids: components) }
      dashboard.thumbnail = readThumbnail(answers, ids: ids)
      checkKept(dashboard)
      warnOfUnusedSources()
      warnOfUnusedVariables()
      warnOfUnusedActions()
    }
    hideSecrets()
    dashboard.hide(insertedSecrets)
    return diagnostics.contains { $0.severity == .error } ? nil : dashboard
  }

  private mutating func fill(_ dashboard: inout DashboardDefinition, _ answers: Answers) {
    dashboard.transport = answers.text("transport").flatMap(Transport.init(rawValue:)) ?? .auto
    dashboard.reloadInterval = answers.number("reload_interval") ?? 2.5
    dashboard.theme = answers.text("theme")
    dashboard.scope = answers.text("scope").flatMap(Scope.init(rawValue:)) ?? .shared
    dashboard.access.view = audience(answers, "view") ?? .anyone
    dashboard.access.act = audience(answers, "act") ?? .nobody
    guard let access = answers.section("access") else { return }
    guard let entries = access.entries else {
      report(.wrongKind, access.place, "\"access\" takes a map, found \(access.description)",
        hint: "access: { view: anyone, act: anyone }")
      return
    }
    let inner = read(entries, Settings.access, subject: "\"access\"", at: access.place)
    for name in ["view", "act"] {
      guard let place = inner.keyPlaces[name], let other = answers.keyPlaces[name] else { continue }
      let (first, second) = (min(place, other), max(place, other))
      let file = first.file == second.file ? "" : " of \(texts[first].file)"
      report(.conflict, second, "\"\(name)\" is already written on line \(first.line)\(file)")
    }
    if let view = audience(inner, "view") { dashboard.access.view = view }
    if let act = audience(inner, "act") { dashboard.access.act = act }
  }

  private mutating func readThumbnail(_ answers: Answers, ids: [String]) -> ComponentID? {
    guard let text = answers.text("thumbnail"), let place = answers.places["thumbnail"] else { return nil }
    guard ids.contains(text) else {
      report(.unknownComponent, place, "there is no component \"\(text.shortened)\"",
        hint: Suggestion.hintOrChoice(for: text, among: ids))
      return nil
    }
    return ComponentID(text)
  }

  /// Beside errors this would be noise: what should have read the source may be what is wrong.
  private mutating func warnOfUnusedSources() {
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return }
    for (name, source) in declared where !source.isRead && source.type != nil {
      report(.unusedSource, source.keyPlace, "nothing reads the source \"\(name)\"")
    }
  }

  /// Mistakes that a part which could not be included might explain.
  private static let restsOnOtherParts: Set<DiagnosticCode> = [
    .unknownSource, .unknownField, .unknownComponent, .notInComponents, .notInLayout, .unusedSource, .missingOption,
    .badAction, .unknownVariable, .unknownAction, .unusedVariable, .unusedAction,
    .keptForNothing,
  ]

  mutating func report(_ code: DiagnosticCode, _ place: Place, _ message: String, hint: String? = nil) {
    guard !isIncomplete || !Self.restsOnOtherParts.contains(code) else { return }
    let diagnostic = texts.diagnostic(code, at: place, message, hint: hint)
    if diagnostics.count < Self.mostDiagnostics, !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
  }

  /// Remembers a text that nobody is to read in an excerpt.
  mutating func noteSecret(_ text: String, at place: Place) { secrets.append((text, place)) }

  /// A log is no place for a secret either: it is covered in every excerpt of its line, or the excerpt left out where it
  /// is not found as it is meant.
  private mutating func hideSecrets() {
    guard !secrets.isEmpty else { return }
    for index in diagnostics.indices {
      let diagnostic = diagnostics[index]
      // The longest first, for an address may hold what stands elsewhere too.
      let hidden = secrets.filter { texts[$0.place].file == diagnostic.file && $0.place.line == diagnostic.line }
        .map(\.text).sorted { $0.count > $1.count }
      guard let excerpt = diagnostic.excerpt, !hidden.isEmpty else { continue }
      let isFound = hidden.allSatisfy { excerpt.contains($0) }
      diagnostics[index].excerpt = isFound ? hidden.reduce(excerpt, Self.covering) : nil
    }
  }

  private static func covering(_ excerpt: String, _ secret: String) -> String {
    excerpt.replacing(secret, with: String(repeating: "•", count: secret.unicodeScalars.count))
  }

  mutating func report(_ mistake: Mistake, _ place: Place) {
    report(mistake.code, place, mistake.message, hint: mistake.hint)
  }
}

extension String {
  /// `cpu-load` → `Cpu load`.
  var humanised: String {
    let words = String(map { $0 == "-" || $0 == "_" || $0 == "." ? " " : $0 })
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}
