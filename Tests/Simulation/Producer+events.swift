import DashboardModel
import PageSync

/// Events, as `EventPump` brings them and `Board` answers them.
extension Producer {
  enum Outcome {
    case staged, known, left
    case answered(EventReply?)
  }

  func pump() {
    guard let hold, !isRetiring else {
      (reader, goBackAt) = (EventReader(), nil)
      return after(50) { self.pump() }
    }
    if let goBackAt, goBackAt <= world.agenda.now {
      reader.failed()
      self.goBackAt = nil
    }
    switch reader.question(under: hold, epochs: epochsBegun) {
    case .new(let last): connection.ask { $0.events(after: last) } then: { self.read($0, hold) }
    case .unfinished: connection.ask { $0.unfinished() } then: { self.tookOver($0, hold) }
    }
  }

  /// Only the oldest can be what its owners died of.
  private func tookOver(_ events: [QueuedEvent]?, _ hold: LeaseHold) {
    guard var events else { return failed() }
    if world.leavesOut(.eventsAreReadInOrder) { events.reverse() }
    guard let first = events.first, EventReader.isPoison(first, isUnderWay: isUnderWay(first) || isDone(first)) else {
      reader.tookOver(under: hold)
      return read(events, hold)
    }
    world.note("\(name) buries event \(first.record.sequence) of \(World.name(first.record.viewer))")
    connection.ask { $0.bury(first, hold) } then: { answer in
      guard answer != nil else { return self.failed() }
      self.mark(first.record, EventEnding(failure: "poison"))
      self.commit(first.record.page)
      self.reader.tookOver(under: hold)
      self.read(Array(events.dropFirst()), hold)
    }
  }

  private func failed() {
    reader.failed()
    after(100) { self.pump() }
  }

  private func read(_ events: [QueuedEvent]?, _ hold: LeaseHold) {
    guard let events else { return failed() }
    take(events[...], hold)
  }

  private func take(_ events: ArraySlice<QueuedEvent>, _ hold: LeaseHold) {
    guard hold == self.hold, !isRetiring else { return failed() }
    guard let event = events.first else { return after(world.random.between(5...60)) { self.pump() } }
    let rest = events.dropFirst()
    let reading = reader.read(event, isUnderWay: isUnderWay(event))
    guard reading != .skip else { return take(rest, hold) }
    let outcome = reading == .endAgain ? .answered(nil) : handle(event)
    guard isAlive else { return }
    switch outcome {
    case .answered(let reply): end(event, rest, hold, reply)
    case .staged where event.deliveries > 1: settle(event, rest, hold, until: world.agenda.now + 12_000)
    case .left:
      reader.missed(event)
      goBackAt = goBackAt ?? world.agenda.now + 250
      took(event, rest, hold)
    case .staged, .known: took(event, rest, hold)
    }
  }

  private func took(_ event: QueuedEvent, _ rest: ArraySlice<QueuedEvent>, _ hold: LeaseHold) {
    reader.took(event)
    take(rest, hold)
  }

  private func end(_ event: QueuedEvent, _ rest: ArraySlice<QueuedEvent>, _ hold: LeaseHold, _ reply: EventReply?) {
    connection.ask { $0.finish(event, reply, hold) } then: { answer in
      guard answer != nil else {
        self.reader.missed(event)
        return self.failed()
      }
      self.took(event, rest, hold)
    }
  }

  /// Handed out before: nothing else is begun until this one is finished, so that no other can be blamed for it.
  private func settle(_ event: QueuedEvent, _ rest: ArraySlice<QueuedEvent>, _ hold: LeaseHold, until end: Int) {
    guard self.hold == hold, world.agenda.now < end, isUnderWay(event) else { return took(event, rest, hold) }
    after(5) { self.settle(event, rest, hold, until: end) }
  }

  // MARK: As Board

  private func isDone(_ event: QueuedEvent) -> Bool {
    marks.judge(event.record.viewer, event.record.sequence) != .new
  }

  private func isUnderWay(_ event: QueuedEvent) -> Bool {
    pages[event.record.page]?.unconfirmed.contains(event.entry) ?? false
  }

  private func handle(_ event: QueuedEvent) -> Outcome {
    let key = event.record.page
    guard pages[key] != nil else { return .answered(.failed("page_gone")) }
    guard !isUnderWay(event) else { return .known }
    let arrival = lanes.arrived(event)
    guard arrival != .left else { return .left }
    pages[key]?.unconfirmed.insert(event.entry)
    if arrival == .first { begin(event) }
    return .staged
  }

  private func begin(_ event: QueuedEvent) {
    var current: QueuedEvent? = event
    while isAlive, let event = current, isAnsweredNow(event) { current = lanes.next(after: event) }
  }

  private func isAnsweredNow(_ event: QueuedEvent) -> Bool {
    let record = event.record
    switch (marks.judge(record.viewer, record.sequence), record.name) {
    case (.done(let ending), _):
      world.note("\(name) ends event \(record.sequence) of \(World.name(record.viewer)) again")
      stage(ending, of: event)
    case (.new, "slow"):
      let ownership = ownerships
      running.insert(event.entry)
      after(world.random.between(20...800)) { if ownership == self.ownerships { self.handled(event) } }
      return false
    case (.new, "poison"):
      world.note("\(name) dies of event \(record.sequence) of \(World.name(record.viewer))")
      world.crash(self)
    case (.new, "fail"): finish(event, EventEnding(failure: "handler"))
    case (.new, _): act(event)
    }
    return true
  }

  /// A handler has come back; one from before the shard was lost is not heard, as its run was dropped then.
  private func handled(_ event: QueuedEvent) {
    running.remove(event.entry)
    guard isUnderWay(event) else { return }
    act(event)
    if let next = lanes.next(after: event) { begin(next) }
  }

  private func act(_ event: QueuedEvent) {
    let (key, record) = (event.record.page, event.record)
    let id = World.component(of: record.viewer)
    let value = Effects.adding(record.sequence, to: pages[key]?.writer.values[id])
    pages[key]?.writer.set(id, value)
    world.note("\(name) does event \(record.sequence) of \(World.name(record.viewer))")
    finish(event, EventEnding())
  }

  private func finish(_ event: QueuedEvent, _ ending: EventEnding) {
    mark(event.record, ending)
    stage(ending, of: event)
  }

  private func mark(_ record: EventRecord, _ ending: EventEnding) {
    if let failure = ending.failure {
      world.note("\(name) refuses event \(record.sequence) of \(World.name(record.viewer)): \(failure)")
      world.invariants.refused(record)
    }
    marks.note(record, ending, now: .milliseconds(world.agenda.now))
    if var page = pages.removeValue(forKey: record.page) {
      marks.keep(record.viewer, in: &page.writer)
      pages[record.page] = page
    }
  }

  private func stage(_ ending: EventEnding, of event: QueuedEvent) {
    pages[event.record.page]?.writer.finish(PageWriter.StagedEvent(event, ending))
    commit(event.record.page)
  }
}
