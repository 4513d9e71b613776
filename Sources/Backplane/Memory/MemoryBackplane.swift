package import DashboardModel
package import NIOCore
package import PageSync
import NIOPosix
import Synchronization

/// Front and producer in one process, without Redis: the same answers, nothing outlives the process.
package final class MemoryBackplane: Sendable {
  package let front = randomHex(bytes: 16)
  let eventLoop: any EventLoop
  let state = Mutex(State())
  private let key: [UInt8]

  /// Under one lock. Invariant: deliveries are handed to the event loop while it is held, so they keep the store's
  /// order.
  struct State {
    var store = MemoryStore()
    var listener: (any BackplaneListener)?
    var subscribed: Set<PageKey> = []
    var endedSessions: [String] = []
    var waiting: [Int: [EventLoopPromise<Void>]] = [:]
    var onHint: (@Sendable (StoreHint) -> Void)?
    /// Deliveries given to the event loop and not yet made.
    var undelivered = 0
  }

  /// Callbacks come on `eventLoop`.
  /// `key` signs sessions; a random one unless told otherwise.
  package init(eventLoop: (any EventLoop)? = nil, key: [UInt8]? = nil) {
    self.eventLoop = eventLoop ?? MultiThreadedEventLoopGroup.singleton.any()
    self.key = key ?? (0..<32).map { _ in UInt8.random(in: 0 ... .max) }
  }

  /// Deliveries that may wait for the event loop; beyond, the channel is cut and begins anew, as Redis would do it.
  private static let mostUndelivered = 20_000

  /// Changes the store and delivers what that publishes.
  func change<T: Sendable>(_ body: (inout MemoryStore) -> T) -> T {
    state.withLock { state in
      let result = body(&state.store)
      for publication in state.store.takePublished() { deliver(publication, &state) }
      return result
    }
  }

  private func deliver(_ publication: ShardStore.Publication, _ state: inout State) {
    if case .released(let shard) = publication {
      if let onHint = state.onHint { eventLoop.execute { onHint(.released(shard: shard)) } }
      return
    }
    guard let listener = state.listener else { return }
    switch publication {
    case .released: break
    case .message(let message, let page):
      guard state.subscribed.contains(page) else { return }
      call(&state) { listener.received(message, for: page) }
    case .heartbeat(let heartbeat): call(&state) { listener.received(heartbeat) }
    case .reply(let reply, let viewer, let sequence, let front):
      guard front == self.front else { return }
      call(&state) { listener.received(reply, viewer: viewer, sequence: sequence) }
    }
  }

  func call(_ state: inout State, _ body: @escaping @Sendable () -> Void) {
    guard state.undelivered < Self.mostUndelivered else { return cut(&state) }
    state.undelivered += 1
    eventLoop.execute {
      body()
      self.state.withLock { $0.undelivered -= 1 }
    }
  }

  // Dropped deliveries must be known to the listener: it reads again what it watches.
  private func cut(_ state: inout State) {
    guard let listener = state.listener, !state.subscribed.isEmpty else { return }
    let pages = state.subscribed
    state.subscribed = []
    eventLoop.execute {
      listener.disconnected(reason: "the event loop is too slow")
      listener.connected()
      for page in pages { self.subscribe(page) }
    }
  }
}

extension MemoryBackplane: FrontBackplane {
  package func listen(_ listener: any BackplaneListener) {
    state.withLock { state in
      state.listener = listener
      call(&state) { listener.connected() }
      if let shards = state.store.setUpFor { call(&state) { listener.found(shards: shards) } }
    }
  }

  package func subscribe(_ page: PageKey) {
    state.withLock { state in
      state.subscribed.insert(page)
      guard let listener = state.listener else { return }
      call(&state) { listener.subscribed(page) }
    }
  }

  package func unsubscribe(_ page: PageKey) {
    _ = state.withLock { $0.subscribed.remove(page) }
  }

  package func read(_ page: PageKey) -> EventLoopFuture<Snapshot?> {
    eventLoop.makeSucceededFuture(state.withLock { $0.store.page(page)?.snapshot })
  }

  package func versions(of pages: [PageKey]) -> EventLoopFuture<[Version?]> {
    eventLoop.makeSucceededFuture(state.withLock { state in pages.map { state.store.page($0)?.snapshot.version } })
  }

  package func enqueue(_ event: EventRecord, in shard: Int?) -> EventLoopFuture<EnqueueAnswer> {
    var event = event
    event.sequence = min(event.sequence, largestStoredNumber)
    event.lowest = max(1, min(event.lowest, event.sequence))
    let (answer, waiting) = state.withLock { [event] state in
      let shard = shard ?? state.store.shard(of: event.page)
      let answer = state.store[shard].enqueue(event)
      return (answer, answer == .queued ? state.waiting.removeValue(forKey: shard) ?? [] : [])
    }
    for promise in waiting { promise.succeed() }
    return eventLoop.makeSucceededFuture(answer)
  }

  package func standing(of sequence: UInt64, by viewer: ViewerID, on page: PageKey) -> EventLoopFuture<EventStanding> {
    eventLoop.makeSucceededFuture(state.withLock { state in
      state.store[state.store.shard(of: page)].marks[viewer]?.standing(of: sequence) ?? .unknown
    })
  }

  package func raiseFloor(to generation: UInt64, for page: PageKey) -> EventLoopFuture<Void> {
    change { $0[$0.shard(of: page)].raiseFloor(to: generation) }
    return eventLoop.makeSucceededVoidFuture()
  }

  package func signingKey(known: [UInt8]?) -> EventLoopFuture<[UInt8]> { eventLoop.makeSucceededFuture(key) }

  // The only front there is knows them already; a test's second one may ask for all.
  package func endSessions(_ sessions: [String]) -> EventLoopFuture<Void> {
    state.withLock { $0.endedSessions = ($0.endedSessions + sessions).suffix(StoreLimits.endedSessions) }
    return eventLoop.makeSucceededVoidFuture()
  }

  package func endedSessions() -> EventLoopFuture<[String]> {
    eventLoop.makeSucceededFuture(state.withLock { $0.endedSessions })
  }
}
