import DashboardModel
import NIOCore
import WebServer

/// Finds the page that a request means: the plain page tells which variables there are and whose page it is, the
/// request's query which of its instances is wanted. The one place that decides who may look.
struct PageLocator: Sendable {
  let hub: Hub

  /// What a request says of its page.
  struct Wish: Sendable {
    /// The plain page.
    var dashboard: PageKey
    var tab: String
    var session: Session?
    /// The name under which the tab's events come, where it has been derived already.
    var viewer: ViewerID?
    /// The value of a query parameter.
    var value: @Sendable (String) -> String?

    /// The same, with what was derived of it.
    func known(_ viewer: ViewerID?) -> Wish {
      var wish = self
      wish.viewer = viewer
      return wish
    }
  }

  struct Found: Sendable {
    var page: PageKey
    /// The name under which the tab's events come; `nil` without a session.
    var viewer: ViewerID?
    /// What the viewer is, by the users file.
    var roles: [String] = []
  }

  enum Failure: Error, Hashable, Sendable {
    /// There is no such page.
    case absent
    /// It may come; nothing is known of it yet.
    case notYet
    /// There are as many instances of it as there may be.
    case tooMany
    /// Not for this viewer.
    case forbidden
    /// Not for viewers without a name.
    case needsLogin
    /// The session was ended, or its user is gone.
    case signedOut
    case noSession
    case badTab
  }

  /// The page once this front has it.
  func locate(_ wish: Wish, on loop: any EventLoop) -> EventLoopFuture<Result<Found, Failure>> {
    let time = hub.settings.limits.firstAnswer
    return hub.whenShown(wish.dashboard, within: time, on: loop).flatMap { ready in
      guard ready == .ready, let header = hub.header(of: wish.dashboard) else {
        return loop.makeSucceededFuture(.failure(ready == .absent ? .absent : .notYet))
      }
      switch address(wish, header) {
      case .failure(let failure): return loop.makeSucceededFuture(.failure(failure))
      case .success(let found):
        guard found.page.isOnDemand else { return loop.makeSucceededFuture(.success(found)) }
        return hub.whenShown(found.page, within: time, on: loop).map { ready in
          ready == .ready ? .success(found) : .failure(ready == .refused ? .tooMany : .notYet)
        }
      }
    }
  }

  /// Which page it is, of a dashboard whose header is known.
  func address(_ wish: Wish, _ header: PageHeader) -> Result<Found, Failure> {
    let standing = hub.accounts.standing(of: wish.session)
    if let failure = refusal(of: standing, header) { return .failure(failure) }
    guard let parameters = header.variables.parameters(from: wish.value) else { return .failure(.absent) }
    let viewer = wish.viewer ?? wish.session.flatMap { hub.signer?.viewer(session: $0.id, tab: wish.tab) }
    let page = wish.dashboard.with(parameters)
    guard header.scope == .viewer else {
      return .success(Found(page: page, viewer: viewer, roles: standing.roles))
    }
    guard let viewer else { return .failure(wish.session == nil ? .noSession : .badTab) }
    return .success(Found(page: page.with(viewer), viewer: viewer, roles: standing.roles))
  }

  /// Why somebody may not look at a page; `nil` if he may. A page for roles is for nobody where there are no users.
  func refusal(of standing: Accounts.Standing, _ header: PageHeader) -> Failure? {
    switch standing {
    case .ended: .signedOut
    case _ where header.view.admits(standing.roles): nil
    case .anonymous where hub.accounts.areConfigured: .needsLogin
    case .anonymous, .signedIn: .forbidden
    }
  }
}

extension PageLocator.Failure {
  var webError: WebError {
    switch self {
    case .absent: .noSuchPage
    case .notYet: .notYet
    case .tooMany: .tooManyInstances
    case .forbidden: .notForYou
    case .needsLogin, .signedOut: .signInFirst
    case .noSession: .openPageFirst
    case .badTab: .badClient
    }
  }
}
