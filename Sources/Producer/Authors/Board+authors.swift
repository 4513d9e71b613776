import DashboardModel
import Logging
import PageSync

/// Pages that an author writes.
extension Board {
  /// The author's dashboards beside those of the files; a file of the same name gives way.
  func withAuthored(_ loaded: [DashboardDefinition]) -> [DashboardDefinition] {
    guard let author else { return loaded }
    let names = Set(author.definitions.map(\.name))
    for definition in loaded where names.contains(definition.name) {
      logger.warning("a definition file gives way to the program's own page", metadata: ["dashboard": "\(definition.name)"])
    }
    return loaded.filter { !names.contains($0.name) } + author.definitions
  }

  /// Asks the author to write a page that is being made; it is blank until the first draft comes.
  func beginAuthored(_ key: PageKey, _ stored: StoredPage?) -> AuthoredPage {
    lastLife += 1
    author?.told(.begin(key, life: lastLife, stored: stored))
    return AuthoredPage(life: lastLife)
  }

  func publish(_ drafts: [PageDesk.Item]) {
    for (draft, page) in drafts { take(draft, of: page) }
    wake()
  }

  func publish(_ draft: PageDraft, of key: PageKey) { publish([(draft, key)]) }

  /// Takes a draft in, and those that waited for it; an event whose effect that is has ended then.
  private func take(_ draft: PageDraft, of key: PageKey) {
    guard let page = pages[key], page.authored?.life == draft.life, let dashboard = dashboards[key.dashboard] else {
      return ended(draft, EventEnding(failure: "page_gone"))
    }
    let definition = dashboard.instance(of: key).definition, now = timeline.now
    page.authored?.early[draft.number] = draft
    while let number = page.authored?.nextDraft, let next = page.authored?.early.removeValue(forKey: number) {
      connect(next.components, of: key)
      page.take(next, definition, now: now)
      page.authored?.nextDraft += 1
      ended(next, EventEnding(note: next.reply.note))
    }
  }

  private func ended(_ draft: PageDraft, _ ending: EventEnding) {
    if let event = draft.event { endRun(of: event, ending) }
  }

  /// The page of these drafts is gone.
  func forget(_ drafts: some Sequence<PageDraft>) {
    for draft in drafts { ended(draft, EventEnding(failure: "page_gone")) }
  }

  /// A file's source has spoken: components of authors' pages may be bound to it.
  func tellAuthored(_ source: String, of name: String) {
    guard let state = dashboards[name]?.sources[source] else { return }
    let isFirst = declaring(source) == name
    for (key, page) in pages where page.authored != nil {
      for bound in [source, "\(name)/\(source)"] where isFirst || bound != source {
        guard page.engines.values.contains(where: { $0.sourceNames.contains(bound) }) else { continue }
        pages[key]?.authored?.sources[bound] = state
        pages[key]?.update(from: [:], source: bound, now: timeline.now)
      }
    }
  }

  /// Runs a file's source now.
  func refresh(_ binding: String) {
    guard let (name, source) = place(of: binding) else { return }
    dashboards[name]?.running[source]?.runner.refresh()
  }

  // Files' sources that have spoken before this page was written.
  private func connect(_ components: [ComponentDefinition], of key: PageKey) {
    for binding in Set(components.flatMap(\.bindings).map(\.source)) {
      guard let (name, source) = place(of: binding), let state = dashboards[name]?.sources[source] else { continue }
      pages[key]?.authored?.sources[binding] = state
    }
  }

  /// The dashboard and the source that `orders` or `shop/orders` means.
  private func place(of binding: String) -> (dashboard: String, source: String)? {
    let parts = binding.split(separator: "/", maxSplits: 1).map(String.init)
    if parts.count == 2 { return (parts[0], parts[1]) }
    return declaring(binding).map { ($0, binding) }
  }

  /// The dashboard that a source named without one belongs to: the first by name.
  private func declaring(_ source: String) -> String? {
    dashboards.filter { $0.value.running[source] != nil }.keys.min()
  }
}
