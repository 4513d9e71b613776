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

  private let waiting = Mutex<[Key: [EventLoopPromise<EventReply?>]]>([:])
  private let most: Int

  init(most: Int) { self.most = most }

  /// The reply, or `nil` after `time`; `nil` as a whole when too many wait.
  func wait(for viewer: ViewerID, sequence: UInt64, within time: TimeAmount, on loop: any EventLoop)
    -> EventLoopFuture<EventReply?>?
  {
    let key = Key(viewer: viewer, sequence: sequence)
    let promise = loop.makePromise(of: EventReply?.self)
    let isTaken = waiting.withLock { waiting in
      guard waiting.count < most else { return false }
      waiting[key, default: []].append(promise)
      return true
    }
    guard isTaken else {
      promise.succeed(nil)
      return nil
    }
    let timer = loop.scheduleTask(in: time) { self.finish(key, nil) }
    promise.futureResult.whenComplete { _ in timer.cancel() }
    return promise.futureResult
  }

  func received(_ reply: EventReply, viewer: ViewerID, sequence: UInt64) {
    finish(Key(viewer: viewer, sequence: sequence), reply)
  }

  var count: Int { waiting.withLock { $0.count } }

  private func finish(_ key: Key, _ reply: EventReply?) {
    let promises = waiting.withLock { $0.removeValue(forKey: key) ?? [] }
    for promise in promises { promise.succeed(reply) }
  }
}
