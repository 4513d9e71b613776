import DashboardModel
import Testing

@Suite struct VersionTests {
  @Test func `a version survives the way over the wire`() {
    let version = Version(epoch: Epoch(generation: 1_732_400_000_000, nonce: 0x9f3c_01aa), revision: 17)

    #expect(version.description == "1732400000000-9f3c01aa:17")
    #expect(Version("1732400000000-9f3c01aa:17") == version)
  }

  @Test(arguments: [
    "", ":", "5", "5-aa", "5-aa:", "-aa:1", "5-:1", "5-AA:1", "+5-aa:1", "5-aa:-1", "5-aa:1 ", "5-aa:1:2",
    "99999999999999999999-aa:1", "5-123456789:1", "5-aa:\u{0661}",
  ])
  func `anything else is refused`(text: String) {
    #expect(Version(text) == nil)
  }

  @Test func `versions compare by generation, then nonce, then revision`() {
    #expect(Version("5-aa:9")! < Version("6-01:1")!)
    #expect(Version("5-aa:9")! < Version("5-bb:1")!)
    #expect(Version("5-aa:9")! < Version("5-aa:10")!)
  }
}
