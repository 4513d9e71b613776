import DashboardFiles
import DashboardModel

/// Reads the definition files, and again whenever their contents change. A file with mistakes leaves its last good
/// version on the screens.
struct DefinitionWatcher: Sendable {
  let folder: DashboardFolder
  let anyoneMayAct: Bool
  let board: Board
  let drop: @Sendable ([PageKey]) async -> Void
  let report: @Sendable (LoadResult) -> Void

  /// How often the folder is looked at; long enough that an editor's two writes count once.
  private static let interval = Duration.milliseconds(300)

  func load() async {
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

  /// Goes on from what `watch` saw at the first load.
  func run(_ watch: FolderWatch) async {
    var watch = watch
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.interval)
      if watch.changed() { await load() }
    }
  }
}
