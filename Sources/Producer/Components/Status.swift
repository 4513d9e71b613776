import DashboardModel

/// How good a component's value is.
struct Status: Hashable {
  enum State: Hashable {
    case loading, empty
    /// There is a value, but it is old.
    case stale(String)
    case error(String)
  }

  /// `nil` is well.
  var state: State?

  init(_ state: State? = nil, isEmpty: Bool = false) { self.state = state ?? (isEmpty ? .empty : nil) }

  /// An old value says how old it is.
  var hasAge: Bool {
    switch state {
    case .stale, .error: true
    default: false
    }
  }

  func add(to members: inout JSON.Members) {
    switch state {
    case nil: break
    case .loading: members["state"] = "loading"
    case .empty: members["state"] = "empty"
    case .stale(let reason):
      members["state"] = "stale"
      members["reason"] = .string(reason)
    case .error(let reason):
      members["state"] = "error"
      members["reason"] = .string(reason)
    }
  }
}
