import DashboardModel
import Foundation

/// The properties of a dashboard component, under their names in definition files.
struct ComponentLooks: Hashable, Sendable {
  var properties = JSON.Members()
  var levels: [DashboardModel.LevelRule] = []
  var stale: Double?

  init(_ properties: KeyValuePairs<String, JSON?> = [:], levels: [LevelRule] = []) {
    // `JSON` takes `nil` for `null`, and a property that is not said is neither.
    for (name, value) in properties { if let value, value != .null { self.properties[name] = value } }
    self.levels = levels.map(\.inModel)
  }

  mutating func add(_ common: DashboardComponent.Common) {
    // Without a title browsers would make one of the id, which nobody chose.
    var all = JSON.Members([.init(name: "title", value: .string(common.title ?? ""))])
    if let link = common.link { all["link"] = .string(link) }
    if let note = common.note { all["note"] = .string(note) }
    properties.list = all.list + properties.list.filter { all[$0.name] == nil }
    stale = common.stale?.inSeconds
  }
}

/// When a value is good, warn or bad: `.warn(.above(200))`, `.bad(.above(400), for: .seconds(120))`.
public struct LevelRule: Hashable, Sendable {
  let inModel: DashboardModel.LevelRule

  /// What must hold.
  public enum Condition: Hashable, Sendable {
    case above(Double), below(Double), between(Double, Double)
    /// Compared as text, without regard to case.
    case equals(String)
    case missing
  }

  public static func good(_ condition: Condition, for time: Duration = .zero) -> LevelRule { .init(.good, condition, time) }
  public static func warn(_ condition: Condition, for time: Duration = .zero) -> LevelRule { .init(.warn, condition, time) }
  public static func bad(_ condition: Condition, for time: Duration = .zero) -> LevelRule { .init(.bad, condition, time) }

  private init(_ level: Level, _ condition: Condition, _ time: Duration) {
    let inModel: DashboardModel.LevelRule.Condition =
      switch condition {
      case .above(let limit): .above(limit)
      case .below(let limit): .below(limit)
      case .between(let low, let high): .between(low, high)
      case .equals(let text): .equals(text)
      case .missing: .missing
      }
    self.inModel = .init(level: level, condition: inModel, hold: time.inSeconds)
  }
}

/// How large something is written.
public enum Size: String, Hashable, Sendable, CaseIterable { case small, normal, large, huge }

extension RawRepresentable where RawValue == String {
  var json: JSON { .string(rawValue) }
}

extension Duration {
  var json: JSON { .number(inSeconds) }
}

extension JSON {
  /// Any value of code, as JSON; the members of an object by name. `null` if it cannot be written.
  init(encoding value: some Encodable) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    self = (try? encoder.encode(Boxed(value: value))).flatMap { try? JSON(decoding: Array($0)) }?["value"] ?? .null
  }

  private struct Boxed<Value: Encodable>: Encodable { var value: Value }

  init(_ dictionary: [String: String]) {
    self = .object(JSON.Members(dictionary.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) }))
  }
}
