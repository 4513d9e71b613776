import DashboardModel
import PageSync

// The shortest way to say what these tests are about.

func v(_ text: String) -> Version { Version(text)! }
func epoch(_ text: String) -> Epoch { v("\(text):0").epoch }
func id(_ name: String) -> ComponentID { ComponentID(name)! }
func value(_ number: Double) -> ComponentValue { ComponentValue(["value": .number(number)]) }

/// A series whose rows are `[n, n]`.
func series(_ numbers: ClosedRange<Int>?) -> ComponentValue { ComponentValue([:], points: rows(numbers)) }

func rows(_ numbers: ClosedRange<Int>?) -> Points {
  var points = Points()
  for number in numbers.map(Array.init) ?? [] { points.append(time: Double(number), values: [Double(number)]) }
  return points
}

func appended(_ numbers: ClosedRange<Int>, keep: Int) -> ComponentChange.Kind {
  .append(Append(head: Array("{}".utf8), points: rows(numbers), keep: keep))
}

func update(_ from: String, _ to: String, _ changes: (String, ComponentChange.Kind)...) -> Update {
  Update(from: v(from), to: v(to), changes: changes.map { ComponentChange(id($0.0), $0.1) })
}

/// `[name: (revision, value)]`
func snapshot(
  _ version: String, _ components: [String: (UInt64, ComponentValue)] = [:], removed: [String: UInt64] = [:],
  removedFloor: UInt64 = 0
) -> Snapshot {
  Snapshot(
    version: v(version),
    components: Dictionary(uniqueKeysWithValues: components.map { (id($0.key), .init(revision: $0.value.0, value: $0.value.1)) }),
    removed: Dictionary(uniqueKeysWithValues: removed.map { (id($0.key), $0.value) }), removedFloor: removedFloor)
}
