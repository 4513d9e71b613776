import DashboardModel
import Foundation
import Testing

@testable import DashboardFiles

/// How long a folder of 500 dashboards takes: printed, and asserted only where no machine could be that slow.
struct SpeedTests {
  @Test(.timeLimit(.minutes(2))) func `five hundred dashboards are checked, and one of them again`() throws {
    var files: [String: String] = [:]
    for number in 0..<500 { files["board-\(number).yml"] = Self.dashboard(number) }
    try Fixtures.withFolder(files) { path in
      let folder = DashboardFolder(path: path)
      let clock = ContinuousClock()

      var result = LoadResult(dashboards: [], diagnostics: [], files: 0)
      // A busy machine stretches the time on the wall, not the work.
      let worked = Foundation.clock()
      let first = clock.measure { result = folder.load() }
      let work = Double(Foundation.clock() - worked) / Double(CLOCKS_PER_SEC)
      #expect(result.diagnostics.map { $0.render() } == [])
      #expect(result.dashboards.count == 500)

      let edited = Self.dashboard(7).replacing("Board 7", with: "Edited")
      try Data(edited.utf8).write(to: URL(filePath: "\(path)/board-7.yml"))
      let again = clock.measure { result = folder.load() }
      #expect(result.dashboards.count { $0.title == "Edited" } == 1)
      print("check of 500 dashboards: \(first) (\(work) s of work); load again after one edit: \(again)")
    }
  }

  /// Ten components, two sources, programs that no other file has.
  private static func dashboard(_ number: Int) -> String {
    let cells = (0..<10).map { cell in
      "  c\(cell): { type: number, from: orders.f\(cell % 3), format: number 2, sparkline: 10m }\n"
    }
    return """
      title: Board \(number)
      theme: midnight
      sources:
        machine: { type: system, every: 5s }
        orders:
          type: http
          url: https://api.example.com/\(number)
          every: 10s
          pick: { f0: .a\(number).b, f1: '.items[\(number)] | .x + 1', f2: 'if .y > \(number) then 1 else 2 end' }
      layout: |
        c0 c1 c2 c3 c4
        c5 c6 c7 c8 c9
        m  m  m  m  m
      components:
      \(cells.joined())  m: { type: line, from: { CPU: machine.cpu, Memory: machine.memory.percent }, window: 1h }

      """
  }
}
