import DashboardModel
import Synchronization

@testable import Producer

extension SourceOutcome {
  var value: JSON? { if case .value(let value, _) = self { value } else { nil } }
  var reason: String? { if case .failure(let reason, _) = self { reason } else { nil } }
}

/// Runs a source in a runner until the body has seen enough of its outcomes.
func outcomes<Value: Sendable>(
  of source: any Source, _ settings: SourceRunner.Settings,
  _ body: (SourceRunner, inout AsyncStream<SourceOutcome>.Iterator) async -> Value
) async -> Value {
  let (stream, continuation) = AsyncStream.makeStream(of: SourceOutcome.self)
  let runner = SourceRunner(
    name: "s", source: source, settings: settings, timeline: Timeline(ContinuousClock())
  ) { continuation.yield($0) }
  return await withTaskGroup(of: Void.self) { group in
    group.addTask { await runner.run() }
    var iterator = stream.makeAsyncIterator()
    let value = await body(runner, &iterator)
    group.cancelAll()
    return value
  }
}

func firstOutcome(of source: any Source, timeout: Duration) async -> SourceOutcome {
  await outcomes(of: source, SourceRunner.Settings(schedule: .every(.seconds(60)), timeout: timeout)) { _, outcomes in
    await outcomes.next() ?? .failure(reason: "no outcome", since: Moment(monotonic: .zero, unix: 0))
  }
}
