import Backplane
import DashboardModel
import PageSync
import Testing

/// A producer whose every commit the test decides.
struct ManualProducer: Sendable {
  let backplane: MemoryBackplane
  let hold: LeaseHold
  let key: PageKey
  private let epoch = Epoch(generation: 5, nonce: 0xaa)

  init(_ backplane: MemoryBackplane, page: String = "board") async throws {
    guard case .granted(let record) = try await backplane.acquire(0, owner: "test", minimumFence: 0) else {
      throw BackplaneError.mismatch("the lease is taken")
    }
    self.backplane = backplane
    hold = LeaseHold(owner: record.owner, fence: record.fence)
    key = try #require(PageKey(page))
  }

  static let a = ComponentID("a")!

  func version(_ revision: UInt64) -> Version { Version(epoch: epoch, revision: revision) }

  /// The page's first version: its definition and a component `a`.
  func begin(_ value: JSON = 1, act: Bool = true, _ change: (inout DashboardDefinition) -> Void = { _ in }) async throws {
    try await begin(key, value) {
      $0.access.actIsOpen = act
      change(&$0)
    }
  }

  /// The same for any page.
  func begin(_ key: PageKey, _ value: JSON = 1, _ change: (inout DashboardDefinition) -> Void) async throws {
    var definition = DashboardDefinition(name: key.dashboard, title: "Board")
    definition.components = [ComponentDefinition(id: Self.a, type: .hello)]
    change(&definition)
    let values = [ComponentID.page: ComponentValue(definition.pageItem), Self.a: ComponentValue(["value": value])]
    try await send(Commit(page: key, hold: hold, base: nil, to: version(1), update: .whole(values)))
    try await beat()
  }

  /// Makes a page that somebody waits for.
  func open(_ text: String) async throws {
    let values = [ComponentID.page: ComponentValue(DashboardDefinition(name: key.dashboard, title: "Own").pageItem)]
    let other = Epoch(generation: 6, nonce: 0xbb)
    try await send(Commit(
      page: try #require(PageKey(text)), hold: hold, base: nil, to: Version(epoch: other, revision: 1), update: .whole(values)))
    try await beat()
  }

  /// Sets `a` in the commit that leads to `revision`, and with it ends the oldest event, of this sequence.
  func set(_ value: JSON, at revision: UInt64, finishing sequence: UInt64? = nil, _ ending: EventEnding = EventEnding()) async throws {
    let component = ComponentValue(["value": value])
    try await change(.set(component), values: [Self.a: component], at: revision, finishing: sequence, ending)
  }

  /// Removes `a` in the same way.
  func remove(at revision: UInt64, finishing sequence: UInt64? = nil) async throws {
    try await change(.remove, values: [:], at: revision, finishing: sequence, EventEnding())
  }

  private func change(
    _ kind: ComponentChange.Kind, values: [ComponentID: ComponentValue], at revision: UInt64, finishing sequence: UInt64?,
    _ ending: EventEnding
  ) async throws {
    let (from, to) = (version(revision - 1), version(revision))
    let update = Update(from: from, to: to, changes: [ComponentChange(Self.a, kind)])
    var commit = Commit(page: key, hold: hold, base: from, to: to, update: .changes(update, values: values))
    let event = try await backplane.newEvents(0, after: nil, limit: 1, wait: .zero).first
    if let event, event.record.sequence == sequence {
      commit.finished = [
        FinishedEvent(
          entry: event.entry, viewer: event.record.viewer, sequence: event.record.sequence, front: event.record.front,
          reply: ending.reply(at: to))
      ]
    }
    try await send(commit)
  }

  func beat() async throws { _ = try await backplane.beat(0, hold: hold, versions: [:]) }

  private func send(_ commit: Commit) async throws {
    let answer = try await backplane.commit(commit)
    #expect(answer == .ok)
  }
}
