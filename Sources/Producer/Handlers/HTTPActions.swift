import AsyncHTTPClient
import DashboardModel

/// Lets buttons do what definition files declare below `actions`.
struct HTTPActions: EventHandlers {
  let client: HTTPClient

  func handler(for target: EventTarget) -> (any EventHandler)? {
    guard target.name == "click", let action = target.action, mayRun(action, target) else { return nil }
    return HTTPAction(action: action, client: client)
  }

  /// Whether the viewer may, of whom it is known that he may act on the page. The one place that decides it; who may not
  /// is answered `not_allowed` by the board.
  private func mayRun(_ action: ActionDefinition, _ target: EventTarget) -> Bool { action.allow.admits(target.roles) }
}

/// One request to a server: it has worked when the answer is 2xx.
///
/// The request carries the event's key as `Idempotency-Key`, so a server can see that one came before. It follows redirects
/// only within the server that the file names: the answer of a machine inside must not send it elsewhere.
struct HTTPAction: EventHandler {
  let action: ActionDefinition
  let client: HTTPClient

  var effects: ExternalEffects { action.isRepeated ? .atLeastOnce : .atMostOnce }

  func handle(_ event: HandledEvent) async throws -> EventResult {
    var request = action.request
    request.headers.append(.init(name: "Idempotency-Key", value: event.key))
    do {
      try await send(request)
    } catch let error as SourceError {
      let reason = Reason.clean(error.text, hiding: action.secrets + request.headers.map(\.value))
      throw EventFailure("It did not work: \(reason)")
    }
    var result = EventResult()
    result.refresh = action.refresh
    result.reply.notices = action.say.map { [.init($0, level: .good)] } ?? []
    return result
  }

  private func send(_ request: HTTPRequestDefinition) async throws {
    let limit = Duration.seconds(action.timeout)
    let source = HTTPSource(request, timeout: limit, client: client, staysWithServer: true)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await source.load() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw SourceError("no answer within \(Words.duration(action.timeout))")
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}
