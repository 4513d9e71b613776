import Backplane
import Testing

@Suite struct EndedSessionTests {
  @Test(arguments: Store.all)
  func `every front hears which sessions were signed out`(_ store: Store) async throws {
    try await Bench.run(store) { (bench) async throws in
      #expect(try await bench.front.endedSessions().get().isEmpty)

      try await bench.front.endSessions(["one", "two"]).get()
      #expect(try await bench.front.endedSessions().get() == ["one", "two"])
      try await bench.front.endSessions(["three"]).get()

      #expect(try await bench.front.endedSessions().get().last == "three")
    }
  }
}
