import DashboardModel
import Testing

@testable import Backplane

@Suite struct JSONCheckTests {
  @Test(arguments: [
    "{}", "[]", "0", "-0", "1.5e+10", "1E2", "0.0", #""""#, #""\u00e9\n\/é""#, "true", "false", "null", "[[],{},[1,2]]", " { \"a\" : [ 1 , {} ] } \n",
    #"{"a":{"b":[1,-2.5,null]},"c":"x"}"#,
  ])
  func `JSON is taken, as the decoder takes it`(_ text: String) throws {
    #expect(JSONCheck.isValue(Array(text.utf8)))
    _ = try JSON(decoding: Array(text.utf8))
  }

  @Test(arguments: [
    "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "01", "-", "+1", ".5", "1.", "1e", "1e+",
    "0x1", "NaN", "Infinity", "tru", "truex", "nul", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "[1 2]", "{} {}", "[}", "{]", "{\"a\":1]", "--1", "1-2",
    "[1]]", "\u{FEFF}{}", "'a'", "// x\n1",
  ])
  func `what is no JSON is refused`(_ text: String) {
    #expect(!JSONCheck.isValue(Array(text.utf8)))
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    #expect(!JSONCheck.isValue([0x22, 0xFF, 0x22]))
    #expect(!JSONCheck.isValue([0x22, 0xC3, 0x22]))
  }

  @Test func `only objects are objects, and only as deep as a value may be`() {
    func nested(_ levels: Int) -> [UInt8] {
      Array(String(repeating: "{\"a\":", count: levels - 1).utf8) + Array("{}".utf8)
        + Array(String(repeating: "}", count: levels - 1).utf8)
    }

    #expect(JSONCheck.isObject(nested(ComponentValue.maximumDepth)))
    #expect(!JSONCheck.isObject(nested(ComponentValue.maximumDepth + 1)))
    #expect(!JSONCheck.isObject(Array("[]".utf8)))
  }
}
