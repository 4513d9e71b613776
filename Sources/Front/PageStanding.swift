import DashboardModel
import NIOCore

/// How a page stands for who polls it.
struct PageStanding {
  var condition: Freshness.Condition
  /// When to ask again, where that is sooner than after the page's interval.
  var nextPoll: TimeAmount?
  /// A read of it is owed. It may soon be late, and no beat tells.
  var isOwedRead = false

  /// There is nothing to say besides what the page shows.
  var isPlain: Bool { condition == .fresh && nextPoll == nil }
  /// It stays plain until something happens to the page, or its owner is silent for ``FrontLimits/quietOwner``.
  var isSettled: Bool { isPlain && !isOwedRead }
}

extension Hub.State {
  func condition(of key: PageKey, now: NIODeadline) -> Freshness.Condition {
    let page = pages[key], isBehind = page?.machine.storeIsBehind ?? false
    return freshness.condition(
      ofShard: shard(of: key), storeIsBehind: isBehind, readOwedSince: page?.readOwedSince, now: now)
  }

  func standing(of key: PageKey, now: NIODeadline) -> PageStanding {
    let page = pages[key]
    let next = freshness.nextPoll(ofShard: shard(of: key), readOwedSince: page?.readOwedSince, now: now)
    return PageStanding(
      condition: condition(of: key, now: now),
      nextPoll: next.flatMap { next in page?.header.map { next < $0.pollTime } ?? false ? next : nil },
      isOwedRead: page?.readOwedSince != nil)
  }
}

extension PageHeader {
  fileprivate var pollTime: TimeAmount { .milliseconds(Int64(min(reloadInterval, 86_400) * 1000)) }
}
