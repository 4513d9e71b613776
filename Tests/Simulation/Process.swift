/// Something that runs: dies with everything it planned, or freezes and does it all when it wakes (a zombie).
class Process {
  unowned let world: World
  let name: String
  private(set) var isAlive = true
  private(set) var isFrozen = false
  private var asleep: [() -> Void] = []

  init(_ name: String, in world: World) {
    self.name = name
    self.world = world
  }

  /// Planned for this process: nothing happens if it is dead by then.
  func after(_ delay: Int, _ action: @escaping () -> Void) {
    world.agenda.after(delay) { self.perform(action) }
  }

  func perform(_ action: @escaping () -> Void) {
    guard isAlive else { return }
    if isFrozen { asleep.append(action) } else { action() }
  }

  func crash() {
    isAlive = false
    asleep = []
  }

  /// The run is over: what waits is forgotten, for it may hold this process.
  func end() { asleep = [] }

  func freeze() { isFrozen = true }

  func thaw() {
    isFrozen = false
    let missed = asleep
    asleep = []
    for action in missed { perform(action) }
  }
}

/// A process's connection to the store: calls and answers take time and keep their order, until it is cut. Then every
/// call under way fails with its outcome unknown; some were executed, some never are, some are executed late.
final class Connection {
  private unowned let process: Process
  private let connected: () -> Void
  private(set) var isUp = true
  /// Cut off for this long, however healthy the store is.
  private var isolatedUntil = 0
  private var generation = 0
  private var waiting: [Int: () -> Void] = [:]
  private var lastCall = 0
  private var lastArrival = 0
  private var lastAnswer = 0
  private var delay = 0
  /// Cut by an outage of the store alone: back as soon as the incumbent's rules let it.
  private(set) var isReturning = false

  private static let timeout = 1000
  private var slowestAnswer: Int { process is Front ? process.world.mix.slowestAnswer : 3 }

  var isIsolated: Bool { process.world.agenda.now < isolatedUntil }

  init(of process: Process, connected: @escaping () -> Void = {}) {
    self.process = process
    self.connected = connected
    if !process.world.store.isUp { cut() }
  }

  /// Asks the store; `nil` if no answer comes.
  func ask<Answer>(_ question: @escaping (Store) -> Answer, then take: @escaping (Answer?) -> Void) {
    let world = process.world
    guard isUp else { return process.after(world.random.between(1...5)) { take(nil) } }
    lastCall += 1
    let (call, sent) = (lastCall, generation)
    waiting[call] = { take(nil) }
    lastArrival = max(lastArrival, world.agenda.now + world.random.between(0...world.mix.slowestCall))
    process.after(Self.timeout) { self.fail(call) }
    world.agenda.after(lastArrival - world.agenda.now) { [self] in
      guard sent == generation else { return arriveLate(question) }
      world.store.whenAwake {
        let answer = question(world.store)
        self.lastAnswer = max(self.lastAnswer, world.agenda.now + world.random.between(0...self.slowestAnswer))
        self.process.after(self.lastAnswer - world.agenda.now) {
          if self.waiting.removeValue(forKey: call) != nil { take(answer) }
        }
      }
    }
  }

  private func arriveLate<Answer>(_ question: @escaping (Store) -> Answer) {
    let world = process.world
    guard world.random.chance(50) else { return }
    world.agenda.after(world.random.between(0...world.mix.latestCall)) { world.store.whenAwake { _ = question(world.store) } }
  }

  func end() { waiting = [:] }

  private func fail(_ call: Int) { waiting.removeValue(forKey: call)?() }

  /// Cut now, connected again after 20 to 150 ms, then twice as long up to 2 s, ±20 %. Production is quicker (decision 13).
  func cut(isolatedFor time: Int = 0) {
    isolatedUntil = max(isolatedUntil, process.world.agenda.now + time)
    isReturning = !process.world.store.isUp && (isUp || isReturning)
    generation += 1
    let calls = waiting.keys.sorted()
    for call in calls { process.perform { self.fail(call) } }
    guard isUp else { return }
    isUp = false
    delay = process.world.random.between(20...150)
    connectLater(delay)
  }

  private func connectLater(_ time: Int) {
    process.after(time) { [self] in
      let world = process.world
      guard world.store.isUp, world.agenda.now >= isolatedUntil else {
        delay = min(2 * delay, 2000)
        return connectLater(delay * world.random.between(80...120) / 100)
      }
      isUp = true
      isReturning = false
      connected()
    }
  }
}
