import DashboardModel
import PageSync

/// Watches everything that happens and knows what must never: I1 to I6 of docs/protocol.md.
final class Invariants {
  private unowned let world: World
  private var contents: [PageVersion: [ComponentID: ComponentValue]] = [:]
  /// When the store took each version.
  private var committedAt: [PageVersion: Int] = [:]
  private var writers: [PageEpoch: String] = [:]
  /// What the newest version in the store lists as done, by viewer, and the value that lists it.
  private var done: [ViewerID: [UInt64]] = [:]
  private var lists: [ViewerID: ComponentValue] = [:]
  /// Every effect that ever was in a commit.
  private var committed: Set<Effect> = []
  private var refused: Set<Effect> = []
  /// Those that must be in every commit from now on: all, but what the promise excepts (``exceptLost()``).
  private var kept: Set<Effect> = []
  /// Done by an owner that had strayed: a rightful one that comes back knows nothing of them.
  private var doubtful: Set<Effect> = []
  /// Who began each event and did not end well since.
  private var begun: [Effect: Set<String>] = [:]
  /// By entry, under which holds it was noted in the store and not given back, and under which it was then begun or put
  /// behind others of its viewer.
  private var noted: [String: Set<LeaseHold>] = [:]
  private var taken: [String: Set<LeaseHold>] = [:]
  /// Whose marks the store lost alone, up to which sequence, and who owned the shard then.
  private var unmarked: [ViewerID: [Unmarked]] = [:]
  /// Owners that were asleep or cut off while the store went back: on their return they cannot tell who came after them.
  private var strayed: Set<String> = []
  /// Who was given the lease and has not heard so.
  private var unheard: Set<String> = []
  /// Whoever was given the lease last: it alone is the incumbent, whatever others still believe or an old file says.
  private var incumbent: String?
  /// When the store last went back or lost its lease.
  private(set) var leaseLostAt = -1
  private(set) var excepted = 0
  private(set) var resets = 0
  private(set) var violation: String?

  /// Milliseconds that a version needs from the store to a viewer, if nothing on its way is lost.
  private static let onItsWay = 50

  private struct Unmarked {
    var upTo: UInt64
    var owner: String?
    /// Only what is kept beside the page: its owner writes it anew.
    var fromPage: Bool
  }

  struct PageVersion: Hashable { var page: PageKey, version: Version }
  struct PageEpoch: Hashable { var page: PageKey, epoch: Epoch }
  struct Effect: Hashable { var page: PageKey, viewer: ViewerID, sequence: UInt64 }

  init(_ world: World) { self.world = world }

  func broken(_ what: String) {
    guard violation == nil else { return }
    violation = what
    world.note("VIOLATION \(what)")
  }

  /// I5: a version determines the contents, everywhere. Whoever shows it first fixes what it means.
  func shows(_ version: Version, _ page: PageKey, _ who: String, _ values: () -> [ComponentID: ComponentValue]) {
    let values = values(), name = PageVersion(page: page, version: version)
    guard let known = contents[name] else { return contents[name] = values }
    if known != values { broken("I5: \(who) shows other contents at \(page) \(version)") }
  }

  /// I1: what a viewer shows never goes back, and is given up only when neither store nor owner has it any more.
  func moved(_ viewer: Viewer, from old: Version?, to new: Version) {
    if let old, new < old { broken("I1: \(viewer.name) went back from \(old) to \(new)") }
  }

  func resets(_ viewer: Viewer) {
    resets += 1
    guard let shown = viewer.page.version else { return }
    let known = [world.store.snapshot(of: viewer.key)?.version]
      + world.producers.map { $0.pages[viewer.key]?.writer.committed }
    // What followed it this very moment no front can have told yet.
    let isOld = { (version: Version) in
      self.committedAt[PageVersion(page: viewer.key, version: version)] ?? 0 < self.world.agenda.now - Self.onItsWay
    }
    if known.contains(where: { $0.map { $0 >= shown && isOld($0) } ?? false }) {
      broken("I1: \(viewer.name) forgets \(shown), which is not lost")
    }
  }

  /// A front may only say that the store is behind after the store lost something (R14).
  func raisedFloor(_ front: Front) {
    if !world.store.hasLostData { broken("R14: \(front.name) raises the floor over a store that lost nothing") }
  }

  // MARK: Commits

  func committed(_ commit: Commit, by sender: String, contents snapshot: Snapshot?) {
    guard let snapshot else { return }
    let epoch = PageEpoch(page: commit.page, epoch: commit.to.epoch)
    if writers[epoch, default: sender] != sender { broken("I4: \(sender) writes in an epoch of \(writers[epoch] ?? "")") }
    writers[epoch] = sender
    committedAt[PageVersion(page: commit.page, version: snapshot.version)] = world.agenda.now
    shows(snapshot.version, commit.page, "the store") { snapshot.components.mapValues(\.value) }
    for viewer in world.viewers where viewer.key == commit.page {
      check(snapshot.components[World.component(of: viewer.viewer)]?.value, of: viewer, by: sender)
      marksAreBack(of: viewer.viewer, in: world.store.shard.pages[commit.page]?.privateState ?? [:])
    }
  }

  /// I3 and I6: everything that was there still is, and what is new stands behind it, each once.
  private func check(_ list: ComponentValue?, of viewer: Viewer, by owner: String) {
    guard list != lists[viewer.viewer] else { return }
    lists[viewer.viewer] = list
    let now = Effects.sequences(in: list), before = done[viewer.viewer] ?? []
    done[viewer.viewer] = now
    let same = zip(now, before).prefix { $0 == $1 }.count
    if same < before.count { checkNothingIsLost(now, of: viewer, by: owner) }
    for index in same..<now.count {
      let sequence = now[index]
      let effect = Effect(page: viewer.key, viewer: viewer.viewer, sequence: sequence)
      if now[..<index].contains(sequence) {
        if !mayBeDoneTwice(sequence, viewer.viewer, by: owner) { broken("I3: event \(sequence) of \(viewer.name) is done twice") }
      } else if let last = now[..<index].last, last > sequence {
        broken("I6: event \(sequence) of \(viewer.name) is done after \(last)")
      }
      committed.insert(effect)
      kept.insert(effect)
      if strayed.contains(owner) { doubtful.insert(effect) }
    }
  }

  private func checkNothingIsLost(_ now: [UInt64], of viewer: Viewer, by owner: String) {
    let lost = kept.filter { $0.viewer == viewer.viewer && !now.contains($0.sequence) }
    let isStrayed = strayed.contains(owner)
    for effect in lost where isStrayed || doubtful.contains(effect) { except(effect) }
    guard let first = kept.intersection(lost).map(\.sequence).min() else { return }
    broken("I3: event \(first) of \(viewer.name) is lost")
  }

  // MARK: Tries

  /// An owner has an event's handler begin, and may die of it. A fourth one never does, unless the store forgot the tries.
  func began(_ record: EventRecord, by owner: String) {
    let effect = Effect(page: record.page, viewer: record.viewer, sequence: record.sequence)
    begun[effect, default: []].insert(owner)
    if begun[effect]?.count ?? 0 > EventReader.mostTries, !world.store.hasLostData {
      broken("tries: event \(record.sequence) of \(World.name(record.viewer)) is begun by \(begun[effect]?.count ?? 0) owners")
    }
  }

  /// An owner ends well: it died of nothing that it began.
  func givesBack(_ owner: String) {
    for effect in begun.keys { begun[effect]?.remove(owner) }
    for (entry, holds) in noted { noted[entry] = holds.filter { $0.owner != owner } }
  }

  /// Who began what, as a file of the store has it: it may be from before an owner gave its notes back.
  struct Tries {
    fileprivate var begun: [Effect: Set<String>]
    fileprivate var noted: [String: Set<LeaseHold>]
  }

  var tries: Tries { Tries(begun: begun, noted: noted) }

  func wentBack(to tries: Tries) {
    begun.merge(tries.begun) { $0.union($1) }
    noted = tries.noted
  }

  /// The store notes that an owner begins an event. One that lost the shard and has it again tries anew.
  func noted(_ entry: String, under hold: LeaseHold) { noted[entry, default: []].insert(hold) }

  /// Its owner heard that it was noted, while the shard was still its own.
  func took(_ entry: String, under hold: LeaseHold) { taken[entry, default: []].insert(hold) }

  func buried(_ event: QueuedEvent) {
    let record = event.record
    let effect = Effect(page: record.page, viewer: record.viewer, sequence: record.sequence)
    let notes = noted[event.entry] ?? []
    // Who is lost between its note and its beginning counts as one that began (decision 26).
    let isInVain = !notes.isSubset(of: taken[event.entry] ?? [])
    let isBegun = isInVain || !(begun[effect]?.isEmpty ?? true)
    if !isBegun || notes.count < EventReader.mostTries {
      broken("tries: event \(record.sequence) of \(World.name(record.viewer)) is called poison, and was not tried")
    }
  }

  // MARK: Answers

  /// An event ended without an effect.
  func refused(_ event: EventRecord) {
    refused.insert(Effect(page: event.page, viewer: event.viewer, sequence: event.sequence))
  }

  /// I3: what is told to a viewer is true.
  func acknowledged(_ record: EventRecord, _ answer: ViewerEvents.Answer, _ version: Version?) {
    let effect = Effect(page: record.page, viewer: record.viewer, sequence: record.sequence)
    let name = "event \(record.sequence) of \(World.name(record.viewer))"
    switch answer {
    // With its replies the store lost what an event was refused for; there is no effect to miss.
    case .applied where refused.contains(effect) && world.store.hasLostData: break
    case .applied where !committed.contains(effect) && world.store.hasLostQueue: break
    case .applied where !committed.contains(effect): broken("I3: \(name) is called applied and never was")
    case .failed where done[record.viewer]?.contains(record.sequence) == true: broken("I3: \(name) is called failed and was applied")
    default: break
    }
  }

  // MARK: The promise's exceptions

  /// An effect must stay while the store's data or the incumbent's memory survives. Called after every fault: what was
  /// lost there and is in no sound incumbent's memory is excepted from now on.
  func exceptLost(trustingMemory: Bool = true) {
    let owners = trustingMemory ? world.producers.filter { $0.isSound && $0.name == incumbent } : []
    for viewer in world.viewers {
      let id = World.component(of: viewer.viewer)
      let values = [world.store.snapshot(of: viewer.key)?.components[id]?.value] + owners.map { $0.pages[viewer.key]?.writer.values[id] }
      let copies = Set(values.flatMap { Effects.sequences(in: $0) })
      for effect in kept where effect.viewer == viewer.viewer && !copies.contains(effect.sequence) { except(effect) }
    }
  }

  private func except(_ effect: Effect) {
    kept.remove(effect)
    excepted += 1
  }

  /// An owner drops its memory: rightly, unless it is the incumbent and has what the store lost.
  func givesUp(_ producer: Producer) {
    guard producer.name == incumbent, !strayed.contains(producer.name) else { return }
    for viewer in world.viewers {
      let id = World.component(of: viewer.viewer)
      let stored = Effects.sequences(in: world.store.snapshot(of: viewer.key)?.components[id]?.value)
      let own = Effects.sequences(in: producer.pages[viewer.key]?.writer.values[id])
      for sequence in own where !stored.contains(sequence) {
        let effect = Effect(page: viewer.key, viewer: viewer.viewer, sequence: sequence)
        if kept.contains(effect) { broken("I3: \(producer.name) gives up event \(sequence) of \(viewer.name), which the store lost") }
      }
    }
  }

  /// The store is about to go back or lose its lease.
  func willLoseLease() {
    leaseLostAt = world.agenda.now
    for producer in world.producers where producer.hold != nil && (!producer.isSound || producer.name != incumbent) {
      strayed.insert(producer.name)
    }
    // It sleeps, and finds out on waking that it was given the lease.
    for producer in world.producers where producer.isFrozen && unheard.contains(producer.name) { strayed.insert(producer.name) }
  }

  /// A lease was given to somebody who asked for it before the store went back, or who was started while the store was
  /// away and knows of no outage: neither was as patient as the incumbent needs.
  func gaveLease(to owner: String, askedAt: Int) {
    let startedAt = world.producers.first { $0.name == owner }?.startedAt ?? 0
    let isUnaware = world.store.awayAt >= 0 && startedAt >= world.store.awayAt && world.agenda.now < world.store.backAt + Store.timeToReturn
    // The incumbent that takes its own lease again has its memory.
    // If it asked after the loss, nobody can have come after it since, whatever kept it away before.
    if owner == incumbent, world.producers.contains(where: { $0.name == owner && $0.hold != nil }) {
      if askedAt > leaseLostAt { strayed.remove(owner) }
      return
    }
    incumbent = owner
    unheard.insert(owner)
    if askedAt <= leaseLostAt || isUnaware {
      strayed.insert(owner)
    } else if world.producers.first(where: { $0.name == owner })?.lease.hold == nil {
      strayed.remove(owner)
    }
  }

  /// An owner, or who asked to be one, has an answer about the lease.
  func heardOfLease(_ owner: String) { unheard.remove(owner) }

  /// The store came back. False if a file from before the lease was lost names another line of owners: it deposes an
  /// incumbent that never saw them, whose memory is no copy any more.
  func isComingBack() -> Bool {
    guard let record = world.store.lease, record.owner != incumbent else { return true }
    if var lease = world.producers.first(where: { $0.name == record.owner })?.lease, case .won = lease.read(record) {
      // It asked for this lease long ago and never heard the answer (R6); it cannot tell who came after it.
      strayed.insert(record.owner)
    }
    guard let owner = world.producers.first(where: { $0.name == incumbent }) else { return false }
    if !owner.lease.isPast(record) { incumbent = nil }
    return incumbent != nil
  }

  /// A viewer's marks alone are gone; until its event is answered only the owner of that moment knows that it is done.
  func lostMarks(of viewer: ViewerID, fromPage: Bool = false) {
    let owner = world.producers.first { $0.name == incumbent && $0.hold != nil }
    unmarked[viewer, default: []].append(
      Unmarked(upTo: done[viewer]?.max() ?? 0, owner: owner?.name, fromPage: fromPage))
  }

  /// What the page's private state says to be done, whoever wrote it, its next owner knows again.
  private func marksAreBack(of viewer: ViewerID, in privateState: [String: [UInt8]]) {
    guard unmarked[viewer] != nil else { return }
    var marks = ViewerMarks()
    marks.restore(from: privateState, now: .zero)
    // An owner of then that does not know that it was deposed may bring its pages back without them.
    let memories = [marks] + world.producers.filter { $0.hold != nil }.map(\.marks)
    unmarked[viewer]?.removeAll { lost in
      lost.fromPage && memories.allSatisfy { $0.judge(viewer, lost.upTo) != .new }
    }
  }

  private func mayBeDoneTwice(_ sequence: UInt64, _ viewer: ViewerID, by owner: String) -> Bool {
    unmarked[viewer]?.contains { sequence <= $0.upTo && owner != $0.owner } ?? false
  }

  // MARK: Rest

  /// I2: everybody shows what the store and its owner have, and every event has an answer; says what does not.
  var unrest: String? {
    guard let owner = world.producers.first(where: { $0.hold != nil && $0.name == world.store.lease?.owner }) else {
      return "nobody owns the shard"
    }
    for key in World.pages {
      guard let stored = world.store.snapshot(of: key) else { return "the store has no \(key)" }
      let values = stored.components.mapValues(\.value)
      guard owner.pages[key]?.writer.values == values else { return "\(owner.name) and the store differ about \(key)" }
      guard world.store.isWhole(key, like: owner.pages[key]?.writer) else { return "the next owner would not find all of \(key)" }
      for front in world.fronts where front.pages[key]?.view?.version != stored.version {
        return "\(front.name) shows \(key) \(front.pages[key]?.view.map { "\($0.version)" } ?? "not"), not \(stored.version)"
      }
      for viewer in world.viewers where viewer.key == key {
        guard viewer.page.version == stored.version, viewer.page.values == values else {
          return "\(viewer.name) shows \(viewer.page.version.map { "\($0)" } ?? "nothing"), not \(stored.version)"
        }
      }
    }
    for viewer in world.viewers where !viewer.events.waiting.isEmpty {
      return "\(viewer.name) waits for the answer to \(viewer.events.waiting)"
    }
    return nil
  }
}
