import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

/// Each key and each reference of each shipped dashboard, found by walking the parsed tree, with a letter doubled,
/// lost, swapped or exchanged: exactly one mistake, where it was made, with what was meant.
struct MutationTests {
  @Test(arguments: ShippedDashboardsTests.names) func `every slip is told once, where it stands`(name: String) throws {
    let text = String(decoding: try Fixtures.bytes(Fixtures.dashboards.appending(path: name)), as: UTF8.self)
    try check(text, name)
  }

  /// What the shipped dashboards do not use: actions, roles, conditions, formats, links of `after`, time zones.
  @Test func `every slip of a file that uses all there is is told once, where it stands`() throws {
    let words = try check(Self.everything, "everything.yml").map(\.text)

    for word in ["region", "restart", "refresh", "say", "currency", "above", "between", "missing", "midnight", "anyone", "allow",
      "controls", "to", "reset", "Europe/Berlin", "after", "view", "thumbnail"] where !words.contains(word) {
      Issue.record("\(word) was not tried")
    }
  }

  @discardableResult private func check(_ text: String, _ name: String) throws -> [WrittenWord] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
    let words = try WrittenWord.all(in: text)
    var clear = 0, tried = 0
    for (index, word) in words.enumerated() {
      for kind in [index % 4, (index + 1) % 4] {
        guard let slip = word.slip(kind, seed: index), !word.choice.contains(slip) else { continue }
        let mutant = word.replaced(by: slip, in: lines)

        let found = Fixtures.compile(mutant, file: "dashboards/\(name)").1.filter { $0.severity == .error }

        tried += 1
        let said = found.map { $0.render() }.joined(separator: "\n")
        let isThere = found.contains { $0.line == word.place.line && $0.column == word.place.column }
        #expect(isThere, "\(word) \(slip): \(said)")
        // What is as near to another word may mean that one.
        guard word.isClear(slip) else { continue }
        clear += 1
        #expect(found.count == 1 && found.first?.hint == "did you mean \"\(word.text)\"?", "\(word) \(slip): \(said)")
      }
    }
    #expect(words.count >= 10 && clear * 10 >= tried * 8, "\(clear) of \(tried)")
    return words
  }

  private static let everything = """
    title: Orders in ${var.region}
    transport: websocket
    theme: midnight
    scope: shared
    access: { view: anyone, act: [operators] }
    thumbnail: revenue
    variables:
      region: { type: select, title: Where, options: [europe, america], default: europe }
      most: { type: number, min: 1, max: 50, default: 10 }
    sources:
      orders:
        type: http
        url: https://api.example.com/${var.region}/orders?n=${var.most}
        method: POST
        body: '{"most": ${var.most}}'
        headers: { Accept: text/csv }
        cron: "*/5 8-18 * * mon-fri"
        timezone: Europe/Berlin
        keep: 24h
        timeout: 5s
        pick: { revenue: .today.revenue, latest: .items }
      counted: { type: counter, start: 5, step: 2, every: 2s }
    actions:
      restart:
        type: http
        method: DELETE
        url: http://worker:8080/restart
        allow: [operators]
        confirm: Restart?
        after: { refresh: [orders, counted], say: Done }
        on_uncertain: skip
    layout: |
      controls controls
      revenue  latest
      counter  press
      zero     again
    components:
      revenue:
        type: number
        from: orders.revenue
        format: currency EUR
        size: large
        compare: 1d
        levels: { warn: above 200 for 2m, bad: [between 3 and 7, missing], good: below 2 }
      latest: { type: table, from: orders.latest, columns: { name: Customer }, formats: { total: percent }, limit: 5 }
      counter: { type: button, text: More, style: primary, action: { add: 10, to: counted } }
      press: { type: button, action: restart }
      zero: { type: button, action: { reset: counted } }
      again: { type: button, action: { refresh: orders } }

    """
}

/// A key of the language or a reference, with the words that may stand there.
struct WrittenWord: CustomStringConvertible {
  var text: String
  var place: Place
  var choice: [String]

  var description: String { "\(text) at \(place.line):\(place.column)" }

  /// Doubled, lost, swapped or exchanged; `nil` where the word is too short for it.
  func slip(_ kind: Int, seed: Int) -> String? {
    var letters = Array(text)
    let index = seed % max(1, letters.count - 1)
    switch kind {
    case 0: letters.insert(letters[index], at: index)
    case 1 where letters.count > 1: letters.remove(at: index)
    case 2 where letters.count > 1 && letters[index] != letters[index + 1]: letters.swapAt(index, index + 1)
    case 3 where letters.count > 1: letters[index] = letters[index] == "q" ? "z" : "q"
    default: return nil
    }
    return letters.first?.isLetter == true && letters.last != "." ? String(letters) : nil
  }

  func isClear(_ slip: String) -> Bool {
    let slips = Self.distance(slip, text)
    return slips < max(2, text.count) && choice.allSatisfy { $0 == text || Self.distance(slip, $0) > slips }
  }

  func replaced(by slip: String, in lines: [[Unicode.Scalar]]) -> String {
    var lines = lines
    let start = place.column - 1
    lines[place.line - 1].replaceSubrange(start..<(start + text.unicodeScalars.count), with: slip.unicodeScalars)
    return lines.map { String(String.UnicodeScalarView($0)) }.joined(separator: "\n")
  }

  /// Insertions, losses, exchanges and swaps, counted the plain way.
  private static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a), b = Array(b)
    var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count {
      for j in 0...b.count {
        if i == 0 || j == 0 { table[i][j] = i + j; continue }
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
        guard i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] else { continue }
        table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
      }
    }
    return table[a.count][b.count]
  }
}
