package import DashboardModel

// What both stores take from a commit.
extension Commit {
  /// What is published.
  package var message: PageMessage {
    switch update {
    case .whole: .moved(to: to)
    case .changes(let update, _): .update(update)
    }
  }

  /// Components to write, whole.
  package var sets: [(ComponentID, ComponentValue)] {
    switch update {
    case .whole(let components): components.map { ($0.key, $0.value) }
    case .changes(_, let values): values.compactMap { id, value in value.map { (id, $0) } }
    }
  }

  package var removes: [ComponentID] {
    switch update {
    case .whole: []
    case .changes(_, let values): values.filter { $0.value == nil }.map(\.key)
    }
  }

  /// Finished events with a sequence the store can hold; others were never taken from it.
  package var storableFinished: [FinishedEvent] { finished.filter { $0.sequence <= StoreLimits.largestNumber } }
}
