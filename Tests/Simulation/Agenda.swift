/// Virtual time in milliseconds, and what is to happen when. Equal times keep the order in which they were planned, so a
/// run depends on its seed alone.
final class Agenda {
  private(set) var now = 0
  /// Latest first, so that the next one is taken from the end.
  private var entries: [Entry] = []
  private var planned = 0

  private struct Entry {
    var at: Int
    var order: Int
    var action: () -> Void
  }

  func after(_ delay: Int, _ action: @escaping () -> Void) {
    planned += 1
    let entry = Entry(at: now + max(0, delay), order: planned, action: action)
    var low = 0, high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].at > entry.at { low = middle + 1 } else { high = middle }
    }
    entries.insert(entry, at: low)
  }

  /// Does what comes next; false when nothing does until `end`.
  func step(until end: Int) -> Bool {
    guard let next = entries.last, next.at <= end else {
      now = max(now, end)
      return false
    }
    entries.removeLast()
    now = next.at
    next.action()
    return true
  }

  /// Breaks the cycles between a world and what it planned.
  func clear() { entries = [] }
}
