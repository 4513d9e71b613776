/// A rule that a run can leave out, to see that the simulator would notice. Left out in the simulation's own shells, by
/// changing what goes into a machine or comes out of it; the machines themselves have no switches.
package enum Rule: String, CaseIterable, Sendable {
  case eventsAreReadInOrder
  case commitsCompareVersions
  case commitsCheckLease
  case takeoversOpenEpochs
  case repeatsAreIdentical
  case pendingEffectsAreKept
  case ownLeaseIsAdopted
  case lowerFenceIsNoVerdict
  case deposedOwnersStop
  case lostRacesAreNoVerdict
  case memoryIsWrittenBack
  case marksAreKept
  case eventsEndWithTheirEffect
  case subscribedBeforeRead
  case updatesStartAtTheView
  case versionsAreCompared
  case answersMatchTheirRead
  case floorIsRaised
  case countsAreChecked
  case privateStateIsCounted
  case pagesAreFound
  case viewersCheckFrom
  case viewersNeverGoBack
  case eventsAreSentAgain
  case storeKnowsWhatIsDone
  case standbysArePatient
  case onlyBeginningsAreTries

  /// Its name in docs/protocol.md, and what leaving it out means here.
  package var meaning: (name: String, leftOut: String) {
    switch self {
    case .eventsAreReadInOrder: ("R1", "a new owner handles what is unfinished newest first")
    case .commitsCompareVersions: ("R2", "the store takes a commit on whatever version it has")
    case .commitsCheckLease: ("R2", "the store takes a commit from anybody")
    case .takeoversOpenEpochs: ("R3", "a new owner numbers on in the epoch it finds")
    case .repeatsAreIdentical: ("R4", "a commit without an answer is sent again with today's contents")
    case .pendingEffectsAreKept: ("R5", "a new epoch begins from the last confirmed contents")
    case .ownLeaseIsAdopted: ("R6", "a lease with the own id is taken for somebody else's")
    case .lowerFenceIsNoVerdict: ("R7", "a lower fence of the own lineage counts as deposed")
    case .deposedOwnersStop: ("R7", "a deposed owner takes the lease back")
    case .lostRacesAreNoVerdict: ("R8", "an incumbent that loses a race gives up its memory")
    case .memoryIsWrittenBack: ("R9", "an owner whose store is behind goes on from the store's contents")
    case .marksAreKept: ("R9", "a new owner does not restore the marks of viewers' events")
    case .eventsEndWithTheirEffect: ("R10", "an event is marked and answered in a call of its own, after the commit")
    case .subscribedBeforeRead: ("R11", "a front reads first and subscribes after")
    case .updatesStartAtTheView: ("R12", "a front applies an update wherever it starts")
    case .versionsAreCompared: ("R13", "no front compares versions, and beats carry none")
    case .answersMatchTheirRead: ("R14", "an answer to an earlier read passes for the newest one's")
    case .floorIsRaised: ("R14", "no floor is raised over a store that is behind")
    case .countsAreChecked: ("R15", "a snapshot is taken whatever is missing in it")
    case .privateStateIsCounted: ("R15", "nobody counts a page's private state")
    case .pagesAreFound: ("R9", "a new owner takes the list of pages for whole, and nobody looks whether a page is in it")
    case .viewersCheckFrom: ("R16", "a viewer applies an update wherever it starts")
    case .viewersNeverGoBack: ("R16", "a viewer takes an older full page")
    case .eventsAreSentAgain: ("R17", "an event is sent once")
    case .storeKnowsWhatIsDone: ("R18", "the store queues what it is given")
    case .onlyBeginningsAreTries: ("decision 26", "a question for what is unfinished counts as a try")
    case .standbysArePatient: ("decision 9", "a standby waits for five reads after an outage, too")
    }
  }

  /// Where it is looked for: most rules show in the usual mix, some only where the race they are for is common, or where
  /// what else would heal it is away.
  package var mix: Mix {
    switch self {
    case .subscribedBeforeRead, .answersMatchTheirRead: .cutChannels
    case .lowerFenceIsNoVerdict: .oldFiles
    case .standbysArePatient, .commitsCompareVersions: .outages
    case .versionsAreCompared: .lossy
    case .privateStateIsCounted: .lostKeys
    case .commitsCheckLease: .zombies
    case .ownLeaseIsAdopted, .lostRacesAreNoVerdict: .takeovers
    default: .everything
    }
  }

  /// How many seeds a test may take to find that it is left out.
  package var patience: UInt64 { 400 }
}
