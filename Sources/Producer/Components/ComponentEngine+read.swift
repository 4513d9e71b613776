import DashboardModel

extension ComponentEngine {
  /// What it is bound to, by its file or by its kind.
  var bindings: [Binding] {
    switch definition.type {
    case .clock, .button, .hello: []
    case .image where definition.bindings.isEmpty: [Binding(source: ImageSource.name(for: definition.id))]
    default: definition.bindings
    }
  }

  /// Reads what is new, and tells how the curve grew by it.
  mutating func read(_ sources: [String: SourceState], now: Moment) -> Curve.Growth {
    let news = news(sources)
    if definition.type == .line { return news.isEmpty ? .none : sample(sources, now: now) }
    guard let binding = bindings.first else {
      if content == nil { readProperties() }
      return .none
    }
    guard news.contains(where: { $0.valueAt != nil && !$0.isFailing }), let source = sources[binding.source],
      let value = source.value, let at = source.valueAt
    else { return .none }
    do {
      content = try ComponentContent.make(try Reading.field(binding, of: value), binding: binding, for: definition)
      (contentAt, problem) = (at.monotonic, nil)
      return addToCurves(at)
    } catch {
      problem = error.reason
      return .none
    }
  }

  private mutating func news(_ sources: [String: SourceState]) -> [SeenSource] {
    sourceNames.compactMap { name in
      guard let source = sources[name] else { return nil }
      let now = SeenSource(valueAt: source.valueAt, isFailing: source.failure != nil)
      guard seen.updateValue(now, forKey: name) != now else { return nil }
      return now
    }
  }

  // A component that shows its own properties.
  private mutating func readProperties() {
    do {
      content = try ComponentContent.make(
        definition.properties["text"] ?? .null, binding: Binding(source: "text"), for: definition)
    } catch {
      problem = error.reason
    }
  }

  private mutating func addToCurves(_ at: Moment) -> Curve.Growth {
    guard definition.type == .number, let number = content?.members["value"]?.double else { return .none }
    if let change = comparison?.add(number, at: at.unix) { content?.members["change"] = .number(change) }
    return curve?.add(time: at.unix, values: [number]) ?? .none
  }

  /// One row of a `line`: the latest number of every curve, a gap where its source fails.
  private mutating func sample(_ sources: [String: SourceState], now: Moment) -> Curve.Growth {
    problem = nil
    var values: [Double?] = []
    for binding in bindings {
      guard let source = sources[binding.source], source.failure == nil, let value = source.value else {
        values.append(nil)
        continue
      }
      do throws(WrongShape) {
        let field = try Reading.field(binding, of: value)
        let number = Reading.number(field)
        if number == nil, field != .null {
          throw WrongShape(Reading.name(binding), field, expected: "a number")
        }
        values.append(number)
      } catch {
        problem = error.reason
        values.append(nil)
      }
    }
    if values.contains(where: { $0 != nil }) {
      content = content ?? ComponentContent([:])
      contentAt = bindings.compactMap { sources[$0.source]?.valueAt?.monotonic }.max()
    } else if curve?.rows.last?.values.contains(where: { $0 != nil }) != true {
      return .none
    }
    return curve?.add(time: now.unix, values: values, isGap: values.allSatisfy { $0 == nil }) ?? .none
  }
}

/// What was last seen of a source.
struct SeenSource: Hashable, Sendable {
  var valueAt: Moment?
  var isFailing: Bool
}
