import DashboardModel
import PageSync

/// One page as its owner runs it: the writer, and an engine for every component.
///
/// Lives inside of the board. A reference, for it is large, and the board asks it small things all the time.
final class LivePage {
  let key: PageKey
  let shard: Int
  var writer: PageWriter { didSet { noteWork() } }
  var engines: [ComponentID: ComponentEngine] = [:]
  /// Events handled but not yet in a confirmed commit: handed out again after a reconnect they must not be done twice.
  var unconfirmed: Set<String> = []
  /// When somebody last said that he looks at this page; only for a viewer's own page.
  var lastOpened: Duration
  /// The front that said so, by the hash of its name.
  var openedBy = 0
  var lastCommit: Duration?
  /// No commit before this instant: the last one's outcome is unknown.
  var retryAt: Duration?
  var isCommitting = false { didSet { noteWork() } }
  /// Of a page that is code: what is known of it.
  var authored: AuthoredPage?
  /// Why components show an error although their sources are well: their events were never finished.
  var troubles: [ComponentID: String] = [:]
  /// Something is staged that a viewer waits for.
  var isUrgent = false

  /// The board has let go of it.
  var isForgotten = false
  /// Where it says that there may be something to commit; it does so once until it is taken out there.
  private let work: PagesWithWork
  fileprivate(set) var isListed = false

  init(writer: PageWriter, shard: Int, now: Duration, work: PagesWithWork) {
    (self.writer, self.shard, self.work) = (writer, shard, work)
    key = writer.key
    lastOpened = now
    noteWork()
  }

  /// True while nothing of this page may go out: it is blank.
  var isHeld: Bool { authored?.isBlank ?? false }

  /// Has the board look at this page, unless it does so anyway: when it is asked next, or when the commit under way is answered.
  func noteWork() {
    if !isListed, !isCommitting { work.list(self) }
  }

  /// When the first engine wants to be asked again.
  var nextCheck: Duration? { engines.values.compactMap(\.nextCheck).min() }

  /// Keeps beside the page how far this viewer's events are done.
  func keep(_ marks: ViewerMarks, of viewer: ViewerID) { marks.keep(viewer, in: &writer) }

  func stage(_ change: ComponentChange?) {
    guard let change = change.map(troubled) else { return }
    switch change.kind {
    case .set(let value): writer.set(change.id, value)
    case .append(let append): writer.append(change.id, append)
    case .remove: writer.remove(change.id)
    }
  }

  /// Updates the components that read `source` (or all) from what the sources say.
  func update(from sources: [String: SourceState], source: String? = nil, now: Moment) {
    let sources = authored?.sources ?? sources
    for id in engines.keys where source.map({ engines[id]?.sourceNames.contains($0) ?? false }) ?? true {
      stage(engines[id]?.update(sources, now: now))
    }
  }

  /// Asks the engines whose time has come.
  func check(_ sources: [String: SourceState], now: Moment) {
    let sources = authored?.sources ?? sources
    for id in engines.keys where engines[id]?.nextCheck.map({ $0 <= now.monotonic }) ?? false {
      stage(engines[id]?.update(sources, now: now))
    }
  }

  /// What a page goes on with when its definition is taken in.
  struct Inheritance {
    /// Components that are as before and read what they read before.
    var unchanged: Set<ComponentID> = []
    /// Components that read something else than before.
    var rebound: Set<ComponentID> = []
    /// By the sources' names on this page.
    var histories: [String: SourceHistory] = [:]
  }

  /// Takes a definition in: engines of unchanged components stay, so their curves and counts go on.
  func adopt(_ definition: DashboardDefinition, _ inheritance: Inheritance) {
    let types = typesShown
    writer.set(.page, ComponentValue(definition.pageItem))
    let ids = Set(definition.components.map(\.id))
    for id in writer.values.keys where id != .page && !ids.contains(id) {
      writer.remove(id)
      engines[id] = nil
    }
    for component in definition.components {
      guard engines[component.id] == nil || !inheritance.unchanged.contains(component.id) else { continue }
      var engine = ComponentEngine(component)
      // A value of another type or of another source would be misread, here and by browsers.
      let isSame = types[component.id.name] == component.type.rawValue && !inheritance.rebound.contains(component.id)
      if isSame, let value = writer.values[component.id] { engine.restore(from: value) }
      engine.fill(from: inheritance.histories)
      engines[component.id] = engine
    }
  }

  /// The type of every component as the page's item says.
  var typesShown: [String: String] {
    guard let item = writer.values[.page], case .object(let components)? = (try? JSON(decoding: item.head))?["components"]
    else { return [:] }
    return Dictionary(components.list.map { ($0.name, $0.value["type"]?.text ?? "") }) { first, _ in first }
  }
}

/// The pages that may have something to commit, so that nobody need ask all the others. Bounded by the pages: each is in it
/// once.
final class PagesWithWork {
  private var pages: [LivePage] = []

  var isEmpty: Bool { pages.isEmpty }

  func list(_ page: LivePage) {
    page.isListed = true
    pages.append(page)
  }

  /// All of them, in the order in which they came; they may be listed anew from now on.
  func take() -> [LivePage] {
    defer { pages = [] }
    for page in pages { page.isListed = false }
    return pages
  }
}
