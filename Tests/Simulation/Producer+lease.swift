import DashboardModel
import PageSync

/// The lease, as `ShardKeeper` asks for it.
extension Producer {
  func keep() {
    rest.isOn = false
    rest.count += 1
    guard !isRetiring else { return }
    let askedAt = decidedAt
    switch lease.question {
    case .read:
      let isEager = isEager
      connection.ask { $0.lease } then: { record in
        self.heard(record.map { record in self.lease.read(self.seen(record), isEager: isEager) })
      }
    case .acquire(let fence):
      connection.ask { [name] in $0.acquire(name, fence, askedAt: askedAt) } then: { self.heard($0.map(self.contested)) }
      loseAnswer()
    case .steal(let record, let fence):
      let record = unmasked(record)
      connection.ask { [name] in $0.steal(name, record, fence, askedAt: askedAt) } then: { self.heard($0.map(self.contested)) }
      loseAnswer()
    case .beat(let hold):
      let versions = recentVersions
      connection.ask { $0.beat(hold, versions) } then: { answer in self.heard(answer.map(self.beaten)) }
    }
  }

  /// A mix may have connections break just when the lease changes hands.
  private func loseAnswer() {
    guard !world.isCalm, world.random.chance(world.mix.lostGrants) else { return }
    after(world.random.between(0...(world.mix.slowestCall + 1))) { self.connection.cut() }
  }

  // A change of hands is asked for at once, and a new owner is heard of at once.
  private func heard(_ outcome: ShardLease.Outcome?) {
    decidedAt = world.agenda.now
    if let outcome {
      world.invariants.heardOfLease(name)
      take(outcome)
    } else if case .read = lease.question, world.leavesOut(.standbysArePatient) {
      // What a standby of before decision 9 made of it.
    } else {
      lease.unanswered()
    }
    if lease.isDeciding || outcome?.isChange == true { keep() } else { takeRest() }
  }

  private func take(_ outcome: ShardLease.Outcome) {
    switch outcome {
    case .nothing: break
    case .kept(let floor): note(floor: floor)
    case .won(let record): restore(record)
    case .regained(let record):
      if regained(record) { rewriteMarks(LeaseHold(record)) } else { restore(record) }
    case .lost:
      world.note("\(name) is deposed")
      world.invariants.givesUp(self)
      forget()
    }
  }

  private func takeRest() {
    guard !rest.isRung else {
      rest.isRung = false
      return keep()
    }
    rest.isOn = true
    let count = rest.count
    after(lease.hold == nil ? world.random.between(160...240) : 250) { if self.rest.count == count { self.keep() } }
  }

  /// The lease is worth a look now.
  func ring() { if rest.isOn { keep() } else { rest.isRung = true } }

  private var recentVersions: [PageKey: Version] {
    guard world.comparesVersions else { return [:] }
    return pages.compactMapValues { world.agenda.now - $0.lastCommit < 2000 ? $0.writer.committed : nil }
  }

  // Until the pages are here nothing may be written over them; the lease lets nobody else do so meanwhile.
  private func restore(_ record: LeaseRecord) {
    granted = LeaseHold(record)
    askForPages(record)
  }

  private func askForPages(_ record: LeaseRecord) {
    guard granted == LeaseHold(record) else { return }
    connection.ask { $0.restore() } then: { stored in
      guard let stored else { return self.after(200) { self.askForPages(record) } }
      if self.granted == LeaseHold(record) { self.won(record, stored) }
    }
  }

  /// The store lost who has done what (R9).
  private func rewriteMarks(_ hold: LeaseHold) {
    guard self.hold == hold, !world.leavesOut(.marksAreKept) else { return }
    let writers = pages.values.map(\.writer)
    guard writers.allSatisfy({ $0.committed != nil }) else { return after(50) { self.rewriteMarks(hold) } }
    let marks = marks.remembered(without: writers.flatMap(\.unfinishedEvents))
    connection.ask { $0.restore(marks, hold) } then: { answer in
      if answer == nil { self.after(200) { self.rewriteMarks(hold) } }
    }
  }

  /// Impatience that no rule allows: the store stood still, and this process counted on.
  func stealNow() {
    guard hold == nil, let record = world.store.lease, record.owner != name, !isFrozen else { return }
    for _ in 0..<(ShardLease.patienceAfterOutage + ShardLease.restraint) { _ = lease.read(record) }
    world.invariants.exceptLost(trustingMemory: false)
  }

  // MARK: A clean stop

  /// What is staged goes out, then the lease is released, and another process starts in this one's place.
  func stop() {
    perform {
      guard !self.isRetiring else { return }
      (self.isRetiring, self.granted) = (true, nil)
      self.flush(rounds: 60)
    }
  }

  private func flush(rounds: Int) {
    commitSoon()
    guard rounds > 0, hold != nil, connection.isUp, pages.values.contains(where: \.writer.hasWork) || !running.isEmpty
    else { return release() }
    after(5) { self.flush(rounds: rounds - 1) }
  }

  private func release() {
    guard let hold = lease.hold else { return world.crash(self) }
    connection.ask { $0.release(hold) } then: { _ in self.world.crash(self) }
  }

  // MARK: Rules left out

  /// Without R6 the own lease looks like somebody else's.
  private func seen(_ record: LeaseRecord?) -> LeaseRecord? {
    guard world.leavesOut(.ownLeaseIsAdopted), var record, record.owner == name else { return record }
    record.owner += "?"
    return record
  }

  private func unmasked(_ record: LeaseRecord) -> LeaseRecord {
    var record = record
    if record.owner == name + "?" { record.owner = name }
    return record
  }

  private func contested(_ answer: LeaseAnswer) -> ShardLease.Outcome {
    if case .refused(let record) = answer {
      world.note("\(name) loses a race to \(record?.owner ?? "nobody")\(hold == nil ? "" : ", and has the pages")")
    }
    if case .refused(let record?) = answer, hold != nil, world.leavesOut(.lostRacesAreNoVerdict) {
      var stranger = record
      (stranger.owner, stranger.lineage) = ("\(name)?", "another")
      return lease.answered(BeatAnswer.fenced(stranger))
    }
    return lease.answered(answer)
  }

  private func beaten(_ answer: BeatAnswer) -> ShardLease.Outcome {
    guard case .fenced(var record) = answer, let hold = lease.hold else { return lease.answered(answer) }
    if world.leavesOut(.lowerFenceIsNoVerdict), record.fence < hold.fence { record.lineage = "another" }
    if world.leavesOut(.deposedOwnersStop), record.owner != name {
      let taken = unmasked(record)
      connection.ask { [name] in $0.steal(name, taken, hold.fence, askedAt: 0) } then: { _ in }
      return .nothing
    }
    return lease.answered(.fenced(seen(record) ?? record))
  }
}

extension ShardLease.Outcome {
  fileprivate var isChange: Bool {
    switch self {
    case .won, .regained: true
    case .nothing, .kept, .lost: false
    }
  }
}
