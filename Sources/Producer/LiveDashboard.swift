import DashboardModel
import PageSync

/// One dashboard as its owner runs it: what its sources said last, and in which variations it is shown.
///
/// A source whose texts depend on variables runs once per distinct value in use, under a key of its own: `orders` with the
/// defaults, `orders?region=us` else. One that depends on none has one key, so all instances share it.
struct LiveDashboard {
  /// As the file says; texts may have places for variables.
  var definition: DashboardDefinition
  /// By source key.
  var sources: [String: SourceState] = [:]
  /// By source key.
  var running: [String: RunningSource] = [:]
  /// Of sources with `keep`, by source key.
  var histories: [String: SourceHistory] = [:]
  var pages: Set<PageKey> = []
  /// One for each set of parameters that a page has; that without any is always there.
  var instances: [PageParameters: DashboardInstance] = [:]
  /// Pushes whose value has gone to the source of this name and has not come out of it yet.
  var pushes: [String: [QueuedEvent]] = [:]

  init(definition: DashboardDefinition) {
    self.definition = definition
    instances[.empty] = DashboardInstance(definition, .empty)
  }

  /// The definition with every variable at its default.
  var plain: DashboardDefinition { instances[.empty]?.definition ?? definition }

  func instance(of key: PageKey) -> DashboardInstance { instances[key.parameters] ?? DashboardInstance(definition, key.parameters) }

  /// What the sources say, by their names on this page.
  func states(for key: PageKey) -> [String: SourceState] {
    guard let instance = instances[key.parameters], !instance.sourceKeys.isEmpty else { return sources }
    var states = sources
    for (name, key) in instance.sourceKeys { states[name] = sources[key] }
    return states
  }

  /// What is kept of its sources, by their names on this page.
  func histories(for key: PageKey) -> [String: SourceHistory] {
    guard !histories.isEmpty else { return [:] }
    let instance = instance(of: key)
    return Dictionary(definition.sources.compactMap { source in
      histories[instance.key(of: source.name)].map { (source.name, $0) }
    }) { first, _ in first }
  }

  /// True while another set of parameters may come into use. Those of an app cost no sources.
  func hasRoom(for parameters: PageParameters, isApp: Bool) -> Bool {
    if instances[parameters] != nil { return true }
    let isShared = definition.scope == .shared || definition.sources.contains { !$0.variables.isEmpty }
    return instances.count <= (isApp ? Self.mostOfApp : isShared ? Self.mostInstances : Board.mostPages)
  }

  /// Sets of parameters in use at once, where each costs a page for all or sources of its own.
  static let mostInstances = 100
  /// Of a page of an app, a viewer's or for all.
  static let mostOfApp = 5_000
}

/// A dashboard with one set of parameters.
struct DashboardInstance {
  /// Without places for variables.
  var definition: DashboardDefinition
  /// The sources that run for these parameters, name to key; those that all share are not in it.
  var sourceKeys: [String: String] = [:]

  init(_ definition: DashboardDefinition, _ parameters: PageParameters) {
    self.definition = definition.instance(parameters)
    guard !parameters.isEmpty else { return }
    for source in definition.sources { note(source.name, source.variables, parameters) }
    for component in definition.components where component.type == .image && component.bindings.isEmpty {
      note(ImageSource.name(for: component.id), component.variables, parameters)
    }
  }

  private mutating func note(_ name: String, _ variables: Set<String>, _ parameters: PageParameters) {
    let own = parameters.filtered(to: variables)
    if !own.isEmpty { sourceKeys[name] = "\(name)?\(own)" }
  }

  /// The key under which a source of this name runs here.
  func key(of source: String) -> String { sourceKeys[source] ?? source }

  /// The name a source has here; `nil` if this instance does not read what runs under the key.
  func name(ofKey key: String) -> String? {
    let name = String(key.prefix { $0 != "?" })
    return self.key(of: name) == key ? name : nil
  }
}

/// A source with the runner that runs it, and the way to end it.
struct RunningSource {
  var definition: SourceDefinition
  var runner: SourceRunner
  var stop: @Sendable () -> Void
}
