import NIOCore

/// Who waits for which reply: replies come in the order of their commands, so this is a queue.
///
/// A batch whose time is over stays in the queue without its promise, because its replies still come and must not be
/// given to the next. Decides only; ``RedisChannelHandler`` acts.
struct ReplyQueue {
  typealias Promise = EventLoopPromise<[RedisValue]>

  enum Action {
    case wait
    case succeed(Promise, [RedisValue])
    /// A reply nobody asked for: the order is lost.
    case desync
  }

  /// One batch of commands that is answered together.
  private struct Batch {
    var promise: Promise?
    let expected: Int
    var replies: [RedisValue] = []
    let deadline: NIODeadline
  }

  private var batches = CircularBuffer<Batch>()
  private let limit: Int
  /// Batches before this index have lost their promise to a deadline.
  private var expired = 0
  /// Replies still to come; never above the limit.
  private(set) var waiting = 0

  init(limit: Int) { self.limit = limit }

  var isEmpty: Bool { batches.isEmpty }
  var hasExpired: Bool { expired > 0 }

  /// False when the queue has no room; then nothing was added.
  mutating func add(_ promise: Promise, expecting count: Int, deadline: NIODeadline) -> Bool {
    guard waiting + count <= limit else { return false }
    waiting += count
    batches.append(Batch(promise: promise, expected: count, deadline: deadline))
    return true
  }

  mutating func receive(_ reply: RedisValue) -> Action {
    guard !batches.isEmpty else { return .desync }
    waiting -= 1
    batches[offset: 0].replies.append(reply)
    guard batches[offset: 0].replies.count == batches[offset: 0].expected else { return .wait }
    let batch = batches.removeFirst()
    expired = max(0, expired - 1)
    guard let promise = batch.promise else { return .wait }
    return .succeed(promise, batch.replies)
  }

  /// When the oldest batch that still has its promise runs out.
  var nextDeadline: NIODeadline? {
    expired < batches.count ? batches[offset: expired].deadline : nil
  }

  /// Takes the promises whose time is over.
  mutating func expire(now: NIODeadline) -> [Promise] {
    var promises: [Promise] = []
    while let deadline = nextDeadline, deadline <= now {
      if let promise = batches[offset: expired].promise { promises.append(promise) }
      batches[offset: expired].promise = nil
      expired += 1
    }
    return promises
  }

  /// Takes all promises, at the end of the connection.
  mutating func drain() -> [Promise] {
    defer { (batches, expired, waiting) = (CircularBuffer(), 0, 0) }
    return batches.compactMap(\.promise)
  }
}

extension CircularBuffer {
  fileprivate subscript(offset offset: Int) -> Element {
    get { self[index(startIndex, offsetBy: offset)] }
    set { self[index(startIndex, offsetBy: offset)] = newValue }
  }
}
