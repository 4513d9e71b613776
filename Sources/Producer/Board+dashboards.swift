import DashboardFiles
import DashboardModel
import PageSync

/// Dashboards coming, changing and going.
extension Board {
  /// Takes over what the definition files say now; answers the pages to drop from the store. A dashboard that is
  /// `broken` keeps its last good definition.
  func replace(_ loaded: [DashboardDefinition], broken: Set<String>) -> [PageKey] {
    let names = Set(loaded.map(\.name))
    self.broken = broken
    for name in definitions.keys where !names.contains(name) && !broken.contains(name) {
      for key in dashboards[name]?.pages ?? [] { leave(key) }
      let pushes = dashboards[name]?.pushes.values.flatMap { $0 } ?? []
      abandon(pushes, in: shardOf(name), .failed("no_such_source"))
      end(name)
      definitions[name] = nil
    }
    for key in unclaimed.keys where !names.contains(key.dashboard) && !broken.contains(key.dashboard) { leave(key) }
    for definition in loaded where definitions[definition.name] != definition {
      definitions[definition.name] = definition
      guard isOwned(definition.name) else { continue }
      if dashboards[definition.name] == nil { begin(definition, unclaimed) } else { change(to: definition) }
      for key in unclaimed.keys where key.dashboard == definition.name {
        if pages[key] == nil { leave(key) } else { unclaimed[key] = nil }
      }
    }
    wake()
    return Array(unwanted)
  }

  /// Starts a dashboard, going on from what the store has of its pages.
  func begin(_ definition: DashboardDefinition, _ stored: [PageKey: StoredPage]) {
    guard let key = PageKey(dashboard: definition.name), dashboards[definition.name] == nil else { return }
    dashboards[definition.name] = LiveDashboard(definition: definition)
    makePage(key, from: stored[key])
    if definition.scope == .viewer {
      for (key, page) in stored where key.dashboard == definition.name { makePage(key, from: page) }
    }
    for source in sources(of: definition) { run(source, of: definition.name, restoring: stored[key]) }
  }

  /// Ends a dashboard's sources and forgets its pages.
  func end(_ name: String) {
    for running in dashboards[name]?.running.values ?? [:].values { running.stop() }
    for key in dashboards[name]?.pages ?? [] { pages[key] = nil }
    dashboards[name] = nil
    thumbnailCurves[name] = nil
  }

  private func change(to definition: DashboardDefinition) {
    guard var dashboard = dashboards[definition.name] else { return }
    let old = dashboard.definition
    let wanted = sources(of: definition)
    let kept = Set(wanted.filter { dashboard.running[$0.name]?.definition == $0.definition }.map(\.name))
    for (name, running) in dashboard.running where !kept.contains(name) {
      running.stop()
      dashboard.running[name] = nil
      dashboard.sources[name] = nil
    }
    dashboard.definition = definition
    dashboards[definition.name] = dashboard
    if definition.scope == .shared { for key in dashboard.pages where key.viewer != nil { leave(key) } }
    for source in wanted where !kept.contains(source.name) { run(source, of: definition.name, restoring: nil) }
    adopt(definition, unchanged: unchanged(old, definition, kept))
  }

  private func unchanged(_ old: DashboardDefinition, _ new: DashboardDefinition, _ kept: Set<String>) -> Set<ComponentID> {
    let before = Dictionary(uniqueKeysWithValues: old.components.map { ($0.id, $0) })
    return Set(new.components.filter { component in
      before[component.id] == component && component.bindings.allSatisfy { kept.contains($0.source) }
    }.map(\.id))
  }

  private func adopt(_ definition: DashboardDefinition, unchanged: Set<ComponentID>) {
    let now = timeline.now
    let sources = dashboards[definition.name]?.sources ?? [:]
    for key in dashboards[definition.name]?.pages ?? [] {
      var shown = definition
      if key.viewer == nil, definition.scope == .viewer { shown.components = [] }
      pages[key]?.adopt(shown, keeping: unchanged, now: now)
      pages[key]?.writer.set(.page, ComponentValue(definition.pageItem))
      pages[key]?.update(from: sources, now: now)
    }
  }

  // MARK: Sources

  private struct WantedSource {
    var name: String
    var definition: SourceDefinition
    var source: any Source
  }

  private func sources(of definition: DashboardDefinition) -> [WantedSource] {
    let context = context(self)
    let named = definition.sources.map { WantedSource(name: $0.name, definition: $0, source: context.source(for: $0)) }
    let pictures = definition.components.compactMap { component in
      context.imageSource(for: component).map { WantedSource(name: $0.definition.name, definition: $0.definition, source: $0.source) }
    }
    return named + pictures
  }

  private func run(_ wanted: WantedSource, of dashboard: String, restoring stored: StoredPage?) {
    if let bytes = stored?.privateState["source.\(wanted.name)"], let state = try? JSON(decoding: bytes) {
      (wanted.source as? any RestorableSource)?.restore(state)
    }
    var settings = SourceRunner.Settings(wanted.definition)
    settings.secrets = wanted.definition.secrets
    let (pick, whole) = (wanted.definition.pick, wanted.definition.pickWhole)
    if whole != nil || !pick.isEmpty { settings.makePick = { try JqPick(fields: pick, whole: whole) } }
    let name = wanted.name
    let runner = SourceRunner(name: name, source: wanted.source, settings: settings, timeline: timeline) { [weak self] in
      await self?.received($0, from: name, of: dashboard)
    }
    dashboards[dashboard]?.running[name] = RunningSource(definition: wanted.definition, runner: runner, stop: start(runner))
    if (wanted.source as? any ChangeableSource)?.current != nil, case .push = wanted.definition.kind { runner.announce() }
  }
}

extension SourceDefinition {
  /// What must never be seen in a message about this source.
  fileprivate var secrets: [String] {
    switch kind {
    case .http(let request): request.headers.map(\.value)
    case .push(let token, _): [token]
    default: []
    }
  }
}

/// Runs a definition's jq programs; made inside the runner that uses it, for libjq's state is one owner's.
private struct JqPick: ValuePick {
  private let fields: [(name: String, program: JqProgram)]
  private let whole: JqProgram?

  init(fields: [SourceDefinition.Pick], whole: String?) throws {
    self.fields = try fields.map { ($0.field, try JqProgram($0.program)) }
    self.whole = try whole.map { try JqProgram($0) }
  }

  func pick(_ value: JSON) throws -> JSON {
    do {
      if let whole { return try whole.run(value) }
      return .object(JSON.Members(try fields.map { JSON.Member(name: $0.name, value: try $0.program.run(value)) }))
    } catch let error as JqError {
      throw SourceError("pick: \(error.message)")
    }
  }
}
