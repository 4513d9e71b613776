import DashboardModel
import NIOCore
import PageSync

/// One page in a front: the machine that follows it, who waits for it, and what was encoded of its newest version.
struct WatchedPage {
  var machine = FrontPage()
  /// How many viewers each event loop has on it.
  var viewers: [Int: Int] = [:]
  var waiters: [Waiter] = []
  var lastUsed: NIODeadline
  /// When "somebody looks at this" was last sent for a page that is made on demand.
  var lastOpened: NIODeadline?
  /// Its tab said goodbye here, and was not heard of since.
  var hasLeft = false
  /// A poll came, and the producer has not been told for a while. Judged when a poll comes, not later: a tab that polls
  /// here and there may have said goodbye elsewhere since.
  var isWanted = false
  /// True when the producer would not make it.
  var isRefused = false
  /// Since when a read that is needed has not been answered.
  private(set) var readOwedSince: NIODeadline?
  private(set) var header: PageHeader?
  let pulse = PagePulse()
  /// What was encoded of its version.
  private var answers = PageAnswers(isPublic: false)
  private var lastWaiter: UInt64 = 0

  /// Somebody who waits until the page shows `minimum` (or anything).
  struct Waiter {
    var id: UInt64
    var minimum: Version?
    var promise: EventLoopPromise<Bool>
  }

  init(now: NIODeadline) { lastUsed = now }

  var version: Version? { machine.view?.version }

  /// Somebody asked for it. Whoever seemed gone is not: the producer hears so at the next upkeep.
  mutating func wasUsed(_ now: NIODeadline) {
    lastUsed = now
    if hasLeft { (hasLeft, lastOpened) = (false, nil) }
    if isDue(now) { isWanted = true }
  }

  /// True when the producer is to be told again that the page is looked at.
  func isDue(_ now: NIODeadline) -> Bool {
    // A page that was here and is not in the store was given up while nobody could say that it is looked at.
    let every = version == nil || machine.storeIsBehind ? Self.openUnanswered : Self.openAgain
    return lastOpened.map { now - $0 >= every } ?? true
  }

  static let openUnanswered = TimeAmount.milliseconds(1000)
  static let openAgain = TimeAmount.seconds(30)

  /// The machine was driven; `wasRead`: by an answer of the store, from which on only the next read is owed.
  mutating func noteReads(wasRead: Bool) {
    if wasRead { readOwedSince = nil }
    readOwedSince = machine.owesRead ? readOwedSince ?? .now() : nil
  }

  /// Forgets what was encoded of older versions and takes over the page's definition.
  mutating func changed() {
    isRefused = false
    header = machine.view?[.page].flatMap { (try? JSON.decode(PageHeader.self, from: $0.head)) ?? header }
    answers = PageAnswers(isPublic: header.map { $0.viewIsOpen && $0.scope == .shared } ?? false)
  }

  /// What answers are made of, for use outside of the hub's lock; `nil` while the page is not here.
  var shown: (view: PageView, answers: PageAnswers)? { machine.view.map { ($0, answers) } }

  /// Adds a waiter, and names it.
  mutating func wait(for minimum: Version?, _ promise: EventLoopPromise<Bool>) -> UInt64 {
    lastWaiter += 1
    waiters.append(Waiter(id: lastWaiter, minimum: minimum, promise: promise))
    return lastWaiter
  }

  /// Takes the waiters that need not wait any longer, with their answer.
  mutating func dueWaiters() -> [Waiter] {
    guard let version else { return [] }
    let due = waiters.filter { $0.minimum.map { $0 <= version } ?? true }
    waiters.removeAll { $0.minimum.map { $0 <= version } ?? true }
    return due
  }
}
