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

  /// What the handler has changed is one draft with the event's end, so both are staged in one step of the board.
  func handle(_ event: HandledEvent) async throws -> EventResult {
    guard let live = await whenLive(), let page = await live.instance(event.target.page), let desk else { throw EventFailure("The page is gone") }
    let reply = HandlerReply(page: page)
    try await AppContext.$current.withValue(live.context) {
      try await HandlerReply.$current.withValue(reply) { try await perform(event, on: page) }
    }
    guard live === self.live, live.instances[page.key] === page, var draft = draft(of: page, event: event.key) else {
      throw EventFailure("The page is gone")
    }
    draft.reply = reply.inModel
    await desk.publish([(draft, page.key)])
    return .endedByDraft
  }

  private func perform(_ handled: HandledEvent, on page: PageInstance) async throws {
    let (target, name) = (handled.target, EventName(handled.target.name))
    guard let element = target.component == .page ? page.whole : page.element(target.component) else { throw EventFailure("No longer there") }
    guard element.listens(to: name) else { throw EventFailure("Nothing happens on this event") }
    // No browser of ours sends that: what is disabled or out of sight cannot be clicked.
    guard page.admits(name, on: element) else { throw EventRefusal() }
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

extension PageInstance {
  /// Whether a viewer can have done that: not with what is disabled, and no click on what is hidden, nor inside of such.
  func admits(_ event: EventName, on element: Element) -> Bool {
    guard let kind = Act(rawValue: event.name), element !== whole else { return true }
    return path(to: element).allSatisfy { element in
      let (html, framed) = (element as? HTMLElement, element as? FramedElement)
      return html?.isOff != true && (html?.show ?? framed?.show ?? true || kind.mayFollowHiding)
    }
  }

  /// What viewers do on purpose.
  private enum Act: String {
    case click, dblclick, submit, input, change

    // A field that a handler hides still says what stood in it.
    var mayFollowHiding: Bool { self == .input || self == .change }
  }
}

extension HTMLElement {
  /// Disabled, with all inside.
  fileprivate var isOff: Bool { attributes["disabled"] == true || attributes["disabled"] == "" }
}

extension Viewer {
  init(_ id: ViewerID, roles: [String]) { self.init(id: id.text, session: id.session, roles: Set(roles)) }
}
