import DashboardModel
import PageSync

/// Events, as `EventPump` brings them and `Board` answers them.
extension Producer {
  enum Outcome {
    case staged, known, left
    case answered(EventReply?)
  }

  private struct Fresh {
    var event: QueuedEvent
    var reading: EventReader.Reading
  }

  func pump() {
    guard let hold, !isRetiring else {
      (reader, goBackAt, left) = (EventReader(), nil, [])
      return after(50) { self.pump() }
    }
    if let goBackAt, goBackAt <= world.agenda.now {
      reader.failed()
      lanes.comesAgain(of: left) { _ in true }
      (self.goBackAt, left) = (nil, [])
    }
    let last = reader.position(under: hold, epochs: epochsBegun)
    connection.ask { $0.events(after: last) } then: { self.read($0, hold, isAll: last == nil) }
  }

  private func failed(_ events: ArraySlice<Fresh> = []) {
    for one in events { reader.missed(one.event) }
    reader.failed()
    after(100) { self.pump() }
  }

  private func read(_ events: [QueuedEvent]?, _ hold: LeaseHold, isAll: Bool) {
    guard var events else { return failed() }
    if isAll, world.leavesOut(.eventsAreReadInOrder) { events.reverse() }
    let fresh = events.compactMap { event -> Fresh? in
      let reading = reader.read(event, isUnderWay: isUnderWay(event))
      return reading == .skip ? nil : Fresh(event: event, reading: reading)
    }
    begin(fresh[...], hold)
  }

  /// What is begun is noted in the store before.
  private func begin(_ events: ArraySlice<Fresh>, _ hold: LeaseHold) {
    guard !events.isEmpty else { return after(world.random.between(5...60)) { self.pump() } }
    let entries = events.map(\.event.entry)
    connection.ask { $0.begin(entries, hold) } then: { tries in
      guard let tries, !tries.isEmpty else { return self.failed(events) }
      self.take(events, tries[...], hold)
    }
  }

  private func take(_ events: ArraySlice<Fresh>, _ tries: ArraySlice<Int>, _ hold: LeaseHold) {
    guard hold == self.hold, !isRetiring else { return failed(events) }
    guard let one = events.first, let count = tries.first else { return begin(events, hold) }
    let event = one.event, next = { self.took(events, tries, hold) }
    world.invariants.took(event.entry, under: hold)
    if EventReader.isPoison(tries: count), !isUnderWay(event), !isDone(event) { return bury(events, tries, hold) }
    let outcome = one.reading == .endAgain ? .answered(nil) : handle(event)
    guard isAlive else { return }
    switch outcome {
    case .answered(let reply):
      connection.ask { $0.finish(event, reply, hold) } then: { $0 == nil ? self.failed(events) : next() }
    case .staged where count >= EventReader.triesBeforeAlone, .known where count >= EventReader.triesBeforeAlone:
      settle(event, hold, until: world.agenda.now + 12_000, next)
    case .left:
      reader.missed(event)
      left.insert(event.record.viewer)
      goBackAt = goBackAt ?? world.agenda.now + 250
      next()
    case .staged, .known: next()
    }
  }

  private func took(_ events: ArraySlice<Fresh>, _ tries: ArraySlice<Int>, _ hold: LeaseHold) {
    if let one = events.first { reader.took(one.event) }
    take(events.dropFirst(), tries.dropFirst(), hold)
  }

  /// The last of its owners began nothing beside it.
  private func bury(_ events: ArraySlice<Fresh>, _ tries: ArraySlice<Int>, _ hold: LeaseHold) {
    guard let event = events.first?.event else { return }
    world.note("\(name) buries event \(event.record.sequence) of \(World.name(event.record.viewer))")
    connection.ask { $0.bury(event, hold) } then: { answer in
      guard answer != nil else { return self.failed(events) }
      self.world.invariants.buried(event)
      self.mark(event.record, EventEnding(failure: "poison"))
      self.commit(event.record.page)
      self.took(events, tries, hold)
    }
  }

  /// Several owners began it: nothing else is begun until this one is finished, so that no other can be blamed for it.
  private func settle(_ event: QueuedEvent, _ hold: LeaseHold, until end: Int, _ next: @escaping () -> Void) {
    guard self.hold == hold, world.agenda.now < end, isUnderWay(event) else { return next() }
    after(5) { self.settle(event, hold, until: end, next) }
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
    let judgement = marks.judge(record.viewer, record.sequence)
    if judgement == .new { world.invariants.began(record, by: name) }
    switch (judgement, record.name) {
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
