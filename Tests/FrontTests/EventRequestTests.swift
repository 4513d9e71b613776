import DashboardModel
import Testing

@testable import Front

/// SCENARIOS.md's rows on event JSON: what is refused, and with which member at fault.
@Suite struct EventRequestTests {
  private func read(_ text: String) -> Result<EventRequest, EventRequest.Refusal> {
    Result { () throws(EventRequest.Refusal) in
      try EventRequest(try EventRequest.object(Array(text.utf8), maximumDepth: 16))
    }
  }

  private func refusal(_ text: String) -> EventRequest.Refusal? {
    if case .failure(let refusal) = read(text) { refusal } else { nil }
  }

  private static func event(_ changes: [String: String]) -> String {
    var members = ["seq": "1", "lo": "1", "component": "\"hi\"", "event": "\"click\"", "data": "{}"]
    members.merge(changes) { $1 }
    return "{\(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
  }

  @Test(arguments: [
    "{", "", "null", "1", "[]", "\u{FEFF}{}", "{} x", "{}{}", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "\"text\"", "{\"a\":\u{0}1}",
    "{\"a\":NaN}", "{\"a\":1e400}", "{\"a\":\"\u{1}\"}", "{\"a\":\"\\ud800\"}",
  ])
  func `what is no JSON object is refused`(text: String) {
    #expect(refusal(text)?.code == "bad_json")
  }

  @Test(arguments: [17, 400, 100_000])
  func `nesting is refused before anything is decoded`(depth: Int) {
    let data = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)

    #expect(refusal(data)?.code == "too_deep")
  }

  @Test(arguments: [
    ("seq", "0"), ("seq", "-1"), ("seq", "1.5"), ("seq", "\"1\""), ("seq", "null"), ("seq", "9007199254740993"),
    ("seq", "1152921504606846976"), ("seq", "123456789012345678901234567890"), ("seq", "-0"), ("lo", "0"), ("lo", "2"),
    ("lo", "null"), ("component", "null"), ("component", "7"), ("component", "\"__proto__\""), ("component", "\"@style\""),
    ("component", "\"\""), ("component", "\"Hi\""), ("component", "\"a/../b\""), ("event", "\"\""), ("event", "\"on click\""),
    ("event", "7"), ("event", "\"clickclickclickclickclickclickclick\""), ("data", "[]"), ("data", "1"), ("data", "null"),
  ])
  func `a member out of range is refused by name`(field: String, value: String) {
    #expect(refusal(Self.event([field: value])).map { [$0.code, $0.field ?? ""] } == ["bad_field", field])
  }

  @Test func `what is not there is refused, what is not known is ignored`() {
    #expect(refusal("{}")?.field == "seq")
    #expect(refusal(Self.event(["later": "[1]", "constructor": "{}", "": "1"])) == nil)
  }

  @Test func `data comes through as it was said, names like __proto__ included`() throws {
    let text = Self.event(["seq": "9007199254740991", "data": #"{"__proto__":{"toString":-0},"t":"<b>=CMD()\u001b"}"#])

    let request = try read(text).get()

    #expect(request.sequence == 9_007_199_254_740_991)
    #expect(request.component.name == "hi")
    #expect(try JSON(decoding: request.data)["__proto__"]?["toString"]?.double == 0)
    #expect(try JSON(decoding: request.data)["t"]?.text == "<b>=CMD()\u{1b}")
  }

  @Test func `what the tab shows counts only if it can be read`() throws {
    #expect(try read(Self.event(["since": "\"5-aa:1\""])).get().since == Version("5-aa:1"))
    #expect(try read(Self.event(["since": "\"newest\""])).get().since == nil)
    #expect(try read(Self.event(["since": "7"])).get().since == nil)
  }
}
