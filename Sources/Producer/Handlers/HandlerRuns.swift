import PageSync

/// Who answers events, and how that is done without the board waiting for it.
struct EventServices: Sendable {
  /// Asked in order.
  var handlers: [any EventHandlers] = []
  /// How long a handler may take.
  var limit = Duration.seconds(10)
  /// Starts a handler in a task of its own; the answer ends it.
  var start: @Sendable (HandlerTask) -> @Sendable () -> Void
  /// Ends an event that no commit can carry, for its page is gone.
  var answer: @Sendable (QueuedEvent, EventReply) -> Void
}

/// The handlers at work for this producer's pages, and the events that wait for one. Pure.
struct HandlerRuns {
  /// An event with the handler that answers it.
  struct Run {
    let id: UInt64
    let event: QueuedEvent
    let handler: any EventHandler
    var state = State.waiting
    /// See ``HandledEvent/key``.
    let key: String
  }

  enum State {
    /// For a place, or for the hold to be confirmed.
    case waiting
    /// For the commit that says it is begun: ``ExternalEffects/atMostOnce``.
    case marking
    case running(cancel: @Sendable () -> Void)
  }

  /// Handlers at work at once; more wait.
  static let most = 256

  private(set) var all: [UInt64: Run] = [:]
  private var running = 0
  private var last: UInt64 = 0

  mutating func add(_ handler: any EventHandler, on event: QueuedEvent, key: String) -> UInt64 {
    last += 1
    all[last] = Run(id: last, event: event, handler: handler, key: key)
    return last
  }

  mutating func mark(_ id: UInt64) { all[id]?.state = .marking }

  mutating func marked(_ id: UInt64) {
    if case .marking? = all[id]?.state { all[id]?.state = .waiting }
  }

  mutating func started(_ id: UInt64, cancel: @escaping @Sendable () -> Void) {
    guard case .waiting? = all[id]?.state else { return }
    all[id]?.state = .running(cancel: cancel)
    running += 1
  }

  @discardableResult
  mutating func remove(_ id: UInt64) -> Run? {
    guard let run = all.removeValue(forKey: id) else { return nil }
    if case .running(let cancel) = run.state {
      running -= 1
      cancel()
    }
    return run
  }

  var isFull: Bool { running >= Self.most }

  /// Those that could start, in the order in which they came.
  var waiting: [Run] {
    all.values.filter { if case .waiting = $0.state { true } else { false } }.sorted { $0.id < $1.id }
  }
}
