package import DashboardModel

/// How a run of a source ended.
package enum SourceOutcome: Hashable, Sendable {
  case value(JSON, at: Moment)
  /// `since` is the first failure after the last value.
  case failure(reason: String, since: Moment)
}

/// Where a source stands, as its outcomes told so far: what components read.
package struct SourceState: Hashable, Sendable {
  /// The last value, also while the source fails.
  package private(set) var value: JSON?
  package private(set) var valueAt: Moment?
  /// Why the last run gave none; `nil` after a run that did.
  package private(set) var failure: String?

  package init() {}

  package mutating func apply(_ outcome: SourceOutcome) {
    switch outcome {
    case .value(let value, let moment): (self.value, valueAt, failure) = (value, moment, nil)
    case .failure(let reason, _): failure = reason
    }
  }
}

/// Picks a smaller value out of a source's value; `pick` of a definition. Need not be `Sendable`: a runner makes its
/// own and keeps it to itself.
package protocol ValuePick {
  func pick(_ value: JSON) throws -> JSON
}
