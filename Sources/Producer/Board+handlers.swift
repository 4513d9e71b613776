import Crypto
import DashboardModel
import FoundationEssentials
import Logging
import PageSync

/// Events that a handler answers: it works in a task of its own, and the board goes on.
extension Board {
  /// Side effects pause when the store has not confirmed the lease for so long: another producer may have it soon.
  static let confirmationHolds = Duration.milliseconds(750)

  /// The store confirmed the lease, asked at that instant.
  func confirmed(_ shard: Int, at instant: Duration) {
    confirmations[shard] = instant
    startWaitingRuns()
  }

  private func isConfirmed(_ key: PageKey) -> Bool {
    confirmations[shardOf(key)].map { timeline.now.monotonic - $0 <= Self.confirmationHolds } ?? false
  }

  func handler(of record: EventRecord) -> (any EventHandler)? {
    guard let id = ComponentID(record.component) else { return nil }
    let target = target(of: record, id)
    return events.handlers.lazy.compactMap { $0.handler(for: target) }.first
  }

  private func target(of record: EventRecord, _ id: ComponentID) -> EventTarget {
    var target = EventTarget(
      page: record.page, component: id, name: record.name, definition: pages[record.page]?.engines[id]?.definition)
    target.roles = record.roles
    if case .run(let name)? = target.definition?.action {
      let definition = dashboards[record.page.dashboard]?.instance(of: record.page).definition
      target.action = definition?.actions.first { $0.name == name }
    }
    return target
  }

  /// Has an event answered by a handler, as soon as that may begin.
  func start(_ handler: any EventHandler, on event: QueuedEvent) {
    let (key, record) = (Self.key(of: event.record), event.record)
    let id = runs.add(handler, on: event, key: key)
    guard handler.effects == .atMostOnce else { return startWaitingRuns() }
    guard pages[record.page]?.writer.privateState[Self.begun(key)] == nil else {
      // A producer began it and did not live to say how it ended.
      return ended(id, EventEnding(failure: "uncertain"))
    }
    runs.mark(id)
    pages[record.page]?.writer.setPrivate(Self.begun(key), Array("{}".utf8))
    pages[record.page]?.isUrgent = true
    wake()
  }

  /// A commit was confirmed: the handlers whose beginning it noted may begin.
  func markedRuns(by commit: Commit) {
    var changed = false
    for run in runs.all.values where run.event.record.page == commit.page {
      guard commit.privateState[Self.begun(run.key)] != nil else { continue }
      runs.marked(run.id)
      changed = true
    }
    if changed { startWaitingRuns() }
  }

  private func startWaitingRuns() {
    for run in runs.waiting {
      guard !runs.isFull else { return }
      guard run.handler.effects == .none || isConfirmed(run.event.record.page) else { continue }
      runs.started(run.id, cancel: events.start(task(run)))
    }
  }

  private func task(_ run: HandlerRuns.Run) -> HandlerTask {
    let (id, record) = (run.id, run.event.record)
    let component = ComponentID(record.component) ?? .page
    let event = HandledEvent(
      target: target(of: record, component), viewer: record.viewer,
      data: (try? JSON(decoding: record.data, maximumDepth: 40)) ?? [:], key: run.key, progress: HandlerProgress())
    return HandlerTask(
      handler: run.handler, event: event, limit: events.limit,
      publish: { [weak self] in await self?.show($0, of: id) },
      report: { [weak self] in await self?.ended(id, $0, shown: event.progress) })
  }

  private func show(_ progress: HandlerProgress, of id: UInt64) {
    guard let key = runs.all[id]?.event.record.page else { return }
    stage(progress, on: key)
    wake()
  }

  private func stage(_ progress: HandlerProgress, on key: PageKey) {
    let changes = progress.take()
    guard !changes.isEmpty else { return }
    for (component, value) in changes { pages[key]?.stage(ComponentChange(component, .set(value))) }
    pages[key]?.isUrgent = true
  }

  private func ended(_ id: UInt64, _ outcome: HandlerOutcome, shown progress: HandlerProgress) {
    guard let run = runs.all[id] else { return }
    let key = run.event.record.page
    stage(progress, on: key)
    switch outcome {
    case .done(let result) where result.isEndedByDraft: break
    case .done(let result):
      for change in result.changes { pages[key]?.stage(change) }
      for (name, value) in result.privateState { pages[key]?.writer.setPrivate(name, value) }
      for source in result.refresh { refresh(source, on: key) }
      ended(id, EventEnding(note: result.reply.note))
    case .threw(_ as EventRefusal): ended(id, EventEnding(failure: "not_allowed"))
    case .threw(let error):
      logger.error("a handler failed", metadata: metadata(run, error))
      let text = (error as? EventFailure)?.text
      ended(id, EventEnding(failure: "handler", note: text.flatMap { ViewerReply(notices: [.init($0, level: .bad)]).note }))
    case .timedOut:
      logger.error("a handler took too long", metadata: metadata(run, nil))
      ended(id, EventEnding(failure: "timeout"))
    case .refused:
      logger.error("a handler was not begun: too many others never came back", metadata: metadata(run, nil))
      ended(id, EventEnding(failure: "busy"))
    }
  }

  private func metadata(_ run: HandlerRuns.Run, _ error: (any Error)?) -> [String: Logger.MetadataValue] {
    var metadata: [String: Logger.MetadataValue] = [
      "page": "\(run.event.record.page)", "component": "\(run.event.record.component)",
      "event": "\(run.event.record.name)",
    ]
    if let error { metadata["error"] = "\(Reason.clean("\(error)", hiding: []))" }
    return metadata
  }

  private func ended(_ id: UInt64, _ ending: EventEnding) {
    guard let run = runs.remove(id) else { return }
    let key = run.event.record.page
    if pages[key] == nil {
      answer(run.event, .failed("page_gone"))
    } else {
      pages[key]?.writer.setPrivate(Self.begun(run.key), nil)
      end(run.event, ending)
    }
    if let next = lanes.next(after: run.event) { begin(next) }
    startWaitingRuns()
  }

  /// The handler at work on the event with this key has said all.
  func endRun(of key: String, _ ending: EventEnding) {
    if let run = runs.all.values.first(where: { $0.key == key }) { ended(run.id, ending) }
  }

  func answer(_ event: QueuedEvent, _ reply: EventReply) { events.answer(event, reply) }

  /// Handlers of pages that are gone are not waited for.
  func endRunsOfGonePages() {
    for run in runs.all.values where pages[run.event.record.page] == nil {
      ended(run.id, EventEnding(failure: "page_gone"))
    }
  }

  /// The shard is another producer's: what its handlers say now is dropped, and they are told to stop.
  func dropEvents(of shard: Int) {
    confirmations[shard] = nil
    for run in runs.all.values where shardOf(run.event.record.page) == shard { runs.remove(run.id) }
    for event in lanes.drop(where: { shardOf($0) == shard }) { begin(event) }
  }

  /// An event was never finished by three owners: its component says so, until one is applied.
  func buried(_ event: QueuedEvent) {
    guard event.record.kind == .event, let id = ComponentID(event.record.component) else { return }
    mark(event.record, EventEnding(failure: "poison"))
    pages[event.record.page]?.setTrouble("An action here failed several times and was given up", of: id)
    wake()
  }

  private static func begun(_ key: String) -> String { "begun.\(key)" }

  /// Tells nothing about the viewer, and is the same however often and by whomever the event is handed out.
  private static func key(of record: EventRecord) -> String {
    let name = "\(record.page) \(record.viewer) \(record.sequence)"
    return SHA256.hash(data: Data(name.utf8)).prefix(16).map {
      String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
    }.joined()
  }
}
