import DashboardModel
import PageSync

/// Everything in one simulated run: the store, two producers, three fronts, six viewers, and the invariants, checked
/// after each step. All randomness comes from one seed, so a failing seed is a whole bug report.
struct World {
  static let page = PageKey("board")!
  static let ids = (0..<5).map { ComponentID("c\($0)")! }
  static let series = ComponentID("series")!
  static let initial: [ComponentID: ComponentValue] = [series: ComponentValue([:], points: Points())]

  var random: SeededGenerator
  var store = SimulatedStore()
  /// Commits whose call was given up but reaches the store after all.
  var late: [Commit] = []
  private var producers: [SimulatedProducer] = []
  private var fronts: [SimulatedFront] = []
  private var viewers: [SimulatedViewer] = []
  private var contents: [Version: [ComponentID: ComponentValue]] = [:]
  private var highestGeneration: UInt64 = 0
  private var counter = 0
  private var processes = 0
  private var isCalm = false
  private(set) var violation: String?

  init(seed: UInt64, without missing: Rule? = nil) {
    random = SeededGenerator(seed: seed)
    store.missing = missing
    for _ in 0..<2 { producers.append(newProducer()) }
    for _ in 0..<3 { fronts.append(SimulatedFront()) }
    for index in 0..<6 { viewers.append(SimulatedViewer(front: index % 3, polls: index % 2 == 0, missing: missing)) }
  }

  mutating func run(steps: Int) -> String? {
    for _ in 0..<steps where violation == nil {
      step()
      check()
    }
    settle()
    return violation
  }

  // MARK: What the parts use

  mutating func fault() -> SimulatedProducer.Fault {
    guard !isCalm, random.chance(15) else { return .none }
    return random.chance(50) ? .callLost : .answerLost
  }

  mutating func nextValue() -> Int {
    counter += 1
    return counter
  }

  mutating func epoch(above generation: UInt64) -> Epoch {
    let known = max(generation, store.lease?.generation ?? 0, store.page?.version.epoch.generation ?? 0, store.floor)
    return Epoch(generation: known + 1, nonce: UInt32.random(in: 1...UInt32.max, using: &random))
  }

  mutating func execute(_ commit: Commit) -> CommitAnswer {
    let before = store.page?.version
    let (answer, message) = store.commit(commit)
    if store.page?.version != before, store.lease?.owner != commit.hold.owner || store.lease?.fence != commit.hold.fence {
      violation = violation ?? "I4: \(commit.hold.owner) wrote without the lease"
    }
    if let message {
      for index in fronts.indices { fronts[index].send(message, &random, calm: isCalm) }
    }
    return answer
  }

  // MARK: Steps

  private mutating func step() {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<25: producer { $0.step(&$1) }
    case 25..<45: producer { $0.change(&$1) }
    case 45..<60: producer { $0.commit(&$1) }
    case 60..<80: front { $0.step(&$1) }
    case 80..<94: viewer { $0.step(&$1) }
    case 94: viewer { $0.front = Int.random(in: 0..<3, using: &$1) }
    case 95: front { front, _ in front.cut() }
    case 96: producers[0] = newProducer()
    case 97: fronts[Int.random(in: 0..<3, using: &random)] = SimulatedFront()
    case 98: producers.swapAt(0, 1)
    default: executeLate()
    }
  }

  private mutating func executeLate() {
    guard !late.isEmpty else { return }
    _ = execute(late.removeFirst())
  }

  private mutating func newProducer() -> SimulatedProducer {
    processes += 1
    return SimulatedProducer(owner: "p\(processes)")
  }

  private mutating func producer(_ act: (inout SimulatedProducer, inout World) -> Void) {
    let index = Int.random(in: producers.indices, using: &random)
    var one = producers[index]
    act(&one, &self)
    producers[index] = one
  }

  private mutating func front(_ act: (inout SimulatedFront, inout World) -> Void) {
    let index = Int.random(in: fronts.indices, using: &random)
    withFront(index, act)
  }

  private mutating func withFront(_ index: Int, _ act: (inout SimulatedFront, inout World) -> Void) {
    var one = fronts[index]
    act(&one, &self)
    fronts[index] = one
  }

  private mutating func viewer(_ act: (inout SimulatedViewer, inout SeededGenerator) -> Void) {
    let index = Int.random(in: viewers.indices, using: &random)
    var one = viewers[index]
    one.answer(from: fronts[one.front].page.view)
    act(&one, &random)
    viewers[index] = one
  }

  // MARK: Invariants

  private mutating func check() {
    if let page = store.page { expect(page.version, page.components.mapValues(\.value), "store") }
    for front in fronts {
      if let view = front.page.view { expect(view.version, view.values, "front") }
    }
    for viewer in viewers {
      if let version = viewer.page.version { expect(version, viewer.page.values, "viewer") }
      if viewer.wentBack { violation = violation ?? "I1: a viewer went back" }
    }
  }

  /// I5: a version determines the contents, everywhere. Whoever shows a version first fixes what it means.
  private mutating func expect(_ version: Version, _ values: [ComponentID: ComponentValue], _ who: String) {
    if let known = contents[version] {
      if known != values { violation = violation ?? "I5: \(who) shows other contents at \(version)" }
    } else {
      contents[version] = values
    }
  }

  /// I2: after the last fault everybody ends with what the store and the owner have.
  private mutating func settle() {
    guard violation == nil else { return }
    isCalm = true
    while !late.isEmpty { executeLate() }
    for _ in 0..<30 {
      for index in producers.indices { withProducer(index) { $0.step(&$1); $0.commit(&$1) } }
      for index in fronts.indices { for _ in 0..<6 { withFront(index) { $0.step(&$1, everything: true) } } }
      for index in viewers.indices {
        viewers[index].answer(from: fronts[viewers[index].front].page.view)
        viewers[index].deliverAll()
      }
      check()
    }
    for viewer in viewers where viewer.page.version != store.page?.version {
      violation = violation ?? "I2: a viewer ends at \(String(describing: viewer.page.version)), not \(String(describing: store.page?.version))"
    }
    let owner = producers.first { $0.lease.hold != nil && $0.writer?.committed == store.page?.version }
    if owner?.writer?.values != store.page?.components.mapValues(\.value) {
      violation = violation ?? "I2: the owner and the store differ"
    }
  }

  private mutating func withProducer(_ index: Int, _ act: (inout SimulatedProducer, inout World) -> Void) {
    var one = producers[index]
    act(&one, &self)
    producers[index] = one
  }
}
