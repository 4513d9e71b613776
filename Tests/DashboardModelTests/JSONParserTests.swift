import DashboardModel
import Testing

@Suite struct JSONParserTests {
  private func read(_ text: String) throws -> JSON { try JSON(decoding: Array(text.utf8)) }

  @Test func `members keep their written order`() throws {
    let text = #"{"z":1,"a":{"y":[true,false,null],"b":""},"m":-0.5}"#

    #expect(String(decoding: try read(text).encoded, as: UTF8.self) == text)
  }

  @Test func `of members with one name the last counts`() throws {
    #expect(try read(#"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("12", 12), ("1.5e3", 1500), ("1E-2", 0.01), ("9007199254740993", 9_007_199_254_740_992),
  ] as [(String, Double)])
  func `numbers are read as JSON writes them`(text: String, number: Double) throws {
    #expect(try read(" \(text)\n") == .number(number))
  }

  @Test(arguments: [
    (#""\u0041\n\t\"\\\/\b\f\r""#, "A\n\t\"\\/\u{8}\u{C}\r"), (#""\ud83d\ude00""#, "😀"), (#""é😀""#, "é😀"), (#""""#, ""),
  ])
  func `text is read with its escapes`(text: String, value: String) throws {
    #expect(try read(text) == .string(value))
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1,]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, "[1 2]", "01", "+1", "1.", ".5",
    "1e", "1e400", "-", "--1", "0x1", "NaN", "Infinity", "nul", "truex", "'a'", #"""#, #""\"#, #""\x""#, #""\u12""#,
    #""\u+123""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "\"\n\"", "1 1", "{}{}", "[]]", "\u{FEFF}1", "/**/1",
  ])
  func `what is not JSON is refused`(text: String) {
    #expect(throws: JSONError.self) { try read(text) }
  }

  @Test func `an error tells where`() {
    #expect(throws: JSONError.malformed(reason: "a colon is missing", offset: 5)) { try read(#"{"a" 1}"#) }
  }

  @Test func `text that is not UTF-8 is refused`() {
    #expect(throws: JSONError.self) { try JSON(decoding: [0x22, 0xC3, 0x28, 0x22]) }
    #expect(throws: JSONError.self) { try JSON(decoding: [0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test func `what any bytes are cut to is refused or read, and never traps`() throws {
    let whole = Array(#"[{"a":"\u00e9\ud83d\ude00","b":[-1.5e-3,true,null]}]"#.utf8)

    for length in whole.indices {
      #expect(throws: JSONError.self) { try JSON(decoding: whole[..<length]) }
      for byte in [0x00, 0x22, 0x5B, 0x5C, 0x65, 0x7D, 0xFF] as [UInt8] {
        var changed = whole
        changed[length] = byte
        _ = try? JSON(decoding: changed)
      }
    }
  }
}
