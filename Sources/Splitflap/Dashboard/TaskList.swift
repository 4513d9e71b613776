/// How the app's background tasks stand: a line for each, red with its reason when it failed last.
public struct TaskList: Component {
  private let title: String

  public init(title: String = "Tasks") { self.title = title }

  public var body: Content {
    let statuses = AppContext.current?.tasks.statuses.current ?? [:]
    List(items: statuses.values.sorted { $0.name < $1.name }.map(Self.item), common: .init(title: title))
  }

  private static func item(_ status: BackgroundTasks.Status) -> ListItem {
    let level = status.problem == nil ? "good" : status.phase == .waiting ? "bad" : "warn"
    return ListItem(status.name, value: status.phase.rawValue, level: level, note: status.problem)
  }
}
