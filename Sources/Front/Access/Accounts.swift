package import DashboardModel
import FoundationEssentials
import NIOCore
import Synchronization

/// Who a session is just now: users come from a file that may change, sessions end by sign-out or age.
///
/// Everything is looked up at the time it matters, by name, so a role that is taken away is gone with the next request.
package final class Accounts: Sendable {
  /// Invariant: whatever changes the answer of ``standing(of:)`` other than by time beats ``pulse``.
  private struct State {
    var users: Users
    var ended = EndedSessions()
  }

  /// What a session may rely on.
  package enum Standing: Hashable, Sendable {
    case anonymous
    case signedIn(String, roles: [String])
    /// Signed out, too old, or its user is gone.
    case ended

    package var roles: [String] {
      if case .signedIn(_, let roles) = self { roles } else { [] }
    }
  }

  /// False where nobody can sign in because there is no users file.
  package let areConfigured: Bool
  let pulse = PagePulse()
  private let state: Mutex<State>
  private let now: @Sendable () -> Int

  /// Seconds that a sign-in lasts: 7 days.
  static let longest = 604_800
  /// A front whose clock is that much behind still takes the sign-in of another.
  private static let clockSlack = 300

  package init(_ users: Users?, now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }) {
    areConfigured = users != nil
    state = Mutex(State(users: users ?? Users()))
    self.now = now
  }

  package func standing(of session: Session?) -> Standing {
    guard let session, let login = session.login else { return .anonymous }
    let age = now() - login.at
    return state.withLock { state in
      guard (-Self.clockSlack..<Self.longest).contains(age), !state.ended.contains(session.id),
        let user = state.users.byName[login.user]
      else { return .ended }
      return .signedIn(login.user, roles: user.roles)
    }
  }

  /// What is kept of a user's password; a stand-in that nothing matches where there is no such user.
  func password(of user: String) -> PasswordRecord {
    state.withLock { $0.users.byName[user]?.password } ?? PasswordHash.nobody
  }

  func hasUser(_ name: String) -> Bool { state.withLock { $0.users.byName[name] != nil } }

  func makeLogin(_ user: String) -> Session.Login { Session.Login(user: user, at: now()) }

  /// The users file has changed.
  package func replace(_ users: Users) {
    state.withLock { $0.users = users }
    pulse.beat()
  }

  /// Ends a session here; ``takeUnsent()`` has it for the other fronts.
  func end(_ session: String) {
    state.withLock { _ = $0.ended.add(session, isOurs: true) }
    pulse.beat()
  }

  /// Other fronts, or this one, ended these.
  func heardEnded(_ sessions: [String]) {
    let isNew = state.withLock { state in sessions.reduce(false) { state.ended.add($1, isOurs: false) || $0 } }
    if isNew { pulse.beat() }
  }

  /// Sessions ended here that the store does not have yet.
  var unsent: [String] { state.withLock { $0.ended.unsent } }

  func sent(_ sessions: [String]) { state.withLock { $0.ended.unsent.removeAll { sessions.contains($0) } } }
}

/// The sessions that were signed out, newest last; at most ``most``, then the oldest are forgotten.
struct EndedSessions {
  private var known: Set<String> = []
  private var order: [String] = []
  var unsent: [String] = []

  /// As many as the store keeps.
  static let most = 10_000

  func contains(_ session: String) -> Bool { known.contains(session) }

  /// False for one that is known already.
  @discardableResult mutating func add(_ session: String, isOurs: Bool) -> Bool {
    guard known.insert(session).inserted else { return false }
    order.append(session)
    if isOurs { unsent.append(session) }
    // A quarter at once, so that a full list costs nothing each time.
    guard order.count > Self.most * 5 / 4 else { return true }
    known.subtract(order.prefix(order.count - Self.most))
    order.removeFirst(order.count - Self.most)
    unsent.removeAll { !known.contains($0) }
    return true
  }
}
