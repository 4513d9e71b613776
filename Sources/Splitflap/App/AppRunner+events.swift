import DashboardModel
import Logging
import Producer

/// Events of the app's pages: the board asks who answers, and runs the handler in a task of its own.
extension AppRunner: EventHandlers, EventHandler {
  nonisolated func handler(for target: EventTarget) -> (any EventHandler)? {
    // A `hello` counts its clicks by itself.
    guard target.definition?.type != .hello, names.contains(target.page.dashboard) else { return nil }
    return self
  }

  /// The handler's effect is handed in before this returns, and goes out together with the event's end.
  func handle(_ event: HandledEvent) async throws -> EventResult {
    guard let live = await whenLive(), let page = await live.instance(event.target.page), let desk else { throw EventFailure("The page is gone") }
    let reply = HandlerReply(page: page)
    try await AppContext.$current.withValue(live.context) {
      try await HandlerReply.$current.withValue(reply) { try await perform(event, on: page) }
    }
    await publish(page, desk, event: event.key)
    return EventResult(reply: reply.inModel)
  }

  private func perform(_ handled: HandledEvent, on page: PageInstance) async throws {
    let (target, name) = (handled.target, EventName(handled.target.name))
    guard let element = target.component == .page ? page.whole : page.element(target.component) else { throw EventFailure("No longer there") }
    guard element.listens(to: name) else { throw EventFailure("Nothing happens on this event") }
    let event = Event(
      name: name, element: element, viewer: Viewer(handled.viewer, roles: handled.target.roles), page: page, id: handled.key, data: handled.data)
    do {
      try await element.perform(event)
    } catch let problem as Problem {
      throw EventFailure(problem.text)
    }
  }
}

extension Element {
  /// What the viewer did, and then what the program makes of it.
  func perform(_ event: Event) async throws {
    take(event)
    try await handlers[event.name]?.perform(event)
  }
}

extension Viewer {
  init(_ id: ViewerID, roles: [String]) { self.init(id: id.text, session: id.session, roles: Set(roles)) }
}
