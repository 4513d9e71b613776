import DashboardModel

@testable import Producer

/// One engine with its sources, driven by hand: seconds instead of instants.
final class EngineBench {
  var engine: ComponentEngine
  var sources: [String: SourceState] = [:]
  /// The changes so far, `nil` for an update that changed nothing.
  var changes: [ComponentChange?] = []

  static let epoch = 1_700_000_000_000.0

  init(
    _ type: ComponentType, from bindings: [Binding] = [Binding(source: "s")], properties: JSON.Members = .init(),
    levels: [LevelRule] = [], stale: Double? = nil
  ) {
    var definition = ComponentDefinition(id: ComponentID("it") ?? .page, type: type)
    definition.bindings = bindings
    definition.properties = properties
    definition.levels = levels
    definition.stale = stale
    engine = ComponentEngine(definition)
  }

  static func moment(_ seconds: Double) -> Moment {
    Moment(monotonic: .seconds(seconds), unix: epoch + seconds * 1000)
  }

  @discardableResult func give(_ value: JSON, of source: String = "s", at seconds: Double) -> ComponentChange? {
    sources[source, default: SourceState()].apply(.value(value, at: Self.moment(seconds)))
    return check(at: seconds)
  }

  @discardableResult func fail(_ reason: String, of source: String = "s", at seconds: Double) -> ComponentChange? {
    sources[source, default: SourceState()].apply(.failure(reason: reason, since: Self.moment(seconds)))
    return check(at: seconds)
  }

  @discardableResult func check(at seconds: Double) -> ComponentChange? {
    changes.append(engine.update(sources, now: Self.moment(seconds)))
    return changes[changes.count - 1]
  }

  /// The whole value as text.
  var shown: String { String(decoding: engine.value?.json ?? [], as: UTF8.self) }
  var nextCheck: Double? { engine.nextCheck?.inSeconds }
}

extension JSON.Members {
  /// From a literal object.
  init(of object: JSON) { if case .object(let members) = object { self = members } else { self.init() } }
}
