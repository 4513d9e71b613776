import DashboardModel

/// Compiles one file: reads options by their declarations, then checks what joins them (bindings, layout).
///
/// Every mistake is reported and reading goes on; what depends on something already reported stays silent, so that only
/// root causes are told.
struct FileCompiler {
  let texts: SourceTexts
  let insertions: Insertions
  let programs: CheckedPrograms
  private(set) var told = DiagnosticList()
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
  /// Sections of which it is not known what they declare: what refers to them is no mistake of its own.
  var unknown: Set<String> = []
  /// Components that stand beside `components`, reported there.
  var misplaced: [String] = []
  /// What is known of the jq programs.
  var judged = JudgedPrograms()
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
      let glued = Self.gluedHint(root)
      report(.wrongKind, root.place, "a definition file is a map of options, found \(root.description)",
        hint: glued ?? "such as components: { hi: { type: hello } }")
      return nil
    }
    let sections = sections(of: entries)
    // Before all else, for any text may use one.
    let variables = sections["variables"].map { readVariables($0) }
    let answers = read(entries, Settings.dashboard, subject: "a dashboard", at: root.place)
    var dashboard = DashboardDefinition(name: name, title: answers.text("title") ?? name.humanised)
    dashboard.variables = variables ?? []
    fill(&dashboard, answers)
    if let sources = sections["sources"] { dashboard.sources = readSources(sources) }
    if let actions = sections["actions"] { dashboard.actions = readActions(actions) }
    if let components = sections["components"] {
      dashboard.components = readComponents(components)
      let ids = (components.entries?.map(\.key) ?? []) + misplaced
      if let layout = sections["layout"] { dashboard.layout = readLayout(layout, ids: components) }
      dashboard.thumbnail = readThumbnail(answers, ids: ids)
      checkKept(dashboard)
      warnOfUnusedSources()
      warnOfUnusedVariables()
      warnOfUnusedActions()
    }
    hideSecrets()
    dashboard.hide(insertedSecrets)
    return told.hasErrors ? nil : dashboard
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
      guard !unknown.contains("components") else { return nil }
      report(.unknownComponent, place, "there is no component \"\(text.shortened)\"",
        hint: Suggestion.hintOrChoice(for: text, among: ids))
      return nil
    }
    return ComponentID(text)
  }

  /// Beside errors this would be noise: what should have read the source may be what is wrong.
  private mutating func warnOfUnusedSources() {
    guard !told.hasErrors else { return }
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

  /// `hint` is not asked when the mistake will not be told: to find it may cost more than the mistake did.
  mutating func report(
    _ code: DiagnosticCode, _ place: Place, _ message: String, hint: @autoclosure () -> String? = nil
  ) {
    guard !isIncomplete || !Self.restsOnOtherParts.contains(code) else { return }
    let texts = texts
    told.add(code) { texts.diagnostic($0, at: place, message, hint: hint()) }
  }

  /// Remembers a text that nobody is to read in an excerpt.
  mutating func noteSecret(_ text: String, at place: Place) { secrets.append((text, place)) }

  /// A log is no place for a secret either: it is covered in every excerpt of its line, or the excerpt left out where it
  /// is not found as it is meant.
  private mutating func hideSecrets() {
    guard !secrets.isEmpty else { return }
    let (secrets, texts) = (secrets, texts)
    told.update { diagnostic in
      // The longest first, for an address may hold what stands elsewhere too.
      let hidden = secrets.filter { texts[$0.place].file == diagnostic.file && $0.place.line == diagnostic.line }
        .map(\.text).sorted { $0.count > $1.count }
      guard let excerpt = diagnostic.excerpt, !hidden.isEmpty else { return }
      let isFound = hidden.allSatisfy { excerpt.contains($0) }
      diagnostic.excerpt = isFound ? hidden.reduce(excerpt, Self.covering) : nil
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
