import Crypto
import DashboardModel
import FoundationEssentials
import PageSync

/// What viewers and other programs do.
extension Board {
  /// What is to be done with an event besides what the board has staged for the page's next commit.
  enum EventOutcome: Hashable {
    /// The next commit of its page carries effect, acknowledgement and reply (R10).
    case staged
    /// It is under way already.
    case known
    /// Too many of its viewer's events wait: it stays in the stream, to be brought again.
    case left
    /// Ends without a commit, with this reply; `nil` needs none.
    case answered(EventReply?)
  }

  /// `nil` if the event was read under an earlier hold: what its viewer did before it may have been forgotten meanwhile,
  /// and has to be read again first (R1).
  func handle(_ event: QueuedEvent, of shard: Int, readUnder hold: LeaseHold) -> EventOutcome? {
    self.hold(of: shard) == hold ? handle(event, of: shard) : nil
  }

  /// Takes an event of a shard's stream. One that comes when the shard is not ours any more is left to its next owner.
  func handle(_ event: QueuedEvent, of shard: Int = 0) -> EventOutcome {
    guard hold(of: shard) != nil else { return .left }
    return switch event.record.kind {
    case .open: open(event.record)
    case .leave: left(event.record)
    case .push: push(event, in: shard)
    case .event: act(event)
    }
  }

  private func open(_ record: EventRecord) -> EventOutcome {
    let key = record.page
    guard let dashboard = dashboards[key.dashboard], key.isOnDemand,
      key.isForEditors || dashboard.definition.mayHave(key)
    else {
      return .answered(nil)
    }
    if pages[key] == nil {
      guard makeRoom(for: key, in: dashboard) else { return .answered(.failed("too_many")) }
      makePage(key)
      pages[key]?.isUrgent = true
      wake()
    }
    pages[key]?.lastOpened = timeline.now.monotonic
    pages[key]?.openedBy = record.front.hashValue
    return .answered(nil)
  }

  /// The page goes soon, unless somebody opens it again: a reload, or the same tab at another front. Such an opening may
  /// have overtaken this word.
  private func left(_ record: EventRecord) -> EventOutcome {
    let (key, now) = (record.page, timeline.now.monotonic)
    guard let page = pages[key], key.viewer != nil else { return .answered(nil) }
    if page.openedBy == record.front.hashValue || now - page.lastOpened > Self.crossing {
      pages[key]?.lastOpened = min(page.lastOpened, now - Self.viewerPatience + Self.reloadPatience)
    }
    return .answered(nil)
  }

  /// Takes a value in. The commit that shows and keeps it also answers the push (``finishPushes(of:in:)``), so a value
  /// that was accepted outlives this process.
  /// Every shard is asked, so each answers for its own dashboards only.
  private func push(_ event: QueuedEvent, in shard: Int) -> EventOutcome {
    let record = event.record
    let sources = dashboards.filter { shardOf($0.key) == shard }.compactMap { name, dashboard in
      dashboard.running[record.component].flatMap { $0.definition.isPush ? (name: name, running: $0) : nil }
    }
    guard !sources.isEmpty else { return .answered(.failed("no_such_source")) }
    guard let json = try? JSON(decoding: record.data, maximumDepth: 40), let token = json["token"]?.text,
      let value = json["value"]
    else { return .answered(.failed("bad_event")) }
    let allowed = sources.filter { $0.running.definition.accepts(tokenDigest: token) }
    guard let first = allowed.first, let key = PageKey(dashboard: first.name), pages[key] != nil else {
      return .answered(.failed("not_allowed"))
    }
    guard pages[key]?.unconfirmed.insert(event.entry).inserted == true else { return .known }
    for one in allowed {
      (one.running.runner.source as? PushSource)?.push(value)
      one.running.runner.announce()
    }
    dashboards[first.name]?.pushes[record.component, default: []].append(event)
    return .staged
  }

  /// The source has spoken: what was pushed to it is in the page's next commit.
  func finishPushes(of source: String, in name: String) {
    guard let events = dashboards[name]?.pushes.removeValue(forKey: source), let key = PageKey(dashboard: name) else {
      return
    }
    for event in events { pages[key]?.writer.finish(PageWriter.StagedEvent(event)) }
    pages[key]?.isUrgent = true
  }

  private func act(_ event: QueuedEvent) -> EventOutcome {
    let key = event.record.page
    guard pages[key] != nil else { return .answered(.failed("page_gone")) }
    guard pages[key]?.unconfirmed.contains(event.entry) == false else { return .known }
    let arrival = lanes.arrived(event)
    guard arrival != .left else { return .left }
    pages[key]?.unconfirmed.insert(event.entry)
    if arrival == .first { begin(event) }
    return .staged
  }

  /// What these viewers have left in the shard's stream is read again.
  func comesAgain(of viewers: Set<ViewerID>, in shard: Int) {
    lanes.comesAgain(of: viewers) { shardOf($0) == shard }
  }

  /// Answers an event whose turn it is, or has it answered; and those after it, as far as they are answered at once.
  func begin(_ event: QueuedEvent) {
    var current: QueuedEvent? = event
    while let event = current, isAnsweredNow(event) { current = lanes.next(after: event) }
  }

  private func isAnsweredNow(_ event: QueuedEvent) -> Bool {
    let record = event.record
    guard pages[record.page] != nil else {
      answer(event, .failed("page_gone"))
      return true
    }
    switch marks[shardOf(record.page), default: ViewerMarks()].judge(record.viewer, record.sequence) {
    case .done(let ending): stage(ending, of: event)
    case .new:
      guard isPermitted(record) else {
        end(event, EventEnding(failure: "not_allowed"))
        return true
      }
      if let handler = handler(of: record) {
        start(handler, on: event)
        return false
      }
      end(event, EventEnding(failure: perform(record)))
    }
    return true
  }

  /// The front has asked the same; a record that came into the stream another way has to pass here too.
  private func isPermitted(_ record: EventRecord) -> Bool {
    guard let access = dashboards[record.page.dashboard]?.definition.access else { return false }
    return access.view.admits(record.roles) && access.act.admits(record.roles)
  }

  /// Notes how an event ended, and stages that for the page's next commit (R10).
  func end(_ event: QueuedEvent, _ ending: EventEnding) {
    let record = event.record
    mark(record, ending)
    if let failure = ending.failure {
      logger.warning(
        "an event was refused",
        metadata: ["page": "\(record.page)", "component": "\(record.component)", "reason": "\(failure)"])
    } else if let id = ComponentID(record.component) {
      pages[record.page]?.clearTrouble(of: id)
    }
    stage(ending, of: event)
  }

  /// Notes how an event ended, in memory and in the commit that carries its effect.
  func mark(_ record: EventRecord, _ ending: EventEnding) {
    var known = marks[shardOf(record.page)] ?? ViewerMarks()
    // Noted in place: a copy of many marks for every event would be dear.
    marks[shardOf(record.page)] = nil
    known.note(record, ending, now: timeline.now.monotonic)
    pages[record.page]?.keep(known, of: record.viewer)
    marks[shardOf(record.page)] = known
  }

  private func stage(_ ending: EventEnding, of event: QueuedEvent) {
    pages[event.record.page]?.writer.finish(PageWriter.StagedEvent(event, ending))
    pages[event.record.page]?.isUrgent = true
    wake()
  }

  /// Does what the event asks for; answers why not, as one of the words of docs/protocol.md.
  private func perform(_ record: EventRecord) -> String? {
    guard let id = ComponentID(record.component), let engine = pages[record.page]?.engines[id] else {
      return "unknown_component"
    }
    guard record.name == "click" else { return "not_allowed" }
    switch engine.definition.type {
    case .hello: pages[record.page]?.click(id, now: timeline.now)
    case .button: return press(engine.definition.action, on: record.page)
    default: return "not_allowed"
    }
    return nil
  }

  private func press(_ action: ButtonAction?, on page: PageKey) -> String? {
    switch action {
    case .refresh(let source): refresh(source, on: page)
    case .add(let amount, let source): return change(source, of: page.dashboard) { $0.add(amount) }
    case .reset(let source): return change(source, of: page.dashboard) { $0.reset() }
    case .run, nil: return "not_allowed"
    }
    return nil
  }

  /// Runs a source of the page now.
  func refresh(_ source: String, on page: PageKey) {
    guard let dashboard = dashboards[page.dashboard] else { return }
    dashboard.running[dashboard.instance(of: page).key(of: source)]?.runner.refresh()
  }

  /// Changes a counter, its component and what is kept of it in one commit with the event (R10).
  private func change(_ source: String, of name: String, _ act: (CounterSource) -> Void) -> String? {
    guard let running = dashboards[name]?.running[source], let counter = running.runner.source as? CounterSource else {
      return "handler"
    }
    act(counter)
    remember(source, of: name)
    if let value = counter.current, running.definition.picksNothing {
      received(.value(value, at: timeline.now), from: source, of: name)
    }
    // A run that is under way may yet report an older count; and only the runner can pick.
    running.runner.announce()
    return nil
  }

  /// True for an event that was done and is back from an old store: it is ended again, however often it was handed out.
  func isDone(_ event: QueuedEvent) -> Bool {
    let record = event.record
    return record.kind == .event && marks[shardOf(record.page)]?.judge(record.viewer, record.sequence) ?? .new != .new
  }

  /// True while an event waits for its turn, its handler, or the commit that carries it.
  func isUnderWay(_ event: QueuedEvent) -> Bool {
    pages[event.record.page]?.unconfirmed.contains(event.entry) ?? false
  }
}

extension LivePage {
  fileprivate func click(_ id: ComponentID, now: Moment) { stage(engines[id]?.click(now: now)) }
}

extension SourceDefinition {
  fileprivate var isPush: Bool { if case .push = kind { true } else { false } }
  fileprivate var picksNothing: Bool { pick.isEmpty && pickWhole == nil }

  /// Compares digests, so the time it takes tells nothing about the token.
  fileprivate func accepts(tokenDigest: String) -> Bool {
    guard case .push(let token, _) = kind else { return false }
    let digest = SHA256.hash(data: Data(token.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    return digest.joined() == tokenDigest
  }
}
