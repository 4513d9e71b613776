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
    /// Ends without a commit, with this reply; `nil` needs none.
    case answered(EventReply?)
  }

  /// Takes an event of a shard's stream. One that comes when the shard is not ours any more is left to its next owner.
  func handle(_ event: QueuedEvent, of shard: Int = 0) -> EventOutcome {
    guard hold(of: shard) != nil else { return .known }
    return switch event.record.kind {
    case .open: open(event.record)
    case .push: push(event, in: shard)
    case .event: act(event)
    }
  }

  private func open(_ record: EventRecord) -> EventOutcome {
    let key = record.page
    guard key.viewer != nil, dashboards[key.dashboard]?.definition.scope == .viewer else { return .answered(nil) }
    if pages[key] == nil, pages.count < Self.mostPages {
      makePage(key)
      pages[key]?.isUrgent = true
      wake()
    }
    pages[key]?.lastOpened = timeline.now.monotonic
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
    guard pages[key]?.unconfirmed.insert(event.entry).inserted == true else { return .known }
    let (viewer, sequence) = (event.record.viewer, event.record.sequence)
    let failure: String?
    switch marks[shardOf(key), default: ViewerMarks()].judge(viewer, sequence) {
    case .done(let known): failure = known
    case .new:
      failure = perform(event.record)
      marks[shardOf(key), default: ViewerMarks()].note(viewer, sequence, failure: failure, now: timeline.now.monotonic)
    }
    if let failure {
      logger.warning(
        "an event was refused",
        metadata: ["page": "\(key)", "component": "\(event.record.component)", "reason": "\(failure)"])
    }
    pages[key]?.writer.finish(PageWriter.StagedEvent(event, failure: failure))
    pages[key]?.isUrgent = true
    wake()
    return .staged
  }

  /// Does what the event asks for; answers why not, as one of the words of docs/protocol.md.
  private func perform(_ record: EventRecord) -> String? {
    guard let id = ComponentID(record.component), let engine = pages[record.page]?.engines[id] else {
      return "unknown_component"
    }
    guard record.name == "click" else { return "not_allowed" }
    switch engine.definition.type {
    case .hello: pages[record.page]?.click(id, now: timeline.now)
    case .button: return press(engine.definition.action, of: record.page.dashboard)
    default: return "not_allowed"
    }
    return nil
  }

  private func press(_ action: ButtonAction?, of name: String) -> String? {
    let running = dashboards[name]?.running ?? [:]
    switch action {
    case .refresh(let source): running[source]?.runner.refresh()
    case .add(let amount, let source): return change(source, of: name) { $0.add(amount) }
    case .reset(let source): return change(source, of: name) { $0.reset() }
    case nil: return "not_allowed"
    }
    return nil
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

  /// True while an event waits for the commit that carries it.
  func isUnderWay(_ event: QueuedEvent) -> Bool {
    pages[event.record.page]?.unconfirmed.contains(event.entry) ?? false
  }
}

extension LivePage {
  fileprivate mutating func click(_ id: ComponentID, now: Moment) { stage(engines[id]?.click(now: now)) }
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
