import DashboardFiles
import DashboardModel

/// Reads the definition files, and again whenever their contents change. A file with mistakes leaves its last good
/// version on the screens.
struct DefinitionWatcher: Sendable {
  let folder: DashboardFolder
  /// Opens every page to acting, whatever its definition says.
  var anyoneMayAct = false
  let board: Board
  let drop: @Sendable ([PageKey]) async -> Void
  let report: @Sendable (LoadResult) -> Void
  private var watch: FolderWatch

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

  private func load() async {
    let result = folder.load()
    report(result)
    guard result.hasFolder else { return }
    await drop(board.replace(definitions(result), broken: result.broken))
  }

  private func definitions(_ result: LoadResult) -> [DashboardDefinition] {
    guard anyoneMayAct else { return result.dashboards }
    return result.dashboards.map { definition in
      var open = definition
      open.access.actIsOpen = true
      return open
    }
  }

  mutating func run() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.interval)
      if watch.changed() { await load() }
    }
  }
}
