import DashboardModel
import PageSync

/// A front process following the one page over a channel that loses, repeats and reorders.
struct SimulatedFront {
  private(set) var page = FrontPage()
  private var channel: [PageMessage] = []
  private var isSubscribed = false
  private var reads: [(ticket: Int, snapshot: Snapshot?)] = []
  private var started = false

  mutating func send(_ message: PageMessage, _ random: inout SeededGenerator, calm: Bool) {
    guard isSubscribed, calm || !random.chance(8) else { return }
    channel.append(message)
    guard !calm else { return }
    if random.chance(5) { channel.append(message) }
    if random.chance(8), channel.count > 1 { channel.swapAt(channel.count - 1, channel.count - 2) }
  }

  mutating func cut() {
    isSubscribed = false
    channel = []
    page.disconnected()
  }

  mutating func step(_ world: inout World, everything: Bool = false) {
    if !isSubscribed {
      started = true
      isSubscribed = true
      perform(page.subscribed(), &world)
      return
    }
    if everything {
      while !channel.isEmpty { deliver(&world) }
      while !reads.isEmpty { answerRead(&world, failing: false) }
      checkVersion(&world)
      return
    }
    switch Int.random(in: 0..<10, using: &world.random) {
    case 0..<5: deliver(&world)
    case 5..<8: answerRead(&world, failing: world.random.chance(10))
    default: checkVersion(&world)
    }
  }

  private mutating func deliver(_ world: inout World) {
    guard !channel.isEmpty else { return }
    var message = channel.removeFirst()
    if world.store.missing == .frontsCheckFrom, case .update(var update) = message, let shown = page.view?.version {
      update.from = shown
      message = .update(update)
    }
    perform(page.received(message), &world)
  }

  private mutating func answerRead(_ world: inout World, failing: Bool) {
    guard !reads.isEmpty else { return }
    let read = reads.removeFirst()
    if failing { page.readFailed(ticket: read.ticket) } else { perform(page.wasRead(read.snapshot, ticket: read.ticket), &world) }
  }

  private mutating func checkVersion(_ world: inout World) {
    guard world.store.missing != .frontsCompareVersions else { return }
    perform(page.tick(), &world)
    perform(page.checked(world.store.page?.version), &world)
  }

  private mutating func perform(_ actions: [FrontPage.Action], _ world: inout World) {
    for action in actions {
      switch action {
      // The store answers when it executes; the front hears of it later.
      case .read(let ticket): reads.append((ticket, world.store.page))
      case .raiseFloor(let generation): world.store.floor = max(world.store.floor, generation)
      case .subscribe, .changed, .gone: break
      }
    }
  }
}

/// A browser tab that polls or listens, and moves between fronts.
struct SimulatedViewer {
  var front: Int { didSet { inbox = [] } }
  private(set) var page = ViewerPage()
  private(set) var wentBack = false
  private let polls: Bool
  private let missing: Rule?
  private var inbox: [ViewerMessage] = []

  init(front: Int, polls: Bool, missing: Rule?) {
    self.front = front
    self.polls = polls
    self.missing = missing
  }

  /// The front computes an answer for what this viewer shows now; it arrives at a later step.
  mutating func answer(from view: PageView?) {
    guard let view, inbox.count < 3 else { return }
    switch view.changes(since: page.version) {
    case .nothing, .behind: break
    case .whole: inbox.append(.full(to: view.version, view.values))
    case .delta(let update): inbox.append(.delta(update))
    case .rebase(let update): inbox.append(.rebase(update))
    }
  }

  mutating func step(_ random: inout SeededGenerator) {
    guard !inbox.isEmpty, polls || random.chance(80) else { return }
    receive(inbox.removeFirst())
  }

  mutating func deliverAll() {
    while !inbox.isEmpty { receive(inbox.removeFirst()) }
  }

  private mutating func receive(_ message: ViewerMessage) {
    let before = page.version
    if missing == .viewersCheckFrom, let from = message.from { page = ViewerPage(version: from, values: page.values) }
    _ = page.receive(message)
    if let before, page.version.map({ $0 < before }) ?? true { wentBack = true }
  }
}

extension ViewerMessage {
  fileprivate var from: Version? {
    switch self {
    case .full: nil
    case .delta(let update), .rebase(let update): update.from
    }
  }
}
