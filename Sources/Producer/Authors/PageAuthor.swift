package import DashboardModel
package import PageSync

/// Writes the pages of some dashboards in code. Swift dashboards enter a producer here and nowhere else; the dashboards of
/// definition files do not notice.
///
/// The board tells the author which pages are its own just now (``told(_:)``, in order), the author publishes drafts of
/// them (``PageDesk``), and a page is committed for the first time when its first draft has come. So no viewer ever sees
/// a page half written, and after a takeover the old contents stay on the screens until the new ones are there.
/// It answers the events of its pages too.
package protocol PageAuthor: EventHandlers {
  /// The author's dashboards, without components; the same for the life of the process.
  var definitions: [DashboardDefinition] { get }

  /// Called inside the board: takes note and returns.
  func told(_ news: AuthorNews)

  /// Writes pages until cancelled.
  func run(_ desk: PageDesk) async

  /// The producer ends: waits until the author has handed in its last drafts, for a few seconds at most. The pages are its
  /// own meanwhile, and events are answered.
  func leave() async

  /// One run of a `type: swift` source.
  func value(of task: String) async throws -> JSON
}

extension PageAuthor {
  package func leave() async {}
}

/// What an author hears of its pages.
package enum AuthorNews: Sendable {
  /// To be written from now on; `stored` is what the store has of it.
  case begin(PageKey, life: UInt64, stored: StoredPage?)
  /// Not ours any more, or given up.
  case end(PageKey)
}

/// Where an author hands in what it has written.
package struct PageDesk: Sendable {
  package typealias Item = (draft: PageDraft, page: PageKey)

  private let hand: @Sendable ([Item]) async -> Void
  private let ask: @Sendable (String) async -> Void

  /// `hand` takes drafts; `ask` has a file's source run, by the name that components are bound by.
  package init(
    _ hand: @escaping @Sendable ([Item]) async -> Void,
    refresh ask: @escaping @Sendable (String) async -> Void = { _ in }
  ) {
    (self.hand, self.ask) = (hand, ask)
  }

  /// Hands drafts in. They are staged when this returns.
  package func publish(_ drafts: [Item]) async { await hand(drafts) }

  /// Has a source of the definition files run now.
  package func refresh(_ source: String) async { await ask(source) }
}

/// What an author has changed of one page since its last draft.
///
/// Drafts of a page are numbered from 1 and staged in that order, in whichever order they come in. The first is whole:
/// what the page showed before and is not in it is gone.
package struct PageDraft: Sendable {
  /// Which life of the page this belongs to, see ``AuthorNews/begin(_:life:stored:)``: a draft of an earlier one is void.
  package var life: UInt64
  package var number: UInt64
  /// The key of the event whose effect this is: it ends when this is staged, so both go out in one commit (R10).
  package var event: String?
  /// For the viewer whose event that was.
  package var reply = ViewerReply()
  /// What the item `@page` says; `nil` when that is as before.
  package var face: PageFace?
  /// Values that browsers get as they are: elements, and our own items.
  package var items: [ComponentID: ComponentValue] = [:]
  /// Dashboard components that are new or said something else before.
  package var components: [ComponentDefinition] = []
  /// Of these components those whose curves begin anew.
  package var restarted: Set<ComponentID> = []
  /// What code gave dashboard components to show, by the name of the source they are bound to.
  package var readings: [String: JSON] = [:]
  /// Why code could not give a value, by the name of the source.
  package var failures: [String: String] = [:]
  /// Definitions of components that a module draws (``PageFace/modules``).
  package var drawn: [ComponentID: JSON] = [:]
  /// What dashboard components listen to and how their frames look, beside their definitions: `on`, `hidden`, `classes`.
  package var frames: [ComponentID: JSON.Members] = [:]
  package var removed: Set<ComponentID> = []
  package var privateState: [String: [UInt8]?] = [:]

  package init(life: UInt64, number: UInt64) {
    self.life = life
    self.number = number
  }
}

/// The part of the item `@page` that an author writes, beside what the definition and the components say.
package struct PageFace: Hashable, Sendable {
  package var title: String
  package var favicon: String?
  /// Where everybody on this page is to go.
  package var redirect: String?
  /// Ids of the outermost elements and components.
  package var root: [ComponentID] = []
  package var modules: [Module] = []
  /// What the page itself listens to, as elements say it: `{"keydown":{}}`.
  package var listeners: JSON?

  /// The drawing of a component type in the browser.
  package struct Module: Hashable, Sendable {
    package var type: String
    package var path: String
    package var integrity: String

    package init(type: String, path: String, integrity: String) {
      self.type = type
      self.path = path
      self.integrity = integrity
    }
  }

  package init(title: String) { self.title = title }
}
