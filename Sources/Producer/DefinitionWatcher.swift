import DashboardFiles
import DashboardModel

/// Reads the definition files, and again whenever their contents changed and came to rest. A file with mistakes leaves its
/// last good version on the screens.
struct DefinitionWatcher: Sendable {
  let folder: DashboardFolder
  /// Opens every page to acting, see ``ProducerSettings/viewersMayAct``.
  var viewersMayAct = false
  /// Shows mistakes on the page itself, see ``ProducerSettings/viewersAreEditors``.
  var viewersAreEditors = false
  let board: Board
  let drop: @Sendable ([PageKey]) async -> Void
  let report: @Sendable (LoadNews) -> Void
  private var watch: FolderWatch
  private var settling = FolderSettling()
  /// Each dashboard as it last was without a mistake.
  private var lastGood: [String: (definition: DashboardDefinition, loaded: Double)] = [:]
  /// What is wrong with those that are broken.
  private var mistakes: [String: String] = [:]

  init(
    folder: DashboardFolder, board: Board, drop: @escaping @Sendable ([PageKey]) async -> Void,
    report: @escaping @Sendable (LoadNews) -> Void
  ) {
    self.folder = folder
    self.board = board
    self.drop = drop
    self.report = report
    watch = FolderWatch(path: folder.path)
  }

  /// How often the folder is looked at; a change counts when two looks agree about it.
  private static let interval = Duration.milliseconds(150)

  /// The first load; before the board knows the dashboards it must own no page of them.
  mutating func begin() async {
    // What changes between this look and the load is not missed.
    settling = FolderSettling(watch.look())
    await take(folder.load())
  }

  mutating func run() async {
    let clock = ContinuousClock()
    let start = clock.now
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.interval)
      await look(now: clock.now - start)
    }
  }

  /// One look at the folder, and a load if something is to be loaded.
  mutating func look(now: Duration) async {
    guard case .load(let held) = settling.saw(watch.look(), now: now) else { return }
    let result = folder.load(holding: held)
    guard settling.loaded(holding: held, after: watch.look()) else { return }
    await take(result)
  }

  private mutating func take(_ result: LoadResult) async {
    remember(result)
    let loaded = lastGood.mapValues(\.loaded).merging(await board.revived) { own, _ in own }
    report(LoadNews(result, staying: loaded.filter { result.broken.contains($0.key) }))
    guard result.hasFolder else { return }
    let broken = result.broken.union(result.held)
    if viewersAreEditors {
      await drop(board.replace(withMistakes(), broken: broken))
    } else {
      await drop(board.replace(result.dashboards.map(opened), broken: broken, originals: result.originals))
      await board.tell(mistakes: mistakes)
    }
  }

  private mutating func remember(_ result: LoadResult) {
    guard result.hasFolder else { return }
    let now = board.timeline.now.unix
    for definition in result.dashboards { lastGood[definition.name] = (opened(definition), now) }
    let names = Set(result.dashboards.map(\.name)).union(result.broken).union(result.held)
    lastGood = lastGood.filter { names.contains($0.key) }
    // Of what is being written the last word stays.
    mistakes = mistakes.filter { result.held.contains($0.key) }
    for (name, list) in result.mistakes { mistakes[name] = list.map { $0.render() }.joined(separator: "\n") }
  }

  private func opened(_ definition: DashboardDefinition) -> DashboardDefinition {
    guard viewersMayAct else { return definition }
    var definition = definition
    definition.access.view = .anyone
    definition.access.act = .anyone
    for index in definition.actions.indices { definition.actions[index].allow = .anyone }
    return definition
  }

  /// Every dashboard; of a broken file its last good version, or an empty page, with the mistakes on it.
  private func withMistakes() -> [DashboardDefinition] {
    Set(lastGood.keys).union(mistakes.keys).map { name in
      var definition = lastGood[name]?.definition ?? DashboardDefinition(name: name, title: name)
      definition.mistakes = mistakes[name]
      return definition
    }
  }
}
