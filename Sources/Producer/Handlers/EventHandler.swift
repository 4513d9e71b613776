package import DashboardModel

/// Answers events that the board does not answer itself: an action of a definition file, or code of a Swift dashboard.
///
/// It runs in a child task on threads of its own, so it may wait, throw or even never come back: nobody else is held
/// up. Of one viewer's events one is under way at a time, in the order in which he did them (I6).
package protocol EventHandler: Sendable {
  /// What it does to the world outside of the page.
  var effects: ExternalEffects { get }
  /// What it returns is committed together with the event's acknowledgement and mark (R10). Thrown errors end the
  /// event as `failed handler`; the text of an ``EventFailure`` is shown to the viewer, any other only logged. Cancelled
  /// when its time is over or another producer owns the page; what it returns then is dropped.
  func handle(_ event: HandledEvent) async throws -> EventResult
}

extension EventHandler {
  package var effects: ExternalEffects { .none }
}

/// What a handler does to the world outside of the page, where no commit can take it back (R10).
package enum ExternalEffects: Hashable, Sendable {
  /// Nothing that matters when it is done again: a producer that dies takes an unfinished effect along.
  case none
  /// Done again when a producer died between effect and commit; ``HandledEvent/key`` lets the other side see that.
  case atLeastOnce
  /// Not done again: an event of which nobody knows whether it was begun ends as `failed uncertain`. Costs one more commit.
  case atMostOnce
}

/// Finds who answers an event. Asked inside the board, in order, until one knows an answer; so it must not wait.
package protocol EventHandlers: Sendable {
  /// `nil` leaves the event to others, and at last to the board itself (`hello`, and the actions of a `button`).
  func handler(for target: EventTarget) -> (any EventHandler)?
}

/// What an event is meant for.
package struct EventTarget: Sendable {
  package var page: PageKey
  package var component: ComponentID
  /// `click`, `input`, …
  package var name: String
  /// The component as its definition file has it; `nil` for an element that Swift code made.
  package var definition: ComponentDefinition?
  /// What the definition file declares for it below `actions`.
  package var action: ActionDefinition?
  /// What whoever acts may, as the front that let him in knows it.
  package var roles: [String] = []
}

/// An event as its handler gets it.
package struct HandledEvent: Sendable {
  package var target: EventTarget
  package var viewer: ViewerID
  package var data: JSON
  /// The same for every delivery of the event and for no other event: 32 hexadecimal digits.
  package var key: String
  let progress: HandlerProgress

  /// Shows changes now, before the handler is done: "busy", or how far it is. Never waits; of two values of a
  /// component that follow each other faster than pages are written, the newer is shown.
  package func publish(_ changes: [ComponentID: ComponentValue]) { progress.publish(changes) }
}

/// What a handler has done.
package struct EventResult: Sendable {
  /// Of the event's page.
  package var changes: [ComponentChange]
  /// Private producer state of the page to write; a `nil` value deletes the name.
  package var privateState: [String: [UInt8]?] = [:]
  /// Sources of the page's dashboard to run now.
  package var refresh: [String] = []
  /// For the one viewer who acted.
  package var reply: ViewerReply
  /// A draft that was handed in before ends the event (``PageDraft/event``): there is nothing else to stage.
  private(set) var isEndedByDraft = false

  package static var endedByDraft: EventResult {
    var result = EventResult()
    result.isEndedByDraft = true
    return result
  }

  package init(changes: [ComponentChange] = [], reply: ViewerReply = ViewerReply()) {
    self.changes = changes
    self.reply = reply
  }
}

/// Thrown by a handler to tell the viewer why it did not work.
package struct EventFailure: Error, CustomStringConvertible {
  /// Shown to the viewer as a notice.
  package var text: String
  package var description: String { text }
  package init(_ text: String) { self.text = text }
}

/// Thrown by a handler for something that this viewer cannot have done: ends as `failed not_allowed`.
package struct EventRefusal: Error {
  package init() {}
}
