import DashboardModel
import PageSync

/// A producer process: the lease machine and the page writer, with a connection that may lose any call or answer.
struct SimulatedProducer {
  private(set) var lease: ShardLease
  private(set) var writer: PageWriter?
  private var tick = 0

  init(owner: String) { lease = ShardLease(owner: owner) }

  /// How a call to the store goes wrong.
  enum Fault: CaseIterable { case none, callLost, answerLost }

  mutating func step(_ world: inout World) {
    switch lease.question {
    case .read:
      call(&world, { $0.lease }) { $0.read($1) }
    case .acquire(let fence):
      let owner = lease.owner
      call(&world, { $0.acquire(owner, minimumFence: fence) }) { $0.answered($1) }
    case .steal(let seen, let fence):
      let owner = lease.owner
      call(&world, { $0.steal(owner, seen: seen, minimumFence: fence) }) { $0.answered($1) }
    case .beat(let hold):
      call(&world, { $0.beat(hold) }) { $0.answered($1) }
    }
  }

  private mutating func call<Answer>(
    _ world: inout World, _ ask: (inout SimulatedStore) -> Answer,
    then: (inout ShardLease, Answer) -> ShardLease.Outcome
  ) {
    let fault = world.fault()
    if fault == .callLost {
      lease.unanswered()
      return
    }
    let answer = ask(&world.store)
    if fault == .answerLost {
      lease.unanswered()
      return
    }
    take(then(&lease, answer), &world)
  }

  private mutating func take(_ outcome: ShardLease.Outcome, _ world: inout World) {
    switch outcome {
    case .nothing, .kept: break
    case .lost: writer = nil
    case .won(let record):
      let values = world.store.page?.components.mapValues(\.value) ?? World.initial
      writer = PageWriter(key: World.page, epoch: world.epoch(above: record.generation), values: values)
    case .regained(let record):
      let epoch = world.epoch(above: max(record.generation, generation))
      writer?.open(epoch)
    }
  }

  private var generation: UInt64 { writer?.epoch.generation ?? 0 }

  /// Changes a component or two in memory.
  mutating func change(_ world: inout World) {
    guard writer != nil else { return }
    tick += 1
    let id = World.ids.randomElement(using: &world.random) ?? World.ids[0]
    switch Int.random(in: 0..<10, using: &world.random) {
    case 0: writer?.remove(id)
    case 1...4:
      var points = Points()
      points.append(time: Double(world.nextValue()), values: [Double(tick)])
      writer?.append(World.series, Append(head: Array(#"{"value":\#(tick)}"#.utf8), points: points, keep: 5))
    default: writer?.set(id, ComponentValue(["value": .number(Double(world.nextValue()))]))
    }
  }

  /// Carries one commit out; its outcome may stay unknown, and a lost call may still be executed later.
  mutating func commit(_ world: inout World) {
    guard let hold = lease.hold, let commit = writer?.nextCommit(hold: hold) else { return }
    switch world.fault() {
    case .callLost:
      if world.random.chance(30) { world.late.append(commit) }
    case .answerLost: _ = world.execute(commit)
    case .none:
      let answer = world.execute(commit)
      guard case .newEpoch(let generation) = writer?.answered(answer) else { return }
      writer?.open(world.epoch(above: max(generation, world.store.lease?.generation ?? 0, world.store.floor)))
    }
  }
}
