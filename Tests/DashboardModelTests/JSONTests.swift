import DashboardModel
import Testing

@Suite struct JSONTests {
  @Test func `text of every kind is escaped as JSON asks`() throws {
    let json = JSON.string("a\"b\\c\n\u{1}</script>😀")

    #expect(String(decoding: json.encoded, as: UTF8.self) == #""a\"b\\c\n\u0001</script>😀""#)
    #expect(try JSON(decoding: json.encoded) == json)
  }

  @Test func `numbers are spelt one way`() {
    #expect(JSON.array([500.0, 2.5, -0.5, .number(.nan), .number(1e300)]).encoded == Array("[500,2.5,-0.5,null,1e+300]".utf8))
  }

  @Test(arguments: [33, 400, 100_000])
  func `deep nesting is refused before a decoder sees it`(depth: Int) {
    let bytes = Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)

    #expect(throws: JSONError.tooDeep(limit: 32)) { try JSON(decoding: bytes) }
  }

  @Test(arguments: ["{", "", "{}{}", "nul", "[1,]", "\u{FEFF}"])
  func `what is not JSON is refused`(text: String) {
    #expect(throws: JSONError.self) { try JSON(decoding: Array(text.utf8)) }
  }

  @Test func `brackets inside text do not count as depth`() throws {
    #expect(try JSON(decoding: Array(#"["[[[[\"[["]"#.utf8), maximumDepth: 1) == ["[[[[\"[["])
  }
}
