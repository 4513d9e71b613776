import DashboardModel
import Testing

@Suite struct ComponentValueTests {
  private func value(_ json: String) -> ComponentValue? { ComponentValue(json: Array(json.utf8)) }

  @Test(arguments: [
    #"{}"#, #"{"value":1}"#, #"{"points":[]}"#, #"{"points":[[1,2],[3,null]]}"#,
    #"{"reason":"\"points\":[","points":[[1,2]]}"#, #"{"items":[{"label":"a","points":[1,2]}]}"#,
    #"{"items":[{"points":[1]}],"points":[[1,-2.5e-05]]}"#, #"{"items":[{"points":[[1]]}]}"#,
  ])
  func `splitting and joining gives the same bytes`(json: String) {
    #expect(value(json)?.json == Array(json.utf8))
  }

  @Test(arguments: ["", "{", "[]", #"{"points":[[1,2],]}"#, #"{"points":[[[1]]]}"#, #"{"points":[{"a":1}]}"#, #"{"points":[1]}"#,
    #"{"points":[[]]}"#, #"{"points":[[--1]]}"#, #"{"points":[[nul]]}"#, #"{"points":[[1.]]}"#])
  func `what is no object or has no flat rows is refused`(json: String) {
    #expect(value(json) == nil)
  }

  @Test func `an append keeps the newest rows under the new head`() {
    let old = value(#"{"value":2,"points":[[1,1],[2,2]]}"#)
    var rows = Points()
    rows.append(time: 3, values: [3])

    let new = old?.appending(Append(head: Array(#"{"value":3}"#.utf8), points: rows, keep: 2))

    #expect(new == value(#"{"value":3,"points":[[2,2],[3,3]]}"#))
  }

  @Test func `more rows than are kept leave only the newest`() {
    var points = Points()
    for time in 1...5 { points.append(time: Double(time), values: [nil]) }

    #expect(points.suffix(2).rows == Array("[4,null],[5,null]".utf8))
    #expect(points.suffix(0).count == 0)
    #expect(points.suffix(9).count == 5)
  }
}
