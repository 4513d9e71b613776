/// The pages that have something for a draft. The first change of a page is due at once, whatever other pages wait for; the
/// next ones a little after the draft before. Bounded by the pages: each is noted once for a draft.
@MainActor
struct ChangedPages {
  private var due: [PageInstance] = []
  private var waiting: [PageInstance] = []
  private var lastLook = Duration.zero
  /// When to look at those that wait.
  private(set) var nextDue: Duration?

  /// Least time between two drafts of a page.
  static let interval = Duration.milliseconds(50)
  /// Least time between two looks at all that wait: they may be many.
  private static let lookInterval = Duration.milliseconds(2)

  mutating func note(_ page: PageInstance, now: Duration) {
    let due = Self.due(page)
    if due <= now { return self.due.append(page) }
    waiting.append(page)
    wait(until: due)
  }

  /// Takes the pages whose time has come.
  mutating func takeDue(now: Duration) -> [PageInstance] {
    if let nextDue, nextDue <= now { look(now) }
    defer { due = [] }
    return due
  }

  private mutating func look(_ now: Duration) {
    let pages = waiting
    (waiting, nextDue, lastLook) = ([], nil, now)
    for page in pages { note(page, now: now) }
  }

  private mutating func wait(until due: Duration) {
    let next = max(due, lastLook + Self.lookInterval)
    nextDue = min(nextDue ?? next, next)
  }

  private static func due(_ page: PageInstance) -> Duration { page.draftedAt.map { $0 + interval } ?? .zero }
}
