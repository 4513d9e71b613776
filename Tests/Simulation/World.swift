import DashboardModel
import PageSync

/// One simulated run: a store, its producers, fronts and viewers, in virtual time, with the faults of a ``Mix``. All
/// randomness comes from one seed, so a seed is a whole bug report.
package final class World {
  static let pages = ["board", "side"].compactMap { PageKey(dashboard: $0) }
  static let ids = (0..<4).compactMap { ComponentID("c\($0)") }
  static let series = ComponentID("series") ?? .page
  static let initial: [ComponentID: ComponentValue] = [series: ComponentValue([:], points: Points())]

  let mix: Mix
  let agenda = Agenda()
  var random: SeededGenerator
  private(set) lazy var store = Store(self)
  private(set) lazy var invariants = Invariants(self)
  private(set) var producers: [Producer] = []
  private(set) var fronts: [Front] = []
  private(set) var viewers: [Viewer] = []
  /// No more faults, and no more changes.
  private(set) var isCalm = false
  private var clockBase = 1_000_000_000
  /// The time of day as processes see it, in milliseconds; jumps at times.
  var wallClock: Int { clockBase + agenda.now }
  private let leftOut: Rule?
  private var processes = 0
  private var number = 0
  /// When a producer last died: in the calm as well, of events that kill their owners.
  private var lastCrash = 0
  private var trace: [String]?
  /// The dead too: calls of theirs may still be on the way.
  private var started: [Process] = []

  package init(seed: UInt64, mix: Mix = .everything, without rule: Rule? = nil, traced: Bool = false) {
    random = SeededGenerator(seed: seed)
    self.mix = mix
    leftOut = rule
    trace = traced ? [] : nil
    for _ in 0..<random.between(2...3) { startProducer() }
    for _ in 0..<2 { startFront() }
    for index in 0..<4 {
      let viewer = ViewerID("viewer-number-\(index)xxxx") ?? ViewerID("viewer-without-name")!
      viewers.append(
        Viewer(viewer, on: World.pages[index / 3], over: index % 2 == 0 ? .socket : .ajax, in: self))
    }
    agenda.after(300) { self.fault() }
    agenda.after(1000) { self.save() }
  }

  /// How a run ended.
  package struct Report: Sendable {
    package var violation: String?
    /// Virtual milliseconds from the last fault until everything was at rest.
    package var restedAfter: Int
    /// Effects the promise excepts: lost with the store and the incumbent.
    package var excepted: Int
    package var trace: [String]
  }

  package func run() -> Report {
    while invariants.violation == nil, agenda.step(until: mix.duration) {}
    let start = agenda.now
    comeToRest()
    let report = Report(
      violation: invariants.violation, restedAfter: agenda.now - start, excepted: invariants.excepted, trace: trace ?? [])
    agenda.clear()
    store.end()
    for process in started + viewers { process.end() }
    return report
  }

  private static let longestRest = 30_000

  private func comeToRest() {
    guard invariants.violation == nil else { return }
    isCalm = true
    for producer in producers { producer.thaw() }
    while invariants.violation == nil, invariants.unrest != nil {
      guard agenda.now < max(mix.duration, lastCrash) + Self.longestRest else { return invariants.broken("I2: \(invariants.unrest ?? "")") }
      let pause = agenda.now + 250
      while invariants.violation == nil, agenda.step(until: pause) {}
    }
  }

  // MARK: What the parts use

  func leavesOut(_ rule: Rule) -> Bool { leftOut == rule }

  var comparesVersions: Bool { mix.comparesVersions && !leavesOut(.versionsAreCompared) }

  func nextNumber() -> Int {
    number += 1
    return number
  }

  static func component(of viewer: ViewerID) -> ComponentID { ComponentID(name(viewer)) ?? .page }
  static func name(_ viewer: ViewerID) -> String { "v" + viewer.text.filter(\.isNumber) }

  func note(_ line: @autoclosure () -> String) {
    guard trace != nil else { return }
    trace?.append("\(agenda.now) ms  \(line())")
  }

  // MARK: Processes

  private func startProducer() {
    processes += 1
    let producer = Producer("p\(processes)", in: self)
    producers.append(producer)
    started.append(producer)
    note("p\(processes) starts")
  }

  private func startFront() {
    processes += 1
    let front = Front("f\(processes)", in: self)
    fronts.append(front)
    started.append(front)
    note("f\(processes) starts")
  }

  func crash(_ producer: Producer) {
    guard producer.isAlive else { return }
    producer.crash()
    lastCrash = agenda.now
    producers.removeAll { $0 === producer }
    invariants.exceptLost()
    agenda.after(random.between(50...1500)) { self.startProducer() }
  }

  func crash(_ front: Front) {
    fronts.removeAll { $0 === front }
    startFront()
    front.crash()
  }

  func jumpClock() { clockBase += random.between(-500_000...500_000) }

  private func save() {
    store.save()
    agenda.after(random.between(300...2500)) { self.save() }
  }
}
