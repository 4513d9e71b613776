package import DashboardModel

/// Turns what sources say into one component's value. Pure: sources' states and instants come in, changes go out.
///
/// Whoever drives it calls ``update(_:now:)`` after each outcome of a source it is bound to and again at ``nextCheck``
/// (a value grows stale, a level's hold time ends), and publishes the change it gets.
package struct ComponentEngine: Sendable {
  package let definition: ComponentDefinition
  /// The value as last published; `nil` before the first update.
  package private(set) var value: ComponentValue?
  /// The monotonic instant at which to ask again although no source said anything; `nil`: no need.
  package private(set) var nextCheck: Duration?

  var content: ComponentContent?
  /// When the content was good; `nil` also for content of the previous producer, whose clock we do not know.
  var contentAt: Duration?
  /// What is wrong with the newest value, if its shape is.
  var problem: String?
  var curve: Curve?
  var comparison: Comparison?
  var seen: [String: SeenSource] = [:]
  private var isRestored = false
  /// Rows came from elsewhere than the sources: what was published last cannot be appended to.
  private var isFilled = false
  private var judge: LevelJudge
  private var publishedHead = PublishedHead()

  package init(_ definition: ComponentDefinition) {
    self.definition = definition
    judge = LevelJudge(rules: definition.levels)
    curve = Curve(for: definition)
    comparison = definition.seconds("compare").map(Comparison.init)
  }

  /// The sources whose outcomes it wants to hear of.
  package var sourceNames: Set<String> { Set(bindings.map(\.source)) }

  /// Takes the sources' states in; `nil` when the value stays as it is, to the byte.
  package mutating func update(_ sources: [String: SourceState], now: Moment) -> ComponentChange? {
    let growth = read(sources, now: now)
    let status = status(sources, now: now.monotonic)
    if status.state == .loading, isRestored { return nil }
    isRestored = false
    let shown = isFilled ? .replaced : growth
    isFilled = false
    return publish(status, level: level(status, now: now.monotonic), growth: shown, now: now.monotonic)
  }

  /// A press: a `hello` counts it, any other component does nothing.
  package mutating func click(now: Moment) -> ComponentChange? {
    guard definition.type == .hello else { return nil }
    let count = content?.members["value"]?.double ?? 0
    content = ComponentContent(["value": .number(count + 1)])
    return publish(Status(), level: nil, growth: .none, now: now.monotonic)
  }

  /// Goes on from the value a previous producer published: it stays until a source has spoken, and curves go on.
  package mutating func restore(from value: ComponentValue) {
    guard self.value == nil, case .object(var members)? = try? JSON(decoding: value.head) else { return }
    for name in ["level", "state", "reason", "age_ms"] { members[name] = nil }
    if curve != nil {
      // Its definition may have changed, and the number of its curves with it.
      guard let points = value.points, curve?.restore(points, width: max(1, definition.bindings.count)) == true else {
        return
      }
      comparison?.restore(curve?.rows ?? [])
      isFilled = curve?.rows.count != points.count
    }
    self.value = ComponentValue(head: value.head, points: curve == nil ? nil : value.points)
    if !members.list.isEmpty { content = ComponentContent(.object(members)) }
    isRestored = true
  }

  /// Puts what its sources' histories know of the time before its own rows.
  mutating func fill(from histories: [String: SourceHistory]) {
    guard curve != nil || comparison != nil else { return }
    let past = SourceHistory.rows(of: bindings, in: histories)
    comparison?.fill(past)
    if curve?.fill(past) == true { isFilled = true }
  }

  private mutating func level(_ status: Status, now: Duration) -> Level? {
    let judged = content?.members["value"]
    let isMissing = status.state != nil && status.state != .loading
    switch definition.type {
    case .status where definition.levels.isEmpty:
      return judged.flatMap(StatusWords.level)
    case .number, .gauge, .progress, .status:
      let level = judge.judge(judged, isMissing: isMissing, now: now)
      check(again: judge.nextCheck)
      return level
    default: return nil
    }
  }

  mutating func check(again instant: Duration?) {
    guard let instant else { return }
    nextCheck = min(instant, nextCheck ?? instant)
  }

  private mutating func status(_ sources: [String: SourceState], now: Duration) -> Status {
    nextCheck = nil
    let bound = bindings.map { sources[$0.source] ?? SourceState() }
    if bound.isEmpty { return Status(problem.map { .error($0) }, isEmpty: content?.isEmpty ?? false) }
    if let failure = bound.lazy.compactMap(\.failure).first {
      let hasContent = content != nil && (curve == nil || definition.type != .line || curve?.rows.isEmpty == false)
      return Status(hasContent ? .stale(failure) : .error(failure))
    }
    if let problem { return Status(.error(problem)) }
    guard bound.contains(where: { $0.value != nil }) else { return Status(.loading) }
    guard let content else { return Status(.empty) }
    if let limit = definition.stale, let contentAt {
      let end = contentAt + .seconds(limit)
      if now >= end { return Status(.stale("no new value for more than \(Words.duration(limit))")) }
      check(again: end)
    }
    return Status(nil, isEmpty: content.isEmpty)
  }

  private mutating func publish(
    _ status: Status, level: Level?, growth: Curve.Growth, now: Duration
  ) -> ComponentChange? {
    let members = status.state == .loading ? JSON.Members() : content?.members ?? JSON.Members()
    let age = status.hasAge ? contentAt.map { now - $0 } : nil
    let head = publishedHead.next(members, level: level, status: status, age: age, grew: growth != .none, now: now)
    check(again: publishedHead.ageIsDue)
    guard let head else { return nil }
    let old = value
    guard let curve else {
      value = ComponentValue(head: head)
      return value == old ? nil : value.map { ComponentChange(definition.id, .set($0)) }
    }
    return publish(curve, head: head, growth: growth, old: old)
  }

  // With a series, also a change of the head alone travels as an append: of no rows.
  private mutating func publish(
    _ curve: Curve, head: [UInt8], growth: Curve.Growth, old: ComponentValue?
  ) -> ComponentChange? {
    guard let old, old.points != nil, growth != .replaced else {
      let whole = ComponentValue(head: head, points: curve.points)
      value = whole
      return whole == old ? nil : ComponentChange(definition.id, .set(whole))
    }
    var points = Points()
    if case .appended(let row) = growth { points.append(time: row.time, values: row.values) }
    let append = Append(head: head, points: points, keep: curve.rows.count)
    let grown = old.appending(append)
    value = grown
    guard grown != old else { return nil }
    return ComponentChange(definition.id, curve.rows.isEmpty ? .set(grown) : .append(append))
  }
}
