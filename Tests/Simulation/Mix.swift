/// Which faults a run meets and how often.
package struct Mix: Sendable {
  /// Something bad that is done to the world at one moment.
  enum Fault: CaseIterable {
    // Processes
    case crashProducer, freezeProducer, stopProducer, crashFront
    // Connections: cut, with the outcome of every call under way unknown, and calls that arrive late
    case cutProducer, isolateProducer, cutFront, cutChannel
    // The store
    case stall, outage, restoreOld, flush, loseKey, jumpClock
    // Leases and viewers
    case stealSpuriously, moveViewer
  }

  package var name = "everything"
  /// Milliseconds with faults; after them the world must come to rest.
  var duration = 7000
  /// Pause between two faults, at most.
  var longestPause = 600
  /// How often each fault is drawn.
  var weights: [(fault: Fault, weight: Int)]
  /// Per hundred messages on a page's channel.
  var lost = 8, doubled = 4, reordered = 6
  /// Per hundred changes of hands asked for: the connection breaks just then.
  var lostGrants = 0
  /// Per hundred looks of a producer at the others: it has its share, and is not eager.
  var reluctant = 20
  /// A call that outlives its connection arrives so many milliseconds late at most.
  var latestCall = 2500
  /// A call is on its way to the store for so many milliseconds at most.
  var slowestCall = 3
  /// An answer of the store is on its way to a front for so many milliseconds at most.
  var slowestAnswer = 3
  /// Milliseconds between two changes of a source, at most.
  var longestWork = 400
  /// Fronts compare versions with the store and hear them with beats (R13).
  var comparesVersions = true
  /// Per hundred events: those that fail, those whose handler takes its time, those that kill their producer.
  var failing = 8, slow = 15, poisonous = 1

  package static let everything = Mix(weights: [
    (.crashProducer, 8), (.freezeProducer, 6), (.stopProducer, 4), (.crashFront, 6), (.cutProducer, 12),
    (.isolateProducer, 4), (.cutFront, 8), (.cutChannel, 8), (.stall, 4), (.outage, 5), (.restoreOld, 6), (.flush, 4),
    (.loseKey, 9), (.jumpClock, 2), (.stealSpuriously, 5), (.moveViewer, 9),
  ])
}
