import DashboardModel
import PageSync
import Testing

private func record(
  _ owner: String, fence: UInt64 = 3, beat: UInt64 = 1, lineage: String = "l", released: Bool = false
) -> LeaseRecord {
  LeaseRecord(owner: owner, fence: fence, beat: beat, lineage: lineage, generation: 5, released: released)
}

private func owner() -> ShardLease {
  var lease = ShardLease(owner: "me")
  for _ in 0..<ShardLease.usualPatience { _ = lease.read(nil) }
  _ = lease.answered(.granted(record("me")))
  return lease
}

private let mine = LeaseHold(owner: "me", fence: 3)

@Suite struct ShardLeaseTests {
  @Test func `a standby steals after five successive reads without a beat`() {
    var lease = ShardLease(owner: "me")
    for _ in 0..<4 {
      #expect(lease.read(record("you")) == .nothing)
      #expect(lease.question == .read)
    }

    #expect(lease.read(record("you")) == .nothing)
    #expect(lease.question == .steal(seen: record("you"), minimumFence: 3))
    #expect(lease.answered(.granted(record("me", fence: 4))) == .won(record("me", fence: 4)))
    #expect(lease.question == .beat(LeaseHold(owner: "me", fence: 4)))
  }

  @Test func `a beat starts the count anew`() {
    var lease = ShardLease(owner: "me")
    for _ in 0..<4 { _ = lease.read(record("you", beat: 1)) }
    for _ in 0..<4 { _ = lease.read(record("you", beat: 2)) }

    #expect(lease.question == .read)
    _ = lease.read(record("you", beat: 2))
    #expect(lease.question == .steal(seen: record("you", beat: 2), minimumFence: 3))
  }

  @Test func `a missing lease is left to its owner as long`() {
    var lease = ShardLease(owner: "me")
    for _ in 0..<4 {
      _ = lease.read(nil)
      #expect(lease.question == .read)
    }
    _ = lease.read(nil)

    #expect(lease.question == .acquire(minimumFence: 0))
  }

  @Test func `a lease that was lost is left to its owner as after an outage`() {
    // standby                         owner                          store
    // reads: owner, beat 1
    //                                                                loses the lease
    // reads: none
    //                                 takes the lease again
    //                                                                loses the lease
    // reads: none, and saw nothing of what was between
    var lease = ShardLease(owner: "me")
    _ = lease.read(record("you"))
    for _ in 1..<ShardLease.patienceAfterOutage {
      _ = lease.read(nil)
      #expect(lease.question == .read)
    }
    _ = lease.read(nil)

    #expect(lease.question == .acquire(minimumFence: 3))
  }

  @Test func `a released lease is taken at once`() {
    var lease = ShardLease(owner: "me")
    _ = lease.read(record("you", released: true))

    #expect(lease.question == .steal(seen: record("you", released: true), minimumFence: 3))
  }

  @Test func `who has its share leaves a free shard to others, but not for ever`() {
    var lease = ShardLease(owner: "me")
    for _ in 1..<(ShardLease.usualPatience + ShardLease.restraint) {
      _ = lease.read(record("you", released: true), isEager: false)
      #expect(lease.question == .read)
    }
    _ = lease.read(record("you", released: true), isEager: false)

    #expect(lease.isDeciding)
    #expect(lease.question == .steal(seen: record("you", released: true), minimumFence: 3))
  }

  @Test func `a lease given up is not taken for one's own again`() {
    var lease = owner()
    lease.released()
    #expect(lease.hold == nil)

    #expect(lease.read(record("me", released: true), isEager: false) == .nothing)
    #expect(lease.question == .read)
    // Unless the release never arrived.
    #expect(lease.read(record("me")) == .won(record("me")))
  }

  @Test func `an unknown answer to a steal is looked up, and may have been a yes`() {
    // me                              store
    // steals
    //                                 grants; the answer is lost
    // reads: the owner is me (R6)
    var lease = ShardLease(owner: "me")
    _ = lease.read(record("you", released: true))
    lease.unanswered()

    #expect(lease.question == .read)
    #expect(lease.read(record("me", fence: 4)) == .won(record("me", fence: 4)))
    #expect(lease.hold == LeaseHold(owner: "me", fence: 4))
  }

  @Test func `an owner keeps beating, and takes a lost lease again`() {
    var lease = owner()
    #expect(lease.answered(.ok(record("me", beat: 2), floor: 7)) == .kept(floor: 7))
    lease.unanswered()
    #expect(lease.question == .beat(mine))

    #expect(lease.answered(.noLease) == .nothing)
    #expect(lease.question == .acquire(minimumFence: 3))
    #expect(lease.answered(.granted(record("me", fence: 4))) == .regained(record("me", fence: 4)))
  }

  @Test func `a store that went back is no rival`() {
    // R7: my own lineage with a lower fence than mine.
    var lease = owner()
    let old = record("you", fence: 2)

    #expect(lease.answered(.fenced(old)) == .nothing)
    #expect(lease.hold == mine)
    #expect(lease.question == .steal(seen: old, minimumFence: 3))
    #expect(lease.answered(.granted(record("me", fence: 4))) == .regained(record("me", fence: 4)))
  }

  @Test(arguments: [record("you", fence: 4), record("you", fence: 3), record("you", fence: 1, lineage: "other")])
  func `a rival deposes`(rival: LeaseRecord) {
    var lease = owner()

    #expect(lease.answered(.fenced(rival)) == .lost)
    #expect(lease.hold == nil)
    #expect(lease.question == .read)
  }

  @Test func `a lost race is no verdict`() {
    // R8: beat again, and let its answer decide.
    var lease = owner()
    _ = lease.answered(.noLease)
    #expect(lease.answered(.refused(record("you", fence: 4))) == .nothing)
    #expect(lease.question == .beat(mine))
    #expect(lease.answered(.fenced(record("you", fence: 4))) == .lost)

    var standby = ShardLease(owner: "me")
    _ = standby.read(record("you", released: true))
    #expect(standby.answered(.refused(record("they", fence: 4))) == .nothing)
    #expect(standby.question == .read)
  }

  @Test func `the deposed asks for a fence above all it has seen`() {
    var lease = owner()
    _ = lease.answered(.fenced(record("you", fence: 40)))
    for _ in 0..<ShardLease.patienceAfterOutage { _ = lease.read(nil) }

    #expect(lease.question == .acquire(minimumFence: 40))
  }

  @Test func `after an outage a standby leaves the incumbent the time to come back`() {
    var lease = ShardLease(owner: "standby")
    let before = LeaseRecord(owner: "incumbent", fence: 3, beat: 90, lineage: "l", generation: 7)
    let older = LeaseRecord(owner: "incumbent", fence: 3, beat: 20, lineage: "l", generation: 7)
    _ = lease.read(before)
    lease.unanswered()

    for _ in 0..<(ShardLease.patienceAfterOutage - 1) { _ = lease.read(older) }
    #expect(lease.question == .read)
    _ = lease.read(older)

    #expect(lease.question == .steal(seen: older, minimumFence: 3))
  }

  @Test func `a standby whose steal has no answer leaves the incumbent time again`() {
    var lease = ShardLease(owner: "standby")
    let silent = LeaseRecord(owner: "incumbent", fence: 3, beat: 90, lineage: "l", generation: 7)
    for _ in 0..<ShardLease.usualPatience { _ = lease.read(silent) }
    #expect(lease.question == .steal(seen: silent, minimumFence: 3))

    lease.unanswered()
    for _ in 0..<(ShardLease.patienceAfterOutage - 1) { _ = lease.read(silent) }

    #expect(lease.question == .read)
    _ = lease.read(silent)
    #expect(lease.question == .steal(seen: silent, minimumFence: 3))
  }

  @Test func `who hears only after an outage that it was deposed leaves the incumbent the time to come back`() {
    var lease = owner()
    let rival = record("rival", fence: 4)
    lease.unanswered()
    #expect(lease.answered(.fenced(rival)) == .lost)

    for _ in 0..<(ShardLease.patienceAfterOutage - 1) { _ = lease.read(rival) }
    #expect(lease.question == .read)
    _ = lease.read(rival)

    #expect(lease.question == .steal(seen: rival, minimumFence: 4))
  }

  @Test func `a beat seen after an outage makes a standby quick again`() {
    var lease = ShardLease(owner: "standby")
    var record = LeaseRecord(owner: "incumbent", fence: 3, beat: 90, lineage: "l", generation: 7)
    _ = lease.read(record)
    lease.unanswered()
    _ = lease.read(record)
    record.beat += 1

    for _ in 0..<ShardLease.usualPatience { _ = lease.read(record) }

    #expect(lease.question == .steal(seen: record, minimumFence: 3))
  }

  @Test func `a beat that went back makes the owner take its lease again`() {
    var lease = owner()
    _ = lease.answered(.ok(record("me", beat: 9), floor: 0))

    #expect(lease.answered(.ok(record("me", beat: 4), floor: 0)) == .nothing)
    #expect(lease.question == .steal(seen: record("me", beat: 4), minimumFence: 3))
    #expect(lease.answered(.granted(record("me", fence: 4, beat: 4))) == .regained(record("me", fence: 4, beat: 4)))
  }

  @Test(arguments: [nil, LeaseAnswer.refused(record("me", beat: 5))])
  func `that it went back is remembered until the lease is taken`(answer: LeaseAnswer?) {
    // me                              store
    // beats                           4, and not 9: it went back
    //                                 a beat sent before arrives late: 5
    // steals what it saw              the beat is another
    // beats                           6
    var lease = owner()
    _ = lease.answered(.ok(record("me", beat: 9), floor: 0))
    _ = lease.answered(.ok(record("me", beat: 4), floor: 0))
    if let answer { _ = lease.answered(answer) } else { lease.unanswered() }
    #expect(lease.question == .beat(mine))

    #expect(lease.answered(.ok(record("me", beat: 6), floor: 0)) == .nothing)
    #expect(lease.question == .steal(seen: record("me", beat: 6), minimumFence: 3))
    _ = lease.answered(.granted(record("me", fence: 4, beat: 6)))
    #expect(lease.answered(.ok(record("me", fence: 4, beat: 7), floor: 0)) == .kept(floor: 0))
  }

  @Test func `an own lease below a fence seen since is an old file's`() {
    var lease = owner()
    _ = lease.answered(.fenced(record("you", fence: 4)))

    #expect(lease.read(record("me", fence: 3)) == .nothing)
    #expect(lease.hold == nil)
  }

  @Test func `an own lease from an old file is taken anew, under a fence of its own`() {
    // me                              store
    // holds fence 3 of line 1
    //                                 loses the lease
    // acquires fence 4 of line 2
    //                                 comes back with an old file
    // beats: mine, fence 3 of line 1
    var lease = owner()
    _ = lease.answered(.noLease)
    _ = lease.answered(.granted(record("me", fence: 4, beat: 0, lineage: "2")))

    #expect(lease.answered(.fenced(record("me", beat: 7))) == .nothing)
    #expect(lease.question == .steal(seen: record("me", beat: 7), minimumFence: 4))
    #expect(lease.answered(.granted(record("me", fence: 5, beat: 7))) == .regained(record("me", fence: 5, beat: 7)))
  }

  @Test func `an acquisition without an answer may have been a yes`() {
    var lease = owner()
    _ = lease.answered(.noLease)
    lease.unanswered()

    let new = record("me", fence: 4, beat: 0, lineage: "2")
    #expect(lease.answered(.fenced(new)) == .regained(new))
  }

  @Test(arguments: [
    [record("incumbent", beat: 90), record("incumbent", beat: 40)],
    [record("incumbent", beat: 90), record("before", beat: 95, lineage: "k")],
    [record("incumbent", beat: 90), nil, record("incumbent", beat: 40)],
  ])
  func `a standby sees that the store went back between two reads`(reads: [LeaseRecord?]) {
    var lease = ShardLease(owner: "standby")
    for record in reads { _ = lease.read(record) }
    let last = reads.last ?? nil

    for _ in 0..<(ShardLease.patienceAfterOutage - 2) { _ = lease.read(last) }
    #expect(lease.question == .read)
    _ = lease.read(last)

    #expect(lease.question == last.map { .steal(seen: $0, minimumFence: 3) })
  }

  @Test func `a lease released before one seen since is no invitation`() {
    var lease = ShardLease(owner: "standby")
    _ = lease.read(record("incumbent", fence: 4))
    lease.unanswered()
    _ = lease.read(record("before", fence: 3, released: true))

    #expect(lease.question == .read)
  }

  @Test func `a standby that found the store away as it started is patient`() {
    var lease = ShardLease(owner: "standby", afterOutage: true)
    for _ in 0..<(ShardLease.patienceAfterOutage - 1) { _ = lease.read(record("incumbent", released: true)) }
    #expect(lease.question == .read)

    _ = lease.read(record("incumbent", released: true))
    #expect(lease.question == .steal(seen: record("incumbent", released: true), minimumFence: 3))
  }

  @Test func `a line of owners from before the own one means that the store went back`() {
    // me                              store
    // reads: you, line 1
    //                                 loses the lease
    // acquires line 2
    //                                 comes back with an old file
    // beats: you, line 1
    var lease = ShardLease(owner: "me")
    let old = record("you", fence: 2, lineage: "1")
    _ = lease.read(old)
    for _ in 0..<ShardLease.patienceAfterOutage { _ = lease.read(nil) }
    _ = lease.answered(.granted(record("me", fence: 3, lineage: "2")))

    #expect(lease.answered(.fenced(old)) == .nothing)
    #expect(lease.question == .steal(seen: old, minimumFence: 3))
  }
}
