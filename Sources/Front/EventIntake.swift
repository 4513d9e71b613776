import Backplane
import DashboardModel
import NIOCore
import PageSync
import Synchronization

/// What becomes of an event, as its sender is told.
enum EventAcknowledgement: Hashable, Sendable {
  /// Safe in the store, not done yet.
  case queued
  case applied(Version, note: JSON? = nil)
  case failed(String, note: JSON? = nil)
  /// Not taken; to be sent again after so many seconds.
  case retry(after: Double)
  /// An earlier event is missing.
  case gap(expected: UInt64)
  /// The sequence belongs to another event.
  case taken

  func json(sequence: UInt64) -> JSON {
    var ack: JSON.Members = JSON.Members([
      JSON.Member(name: "type", value: "ack"), JSON.Member(name: "seq", value: .number(Double(sequence))),
    ])
    switch self {
    case .queued: ack["state"] = "queued"
    case .applied(let version, let note):
      (ack["state"], ack["to"], ack["reply"]) = ("applied", .string(version.description), note)
    case .failed(let reason, let note): (ack["state"], ack["reason"], ack["reply"]) = ("failed", .string(reason), note)
    case .retry(let seconds): (ack["state"], ack["after"]) = ("retry", .number(seconds))
    case .gap(let expected): (ack["state"], ack["expected"]) = ("gap", .number(Double(expected)))
    case .taken: (ack["state"], ack["reason"]) = ("failed", "bad_event")
    }
    return .object(ack)
  }
}

/// An acknowledgement, and whether the sequence had been sent before.
struct EventAnswer: Hashable, Sendable {
  var acknowledgement: EventAcknowledgement
  var isReplay = false
}

/// One set of checks and one way into the queue for events of both transports.
struct EventIntake: Sendable {
  let hub: Hub

  /// Who acts, where, and as what.
  struct Sender: Sendable {
    var page: PageKey
    var viewer: ViewerID
    var roles: [String]

    init(page: PageKey, viewer: ViewerID, roles: [String]) { (self.page, self.viewer, self.roles) = (page, viewer, roles) }

    /// `nil` for a viewer without a session.
    init?(_ found: PageLocator.Found) {
      guard let viewer = found.viewer else { return nil }
      (page, self.viewer, roles) = (found.page, viewer, found.roles)
    }
  }

  /// Puts an event into its shard's queue and waits for what its owner made of it. While it waits the question is
  /// repeated every second, so a reply lost on the way costs a second and never the event (R17, R18).
  /// With `queued`, as for a socket, what comes a little later is told as well: a handler is given up after exactly as
  /// long as an Ajax caller waits.
  func submit(
    _ request: EventRequest, from sender: Sender, on loop: any EventLoop,
    queued: (@Sendable () -> Void)? = nil
  ) -> EventLoopFuture<EventAnswer> {
    guard let refusal = refusal(of: request, sender) else { return put(request, from: sender, on: loop, queued) }
    let refused = EventAnswer(acknowledgement: refusal)
    guard refusal == .failed(Self.unknownComponent) else {
      note(refusal, request, sender)
      return loop.makeSucceededFuture(refused)
    }
    // The event itself may have removed its component: what was taken before is answered as it was then.
    return hub.backplane.standing(of: request.sequence, by: sender.viewer, on: sender.page).hop(to: loop).flatMap { standing in
      guard standing == .unknown else { return put(request, from: sender, on: loop, queued) }
      note(refusal, request, sender)
      return loop.makeSucceededFuture(refused)
    }.flatMapErrorThrowing { _ in EventAnswer(acknowledgement: .retry(after: 1)) }
  }

  private func put(
    _ request: EventRequest, from sender: Sender, on loop: any EventLoop, _ queued: (@Sendable () -> Void)?
  ) -> EventLoopFuture<EventAnswer> {
    let viewer = sender.viewer
    var record = EventRecord(
      page: sender.page, viewer: viewer, sequence: request.sequence, lowest: request.lowest, component: request.component.name,
      name: request.name, data: request.data, front: hub.backplane.front)
    record.roles = sender.roles
    let promise = loop.makePromise(of: EventAcknowledgement.self)
    let time = hub.settings.limits.eventAnswer + (queued == nil ? .zero : Self.longerForSockets)
    guard let reply = hub.replies.wait(for: viewer, sequence: request.sequence, within: time, on: loop) else {
      return loop.makeSucceededFuture(EventAnswer(acknowledgement: .retry(after: 1)))
    }
    let first = FirstAnswer()
    reply.whenSuccess { reply in
      if let reply { promise.succeed(EventAcknowledgement(reply)) } else if first.timeIsOver() { promise.succeed(.queued) }
    }
    let attempts = loop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.askAgain) { [record] _ in
      enqueue(record, promise, first, queued ?? {})
    }
    promise.futureResult.whenComplete { _ in attempts.cancel() }
    return promise.futureResult.map { EventAnswer(acknowledgement: $0, isReplay: first.isReplay) }
  }

  /// Where an event stands that was queued before, by this front or another; `nil` if nobody has queued it.
  func standing(
    of sequence: UInt64, on page: PageKey, by viewer: ViewerID, on loop: any EventLoop
  ) -> EventLoopFuture<EventAcknowledgement?> {
    let promise = loop.makePromise(of: EventAcknowledgement.self)
    return hub.backplane.standing(of: sequence, by: viewer, on: page).hop(to: loop).flatMap { standing in
      switch standing {
      case .unknown:
        promise.succeed(.queued)
        return promise.futureResult.map { _ in nil }
      case .pending: promise.succeed(.queued)
      case .done(let reply?): promise.succeed(EventAcknowledgement(reply))
      case .done(nil): answerDone(page, promise)
      }
      return promise.futureResult.map { $0 }
    }.flatMapError { _ in
      promise.succeed(.retry(after: 1))
      return promise.futureResult.map { $0 }
    }
  }

  private static let askAgain = TimeAmount.seconds(1)
  private static let longerForSockets = TimeAmount.seconds(3)
  private static let unknownComponent = "unknown_component"

  private func refusal(of request: EventRequest, _ sender: Sender) -> EventAcknowledgement? {
    guard let header = hub.header(of: sender.page) else { return .retry(after: 1) }
    guard header.view.admits(sender.roles), header.act.admits(sender.roles) else { return .failed("not_allowed") }
    return hub.hasComponent(request.component, in: sender.page) ? nil : .failed(Self.unknownComponent)
  }

  // As the producer does of those that come so far.
  private func note(_ refusal: EventAcknowledgement, _ request: EventRequest, _ sender: Sender) {
    guard case .failed(let reason, _) = refusal else { return }
    hub.logger.warning(
      "an event was refused",
      metadata: ["page": "\(sender.page.dashboard)", "component": "\(request.component)", "reason": "\(reason)"])
  }

  private func enqueue(
    _ record: EventRecord, _ promise: EventLoopPromise<EventAcknowledgement>, _ first: FirstAnswer,
    _ queued: @escaping @Sendable () -> Void
  ) {
    hub.backplane.enqueue(record).whenComplete { result in
      let isLate = first.note(result)
      switch result {
      case .success(.queued), .success(.pending):
        queued()
        if isLate { promise.succeed(.queued) }
      case .success(.done(let reply?)): promise.succeed(EventAcknowledgement(reply))
      case .success(.done(nil)): answerDone(record.page, promise)
      case .success(.taken): promise.succeed(.taken)
      case .success(.gap(let expected)): promise.succeed(.gap(expected: expected))
      case .success(.busy): promise.succeed(.retry(after: 2))
      case .failure: promise.succeed(.retry(after: 1))
      }
    }
  }

  /// Done, but so long ago that the store keeps no reply: whatever the page shows by now has it.
  private func answerDone(_ page: PageKey, _ promise: EventLoopPromise<EventAcknowledgement>) {
    hub.backplane.versions(of: [page]).whenComplete { result in
      guard case .success(let versions) = result, let version = versions.first ?? nil else {
        promise.succeed(.retry(after: 1))
        return
      }
      promise.succeed(.applied(version))
    }
  }
}

/// What the store said when an event was put to it for the first time, and whether it has taken it since: only then may it
/// be called `queued`, however long its sender has waited.
private final class FirstAnswer: Sendable {
  private struct State {
    var isReplay: Bool?
    var isSafe = false
    var isOver = false
  }

  private let state = Mutex(State())

  var isReplay: Bool { state.withLock { $0.isReplay ?? false } }

  /// Nobody waits for the reply any longer. True when the store has the event; else its next answer decides.
  func timeIsOver() -> Bool {
    state.withLock { state in
      state.isOver = true
      return state.isSafe
    }
  }

  /// True when the time was over before.
  func note(_ result: Result<EnqueueAnswer, any Error>) -> Bool {
    state.withLock { state in
      switch result {
      case .success(.pending), .success(.done): (state.isReplay, state.isSafe) = (state.isReplay ?? true, true)
      case .success(.queued): (state.isReplay, state.isSafe) = (state.isReplay ?? false, true)
      default: state.isReplay = state.isReplay ?? false
      }
      return state.isOver
    }
  }
}

extension EventAcknowledgement {
  init(_ reply: EventReply) {
    let note = reply.note.flatMap { try? JSON(decoding: $0, maximumDepth: 8) }
    switch reply.outcome {
    case .applied(let version): self = .applied(version, note: note)
    case .failed(let reason): self = .failed(reason, note: note)
    }
  }
}
