import DashboardModel
import NIOCore
import PageSync
import Synchronization

/// Events that wait for what became of them. Bounded: past the bound a viewer is asked to try again.
final class ReplyWaiters: Sendable {
  private struct Key: Hashable {
    var viewer: ViewerID
    var sequence: UInt64
  }

  /// One who waits. An event that was sent twice has two, each with a time of its own.
  private struct Waiter {
    var number: UInt64
    var promise: EventLoopPromise<EventReply?>
  }

  private struct State {
    var waiting: [Key: [Waiter]] = [:]
    var count = 0
    var lastNumber: UInt64 = 0
    var isOver = false
  }

  private enum Place {
    case waits(UInt64)
    case full, over
  }

  private let state = Mutex(State())
  private let most: Int

  init(most: Int) { self.most = most }

  /// The reply, or `nil` after `time`; `nil` as a whole when too many wait.
  func wait(for viewer: ViewerID, sequence: UInt64, within time: TimeAmount, on loop: any EventLoop)
    -> EventLoopFuture<EventReply?>?
  {
    let key = Key(viewer: viewer, sequence: sequence)
    let promise = loop.makePromise(of: EventReply?.self)
    switch place(promise, key) {
    case .waits(let number):
      let timer = loop.scheduleTask(in: time) { self.giveUp(number, key) }
      promise.futureResult.whenComplete { _ in timer.cancel() }
      return promise.futureResult
    case .over:
      promise.succeed(nil)
      return promise.futureResult
    case .full:
      promise.succeed(nil)
      return nil
    }
  }

  func received(_ reply: EventReply, viewer: ViewerID, sequence: UInt64) {
    let waiters = state.withLock { state in
      let waiters = state.waiting.removeValue(forKey: Key(viewer: viewer, sequence: sequence)) ?? []
      state.count -= waiters.count
      return waiters
    }
    for waiter in waiters { waiter.promise.succeed(reply) }
  }

  /// Nobody waits any longer, now or later: this front stops.
  func end() {
    let waiters = state.withLock { state in
      defer { (state.waiting, state.count, state.isOver) = ([:], 0, true) }
      return state.waiting.values.flatMap { $0 }
    }
    for waiter in waiters { waiter.promise.succeed(nil) }
  }

  var count: Int { state.withLock { $0.count } }

  private func place(_ promise: EventLoopPromise<EventReply?>, _ key: Key) -> Place {
    state.withLock { state in
      if state.isOver { return .over }
      guard state.count < most else { return .full }
      state.lastNumber += 1
      state.count += 1
      state.waiting[key, default: []].append(Waiter(number: state.lastNumber, promise: promise))
      return .waits(state.lastNumber)
    }
  }

  private func giveUp(_ number: UInt64, _ key: Key) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.waiting[key]?.firstIndex(where: { $0.number == number }) else { return nil }
      state.count -= 1
      defer { if state.waiting[key]?.isEmpty == true { state.waiting[key] = nil } }
      return state.waiting[key]?.remove(at: index)
    }
    waiter?.promise.succeed(nil)
  }
}
