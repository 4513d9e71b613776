import DashboardFiles
import Testing

/// A look every 150 ms, told without a folder and without waiting.
final class FolderSettlingTests {
  private var settling = FolderSettling(FolderPicture(["a.yml": .init(number: 1)]))
  private var now = Duration.zero

  private func see(_ files: [String: FolderPicture.Content]) -> FolderSettling.Step {
    now += .milliseconds(150)
    return settling.saw(FolderPicture(files), now: now)
  }

  /// Sees a picture, and loads it if that is wanted; answers whether it was.
  private func load(_ files: [String: FolderPicture.Content]) -> Bool {
    guard case .load(let held) = see(files) else { return false }
    return isLoaded(holding: held, files)
  }

  private func isLoaded(holding held: Set<String> = [], _ files: [String: FolderPicture.Content]) -> Bool {
    settling.loaded(holding: held, after: FolderPicture(files))
  }

  private static let away = FolderPicture.Content(number: 0, isAway: true)

  @Test func `a change counts when two looks agree about it, once`() {
    #expect(see(["a.yml": .init(number: 1)]) == .wait)
    #expect(see(["a.yml": .init(number: 2)]) == .wait)
    #expect(load(["a.yml": .init(number: 2)]))
    #expect(see(["a.yml": .init(number: 2)]) == .wait)
  }

  @Test func `a file that is emptied and then written was never empty`() {
    for _ in 0..<5 { #expect(see(["a.yml": Self.away]) == .wait) }

    #expect(see(["a.yml": .init(number: 2)]) == .wait)
    #expect(see(["a.yml": .init(number: 2)]) == .load(holding: []))
  }

  @Test func `a file that is removed and then made anew was never gone`() {
    for _ in 0..<5 { #expect(see([:]) == .wait) }

    #expect(see(["a.yml": .init(number: 1)]) == .wait)
    #expect(see(["a.yml": .init(number: 1)]) == .wait)
  }

  @Test func `a file that stays away is gone after the grace`() {
    var looks = 1
    while see([:]) == .wait { looks += 1 }

    #expect(looks == 8, "the grace of one second is over at the eighth look")
    #expect(isLoaded([:]))
    #expect(see([:]) == .wait)
  }

  @Test func `a file that never rests is not loaded, and holds no other up`() {
    for number in 2..<40 { #expect(see(["a.yml": .init(number: UInt64(number))]) == .wait) }

    #expect(see(["a.yml": .init(number: 40), "b.yml": .init(number: 1)]) == .wait)
    #expect(see(["a.yml": .init(number: 41), "b.yml": .init(number: 1)]) == .load(holding: ["a.yml"]))
  }

  @Test func `a file that changed while it was loaded is loaded again`() {
    #expect(see(["a.yml": .init(number: 2)]) == .wait)
    #expect(see(["a.yml": .init(number: 2)]) == .load(holding: []))
    #expect(!isLoaded(["a.yml": Self.away]))

    #expect(see(["a.yml": .init(number: 3)]) == .wait)
    #expect(load(["a.yml": .init(number: 3)]))
  }

  @Test func `a load that held a file back does not count for it`() {
    _ = see(["a.yml": .init(number: 2), "b.yml": .init(number: 1)])
    #expect(load(["a.yml": .init(number: 3), "b.yml": .init(number: 1)]))

    #expect(see(["a.yml": .init(number: 3), "b.yml": .init(number: 1)]) == .load(holding: []))
  }
}
