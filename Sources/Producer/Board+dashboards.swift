import DashboardFiles
import DashboardModel
import PageSync

/// Dashboards coming, changing and going.
extension Board {
  /// Takes over what the definition files say now; answers the pages to drop from the store. A dashboard that is
  /// `broken` keeps its last good definition.
  func replace(
    _ loaded: [DashboardDefinition], broken: Set<String>, originals: [String: KeptDefinition] = [:]
  ) -> [PageKey] {
    let loaded = withAuthored(loaded)
    let names = Set(loaded.map(\.name))
    self.broken = broken
    let edited = take(originals, of: names)
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
    for name in edited { keepOriginal(of: name) }
    wake()
    return Array(unwanted)
  }

  /// What is wrong with each broken dashboard's file, for its editors.
  func tell(mistakes: [String: String]) {
    self.mistakes = mistakes
    for key in pages.keys where key.isForEditors {
      pages[key]?.writer.set(.page, ComponentValue(mistakesPage(of: key.dashboard).pageItem))
    }
    wake()
  }

  /// A page without components: its definition says what is wrong with the dashboard's file.
  func mistakesPage(of name: String) -> DashboardDefinition {
    var definition = DashboardDefinition(name: name, title: name)
    definition.access.view = .roles([Users.editorRole])
    definition.mistakes = mistakes[name]
    return definition
  }

  /// Starts a dashboard, going on from what the store has of its pages.
  func begin(_ definition: DashboardDefinition, _ stored: [PageKey: StoredPage]) {
    guard let key = PageKey(dashboard: definition.name), dashboards[definition.name] == nil else { return }
    dashboards[definition.name] = LiveDashboard(definition: definition)
    makePage(key, from: stored[key])
    keepOriginal(of: definition.name)
    runMissingSources(of: definition.name)
    for (key, page) in stored where key.dashboard == definition.name && key.isOnDemand && definition.mayHave(key) {
      makePage(key, from: page)
    }
    forgetOldHistories(of: definition.name)
  }

  /// Ends a dashboard's sources and forgets its pages.
  func end(_ name: String) {
    for running in dashboards[name]?.running.values ?? [:].values { running.stop() }
    for key in dashboards[name]?.pages ?? [] { forget(key) }
    dashboards[name] = nil
    thumbnailCurves[name] = nil
  }

  private func change(to definition: DashboardDefinition) {
    guard let old = dashboards[definition.name] else { return }
    dashboards[definition.name]?.definition = definition
    for key in old.pages where key.isOnDemand && !key.isForEditors && !definition.mayHave(key) { leave(key) }
    let inUse = dashboards[definition.name]?.instances.keys ?? [:].keys
    for parameters in inUse {
      dashboards[definition.name]?.instances[parameters] = DashboardInstance(definition, parameters)
    }
    let kept = stopSources(of: definition.name)
    runMissingSources(of: definition.name)
    reviseHistories(of: definition.name)
    forgetOldHistories(of: definition.name)
    adopt(definition.name, before: old, kept)
  }

  private func inheritance(
    of key: PageKey, from before: LiveDashboard, _ kept: Set<String>
  ) -> LivePage.Inheritance {
    guard let dashboard = dashboards[key.dashboard] else { return LivePage.Inheritance() }
    let instance = dashboard.instance(of: key)
    let old = Dictionary(uniqueKeysWithValues: before.instance(of: key).definition.components.map { ($0.id, $0) })
    var inheritance = LivePage.Inheritance(histories: dashboard.histories(for: key))
    for component in instance.definition.components {
      let isFed = component.bindings.allSatisfy { kept.contains(instance.key(of: $0.source)) }
      if isFed, old[component.id] == component { inheritance.unchanged.insert(component.id) }
      if let old = old[component.id], !old.readsAs(component) { inheritance.rebound.insert(component.id) }
    }
    return inheritance
  }

  private func adopt(_ name: String, before: LiveDashboard, _ kept: Set<String>) {
    guard let dashboard = dashboards[name] else { return }
    let now = timeline.now
    for key in dashboard.pages where !key.isForEditors {
      let instance = dashboard.instance(of: key)
      var shown = instance.definition
      if key.viewer == nil, shown.scope == .viewer { shown.components = [] }
      pages[key]?.adopt(shown, inheritance(of: key, from: before, kept))
      pages[key]?.writer.set(.page, ComponentValue(instance.definition.pageItem))
      pages[key]?.update(from: dashboard.states(for: key), now: now)
    }
  }

  // MARK: Instances

  /// Brings a set of parameters into use: its sources run from now on.
  func use(_ parameters: PageParameters, of name: String) {
    guard let dashboard = dashboards[name], dashboard.instances[parameters] == nil else { return }
    dashboards[name]?.instances[parameters] = DashboardInstance(dashboard.definition, parameters)
    runMissingSources(of: name)
    reviseHistories(of: name)
  }

  /// Ends what only these parameters needed, when no page has them any more.
  func retire(_ parameters: PageParameters, of name: String) {
    guard !parameters.isEmpty, let dashboard = dashboards[name],
      !dashboard.pages.contains(where: { $0.parameters == parameters })
    else { return }
    dashboards[name]?.instances[parameters] = nil
    _ = stopSources(of: name)
    reviseHistories(of: name)
    forgetOldHistories(of: name)
  }

  // MARK: Sources

  private struct WantedSource {
    var key: String
    var definition: SourceDefinition
    var make: () -> any Source
  }

  /// The sources that the instances in use need, each once.
  private func wantedSources(of name: String) -> [WantedSource] {
    guard let dashboard = dashboards[name], dashboard.definition.mayNeedSources else { return [] }
    let context = context(self)
    var keys: Set<String> = []
    var wanted: [WantedSource] = []
    for (_, instance) in dashboard.instances.sorted(by: { $0.key.text < $1.key.text }) {
      for definition in instance.definition.sources where keys.insert(instance.key(of: definition.name)).inserted {
        wanted.append(
          WantedSource(key: instance.key(of: definition.name), definition: definition) { context.source(for: definition) })
      }
      for component in instance.definition.components {
        guard let image = context.imageSource(for: component) else { continue }
        let key = instance.key(of: image.definition.name)
        guard keys.insert(key).inserted else { continue }
        wanted.append(WantedSource(key: key, definition: image.definition) { image.source })
      }
    }
    return wanted
  }

  /// Stops what is not wanted, or not as it runs; answers the keys that go on.
  private func stopSources(of name: String) -> Set<String> {
    guard let dashboard = dashboards[name] else { return [] }
    let wanted = Dictionary(wantedSources(of: name).map { ($0.key, $0.definition) }) { first, _ in first }
    let kept = Set(dashboard.running.filter { wanted[$0.key]?.runsAs($0.value.definition) ?? false }.keys)
    for (key, running) in dashboard.running where !kept.contains(key) {
      running.stop()
      dashboards[name]?.running[key] = nil
      dashboards[name]?.sources[key] = nil
      if let plain = PageKey(dashboard: name) { pages[plain]?.writer.setPrivate("source.\(key)", nil) }
    }
    return kept
  }

  private func runMissingSources(of name: String) {
    for wanted in wantedSources(of: name) where dashboards[name]?.running[wanted.key] == nil { run(wanted, of: name) }
  }

  private func run(_ wanted: WantedSource, of dashboard: String) {
    let source = wanted.make()
    let kept = PageKey(dashboard: dashboard).flatMap { pages[$0]?.writer.privateState }
    if let bytes = kept?["source.\(wanted.key)"], let state = try? JSON(decoding: bytes) {
      (source as? any RestorableSource)?.restore(state)
    }
    var settings = SourceRunner.Settings(wanted.definition)
    settings.secrets = wanted.definition.secrets
    settings.covered = definitions[dashboard]?.secrets ?? []
    let (pick, whole) = (wanted.definition.pick, wanted.definition.pickWhole)
    if whole != nil || !pick.isEmpty { settings.makePick = { try await JqWorkshop.shared.make(pick, whole) } }
    let name = wanted.key
    let runner = SourceRunner(name: name, source: source, settings: settings, timeline: timeline) { [weak self] in
      await self?.received($0, from: name, of: dashboard)
    }
    dashboards[dashboard]?.running[name] = RunningSource(definition: wanted.definition, runner: runner, stop: start(runner))
    if (source as? any ChangeableSource)?.current != nil, case .push = wanted.definition.kind { runner.announce() }
  }
}

extension DashboardDefinition {
  // Pages of an app need none, and may have thousands of instances.
  fileprivate var mayNeedSources: Bool { !sources.isEmpty || components.contains { $0.type == .image } }
}

extension ComponentDefinition {
  fileprivate func readsAs(_ other: ComponentDefinition) -> Bool {
    bindings.map(\.source) == other.bindings.map(\.source) && bindings.map(\.field) == other.bindings.map(\.field)
  }
}

extension SourceDefinition {
  /// How long its numbers are kept makes no difference to a running source.
  fileprivate func runsAs(_ other: SourceDefinition) -> Bool {
    var same = other
    same.keep = keep
    return self == same
  }

  /// What must never be seen in a message about this source, even if it stands in the file in clear.
  fileprivate var secrets: [String] {
    switch kind {
    case .http(let request): request.headers.map(\.value)
    case .push(let token, _): [token]
    default: []
    }
  }
}
