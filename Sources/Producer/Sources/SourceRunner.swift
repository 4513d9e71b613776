package import DashboardModel

/// Runs one source for as long as its task lives, and reports how each run ended. Whatever the source does, nothing is
/// thrown: a failure is reported and tried again later.
package final class SourceRunner: Sendable {
  /// How a runner goes about its source.
  package struct Settings: Sendable {
    package var schedule: SourceSchedule.Kind
    /// How long a run may take.
    package var timeout: Duration
    /// Words that must not be seen in a reason.
    package var secrets: [String] = []
    /// Words that must not be seen in a value either; a server may echo what it was asked with.
    package var covered: [String] = []
    /// Made once, when ``SourceRunner/run()`` has its first value.
    package var makePick: (@Sendable () async throws -> sending any ValuePick)?
    /// A random number from 0 to 1.
    package var jitter: @Sendable () -> Double = { Double.random(in: 0...1) }

    package init(schedule: SourceSchedule.Kind, timeout: Duration) {
      self.schedule = schedule
      self.timeout = timeout
    }

    /// As the source's definition says.
    package init(_ definition: SourceDefinition) {
      timeout = .seconds(definition.timeout)
      if case .push(_, let expect) = definition.kind {
        schedule = .onPush(expect: expect.map { .seconds($0) })
      } else {
        schedule = definition.cron.map { .cron($0) } ?? .every(.seconds(definition.every))
      }
    }
  }

  package let name: String
  package let source: any Source
  private let settings: Settings
  private let timeline: Timeline
  private let report: @Sendable (SourceOutcome) async -> Void
  private let bell = Bell()

  /// `report` is awaited before the next run begins.
  package init(
    name: String, source: any Source, settings: Settings, timeline: Timeline,
    report: @escaping @Sendable (SourceOutcome) async -> Void
  ) {
    self.name = name
    self.source = source
    self.settings = settings
    self.timeline = timeline
    self.report = report
  }

  /// Runs the source now, also while it is backing off. Asked again before it began, that is one run.
  package func refresh() { bell.ring(.refresh) }

  /// Publishes the value a ``ChangeableSource`` holds now, without a run. Of values that follow each other faster than
  /// they can be published, the newest is.
  package func announce() { bell.ring(.announce) }

  package func run() async {
    var failingSince: Moment?
    var schedule = SourceSchedule(settings.schedule, now: timeline.now, jitter: settings.jitter())
    var pick: (any ValuePick)?
    while !Task.isCancelled {
      await rest(until: schedule.due)
      let wish = bell.takeWish()
      guard !Task.isCancelled else { return }
      do {
        guard let value = try await nextValue(wish, isDue: schedule.isDue(now: timeline.now)) else { continue }
        if pick == nil { pick = try await settings.makePick?() }
        let shown = Reason.covering(settings.covered, in: value)
        let picked = try pick?.pick(shown) ?? shown
        failingSince = nil
        let now = timeline.now
        if wish != .announce || settings.schedule.isPush { schedule.succeeded(now: now) }
        await report(.value(picked, at: now))
      } catch {
        guard !Task.isCancelled else { return }
        let now = timeline.now
        failingSince = failingSince ?? now
        schedule.failed(now: now, jitter: settings.jitter())
        await report(.failure(reason: reason(error), since: failingSince ?? now))
      }
    }
  }

  private func rest(until due: Duration?) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.bell.wait() }
      if let due { group.addTask { try? await self.timeline.sleep(until: due) } }
      await group.next()
      group.cancelAll()
    }
  }

  /// `nil` when there is nothing to publish.
  private func nextValue(_ wish: Bell.Wish, isDue: Bool) async throws -> JSON? {
    let wantsRun = wish.contains(.refresh) || (wish.isEmpty && isDue)
    if let source = source as? any ChangeableSource, !wish.isEmpty, settings.schedule.isPush || !wantsRun {
      return source.current
    }
    return wantsRun ? try await fetch() : nil
  }

  private func fetch() async throws -> JSON {
    let (timeline, source, limit) = (timeline, source, settings.timeout)
    let end = timeline.now.monotonic + limit
    return try await withThrowingTaskGroup(of: JSON.self) { group in
      group.addTask { try await source.fetch() }
      group.addTask {
        try await timeline.sleep(until: end)
        throw SourceError("no answer within \(Words.duration(limit.inSeconds))")
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }

  private func reason(_ error: any Error) -> String {
    let text =
      switch error {
      case let error as SourceError: error.text
      case is CancellationError: "the run was interrupted"
      case let error as any CustomStringConvertible: "\(error)"
      default: "the source failed"
      }
    return Reason.clean(text, hiding: settings.secrets + settings.covered)
  }
}

extension SourceSchedule.Kind {
  fileprivate var isPush: Bool { if case .onPush = self { true } else { false } }
}
