import DashboardModel
import Synchronization
import Testing

@testable import Producer

struct SourceRunnerTests {
  /// Gives what it is told to, and counts its runs.
  private final class Told: Source {
    let runs = Mutex(0)
    private let give: @Sendable (_ run: Int) async throws -> JSON
    init(_ give: @escaping @Sendable (Int) async throws -> JSON) { self.give = give }
    func fetch() async throws -> JSON {
      try await give(runs.withLock { runs in
        runs += 1
        return runs
      })
    }
  }

  private struct FieldPick: ValuePick {
    let field: String
    func pick(_ value: JSON) throws -> JSON {
      guard let found = value[field] else { throw SourceError("there is no \(field)") }
      return found
    }
  }

  private func settings(every: Duration, timeout: Duration = .seconds(5)) -> SourceRunner.Settings {
    var settings = SourceRunner.Settings(schedule: .every(every), timeout: timeout)
    settings.jitter = { 0 }
    return settings
  }

  @Test func `a source runs at once and then on its interval`() async {
    let values = await outcomes(of: CounterSource(start: 500, step: 1), settings(every: .milliseconds(20))) {
      [await $1.next()?.value, await $1.next()?.value, await $1.next()?.value]
    }

    #expect(values == [501, 502, 503])
  }

  @Test func `refresh runs a source before it is due`() async {
    let values = await outcomes(of: CounterSource(start: 0, step: 1), settings(every: .seconds(3600))) {
      let first = await $1.next()?.value
      $0.refresh()
      return [first, await $1.next()?.value]
    }

    #expect(values == [1, 2])
  }

  @Test func `many refreshes before a run begins are one run`() async {
    let (began, began2) = AsyncStream.makeStream(of: Void.self)
    let (go, go2) = AsyncStream.makeStream(of: Void.self)
    let source = Told { run in
      if run == 1 {
        began2.finish()
        for await _ in go {}
      }
      return .number(Double(run))
    }

    let last = await outcomes(of: source, settings(every: .seconds(3600))) { runner, outcomes in
      for await _ in began {}
      for _ in 0..<50 { runner.refresh() }
      go2.finish()
      _ = await outcomes.next()
      return await outcomes.next()?.value
    }

    #expect(last == 2)
    #expect(source.runs.withLock { $0 } == 2)
  }

  @Test func `announce publishes a changed counter without a step`() async {
    let counter = CounterSource(start: 0, step: 1)

    let values = await outcomes(of: counter, settings(every: .seconds(3600))) {
      let first = await $1.next()?.value
      counter.add(10)
      $0.announce()
      let second = await $1.next()?.value
      counter.reset()
      $0.announce()
      return [first, second, await $1.next()?.value]
    }

    #expect(values == [1, 11, 0])
  }

  @Test func `a failing source is tried again, and says since when it fails`() async {
    let source = Told { run in
      guard run > 2 else { throw SourceError("broken") }
      return 1
    }

    let seen = await outcomes(of: source, settings(every: .milliseconds(20))) {
      [await $1.next(), await $1.next(), await $1.next()]
    }

    guard case .failure("broken", let first)? = seen[0], case .failure("broken", let second)? = seen[1] else {
      Issue.record("\(seen)")
      return
    }
    #expect(first == second)
    #expect(seen[2]?.value == 1)
  }

  @Test func `a run that takes too long is a failure, and the next one works`() async {
    let source = Told { run in
      if run == 1 { try await Task.sleep(for: .seconds(60)) }
      return .number(Double(run))
    }

    let seen = await outcomes(of: source, settings(every: .milliseconds(30), timeout: .milliseconds(50))) {
      [await $1.next(), await $1.next()]
    }

    #expect(seen[0]?.reason == "no answer within 0.05 s")
    #expect(seen[1]?.value == 2)
  }

  @Test func `a pick is applied, and its failure is the source's`() async {
    var settings = settings(every: .milliseconds(20))
    settings.makePick = { FieldPick(field: "n") }
    let source = Told { $0 == 1 ? ["n": 5] : [:] }

    let seen = await outcomes(of: source, settings) { [await $1.next(), await $1.next()] }

    #expect(seen[0]?.value == 5)
    #expect(seen[1]?.reason == "there is no n")
  }

  @Test func `secrets are covered in every reason`() async {
    var settings = settings(every: .seconds(60))
    settings.secrets = ["hunter22"]
    let source = Told { _ in throw SourceError("no hunter22 at http://me:pass@host/") }

    let seen = await outcomes(of: source, settings) { await $1.next() }

    #expect(seen?.reason == "no *** at http://***@host/")
  }

  @Test(arguments: [
    ("no hunter22 here", "no *** here"), ("GET /?q=hunter%2022x failed", "GET /?q=*** failed"),
    ("key second-line-of-it is wrong", "key *** is wrong"),
    (String(repeating: "x", count: 192) + " hunter22 and more", String(repeating: "x", count: 192) + " *** an…"),
  ])
  func `inserted secrets are covered before a reason is cut, in each form they have`(told: String, shown: String) async {
    var settings = settings(every: .seconds(60))
    settings.covered = ["hunter22", "hunter 22x", "first-line-of-it\nsecond-line-of-it"]

    let seen = await outcomes(of: Told { _ in throw SourceError(told) }, settings) { await $1.next() }

    #expect(seen?.reason == shown)
  }

  @Test func `inserted secrets are covered in what a server echoes, short ones are not`() async {
    var settings = settings(every: .seconds(60))
    settings.covered = ["hunter22", "and"]
    let echo: JSON = ["hunter22": ["Bearer hunter22", 22, "sand"]]

    let seen = await outcomes(of: Told { _ in echo }, settings) { await $1.next() }

    #expect(seen?.value == ["***": ["Bearer ***", 22, "sand"]])
  }

  @Test func `a push source publishes what is pushed and complains of silence`() async {
    let source = PushSource(expect: 0.1)
    let settings = SourceRunner.Settings(schedule: .onPush(expect: .milliseconds(100)), timeout: .seconds(1))

    let seen = await outcomes(of: source, settings) {
      source.push(["status": "passed"])
      $0.announce()
      let first = await $1.next()
      let second = await $1.next()
      source.push(2)
      $0.announce()
      return [first, second, await $1.next()]
    }

    #expect(seen[0]?.value == ["status": "passed"])
    #expect(seen[1]?.reason == "nothing was pushed for 0.1 s")
    #expect(seen[2]?.value == 2)
  }

  @Test func `a runner ends with its task, also in the middle of a run`() async {
    let source = Told { _ in
      try await Task.sleep(for: .seconds(3600))
      return 1
    }
    let clock = ContinuousClock()

    let taken = await clock.measure {
      await outcomes(of: source, settings(every: .seconds(1), timeout: .seconds(3600))) { _, _ in }
    }

    #expect(taken < .seconds(60))
  }
}
