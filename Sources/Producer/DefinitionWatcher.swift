import DashboardFiles
import DashboardModel

/// Reads the definition files, and again whenever their contents change. A file with mistakes leaves its last good
/// version on the screens.
struct DefinitionWatcher: Sendable {
  let folder: DashboardFolder
  /// Opens every page to acting and shows mistakes on it, see ``ProducerSettings/viewersAreEditors``.
  var viewersAreEditors = false
  let board: Board
  let drop: @Sendable ([PageKey]) async -> Void
  let report: @Sendable (LoadResult) -> Void
  private var watch: FolderWatch
  /// Each dashboard as it last was without a mistake, for editors.
  private var lastGood: [String: DashboardDefinition] = [:]

  init(
    folder: DashboardFolder, board: Board, drop: @escaping @Sendable ([PageKey]) async -> Void,
    report: @escaping @Sendable (LoadResult) -> Void
  ) {
    self.folder = folder
    self.board = board
    self.drop = drop
    self.report = report
    watch = FolderWatch(path: folder.path)
  }

  /// How often the folder is looked at; long enough that an editor's two writes count once.
  private static let interval = Duration.milliseconds(300)

  /// The first load; before the board knows the dashboards it must own no page of them.
  mutating func begin() async {
    // What changes between this look and the load is not missed.
    _ = watch.changed()
    await load()
  }

  private mutating func load() async {
    let result = folder.load()
    report(result)
    guard result.hasFolder else { return }
    if viewersAreEditors {
      await drop(board.replace(editable(result), broken: []))
    } else {
      await drop(board.replace(result.dashboards, broken: result.broken))
      await board.tell(mistakes: Dictionary(uniqueKeysWithValues: result.broken.map { ($0, mistakes(in: $0, result)) }))
    }
  }

  /// Every dashboard open to acting; of a broken file its last good version, or an empty page, with the mistakes on it.
  private mutating func editable(_ result: LoadResult) -> [DashboardDefinition] {
    for definition in result.dashboards {
      lastGood[definition.name] = definition
      lastGood[definition.name]?.access.view = .anyone
      lastGood[definition.name]?.access.act = .anyone
    }
    let names = Set(result.dashboards.map(\.name)).union(result.broken)
    lastGood = lastGood.filter { names.contains($0.key) }
    return names.map { name in
      var definition = lastGood[name] ?? DashboardDefinition(name: name, title: name)
      definition.mistakes = result.broken.contains(name) ? mistakes(in: name, result) : nil
      return definition
    }
  }

  /// What `check` says of a dashboard; a mistake in a part that it includes stands under another file's name.
  private func mistakes(in name: String, _ result: LoadResult) -> String {
    let errors = result.diagnostics.filter { $0.severity == .error }
    let own = errors.filter { DashboardCompiler.name(of: $0.file) == name }
    return (own.isEmpty ? errors : own).map { $0.render() }.joined(separator: "\n")
  }

  mutating func run() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.interval)
      if watch.changed() { await load() }
    }
  }
}
