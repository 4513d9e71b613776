import DashboardModel
import PageSync
import Testing

@Suite struct PageMessageTests {
  private static let samples: [PageMessage] = [
    .gone, .moved(to: v("6-bb:1")), .update(update("5-aa:17", "5-aa:18")),
    .update(update("5-aa:1", "5-aa:2", ("a", .set(value(518))), ("c", appended(1...3, keep: 600)), ("x", .remove))),
    .update(update("5-aa:1", "5-aa:2", ("c", .set(series(1...3))), ("@page", .set(ComponentValue(["title": "Ü\n"]))))),
    .update(update("5-aa:1", "5-aa:2", ("l", .set(ComponentValue(["items": [["label": "a", "points": [1, 2]]]]))))),
  ]

  @Test(arguments: samples)
  func `a message comes back from its bytes`(message: PageMessage) {
    #expect(PageMessage(bytes: message.bytes) == message)
  }

  @Test func `an update too large to carry becomes a hint to read`() {
    let text = JSON.string(String(repeating: "x", count: PageMessage.largestUpdate))
    let message = PageMessage.update(update("5-aa:1", "5-aa:2", ("a", .set(ComponentValue(["value": text])))))

    #expect(PageMessage(bytes: message.bytes) == .moved(to: v("5-aa:2")))
  }

  @Test(arguments: [
    "", "\n", "gone", "gone now\n", "moved\n", "moved 5-aa\n", "update 5-aa:1 5-aa:2 1\n",
    "update 5-aa:2 5-aa:1 0\n", "update 5-aa:1 6-aa:2 0\n", "update 5-aa:1 5-aa:2 -1\n",
    "update 5-aa:1 5-aa:2 99999999999999999999\n", "update 5-aa:1 5-aa:2 0\nmore", "update 5-aa:1 5-aa:2 1\nset a -1\n",
    "update 5-aa:1 5-aa:2 1\nset a 9223372036854775807\n{}\n", "update 5-aa:1 5-aa:2 1\nset A 2\n{}\n",
    "update 5-aa:1 5-aa:2 1\nset a 2\n[]\n", "update 5-aa:1 5-aa:2 1\nset a 7\n{\"a\":x}\n",
    "update 5-aa:1 5-aa:2 1\nappend a 0 2 0\n{}\n", "update 5-aa:1 5-aa:2 1\nappend a 9 1 0\n7\n",
    "update 5-aa:1 5-aa:2 1\nappend a 9 2 5\n{}[1,2\n", "update 5-aa:1 5-aa:2 2\nremove a\nremove a\n",
  ])
  func `what does not fit is no message`(text: String) {
    #expect(PageMessage(bytes: Array(text.utf8)) == nil)
  }

  @Test func `random damage never crashes, and what is still a message is a sound one`() {
    var random = SystemRandomNumberGenerator()
    for round in 0..<20_000 {
      var bytes = Self.samples[round % Self.samples.count].bytes
      for _ in 0...Int.random(in: 0...3, using: &random) { Self.damage(&bytes, &random) }

      guard let message = PageMessage(bytes: bytes), case .update(let update) = message else { continue }
      let json = ViewerMessage.delta(update).json
      #expect((try? JSON(decoding: json)) != nil, "\(String(decoding: bytes, as: UTF8.self))")
      #expect(PageMessage(bytes: message.bytes) == message)
    }
  }

  private static func damage(_ bytes: inout [UInt8], _ random: inout SystemRandomNumberGenerator) {
    guard !bytes.isEmpty else { return }
    let index = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bytes[index] = .random(in: 0 ... .max, using: &random)
    case 1: bytes.remove(at: index)
    case 2: bytes.insert(Array("0123456789,:[]{}\" \nnul-".utf8).randomElement(using: &random) ?? 0, at: index)
    default: bytes.removeLast(bytes.count - index)
    }
  }
}

@Suite struct EventReplyTests {
  @Test(arguments: [
    EventReply.applied(v("5-aa:18")), .failed("handler"),
    EventReply(.applied(v("5-aa:18")), note: Array(#"{"notices":[{"text":"a b"}]}"#.utf8)),
  ])
  func `a reply comes back from its text`(reply: EventReply) {
    #expect(EventReply(reply.text) == reply)
  }

  @Test(arguments: ["", "applied", "applied 5", "failed", "failed a b", "failed a []", "applied 5-aa:1 {\"a\":", "done 5-aa:1", "failed \(String(repeating: "x", count: 65))"])
  func `anything else is no reply`(text: String) {
    #expect(EventReply(text) == nil)
  }
}
