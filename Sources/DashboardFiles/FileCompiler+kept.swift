import DashboardModel

/// What `keep` keeps: the numbers of a source that components show.
extension FileCompiler {
  mutating func checkKept(_ dashboard: DashboardDefinition) {
    guard !told.hasErrors else { return }
    var count = 0
    for source in dashboard.sources where source.keep != nil {
      guard let place = declared[source.name]?.keepPlace else { continue }
      let isDrawn = dashboard.components.contains { component in
        component.showsHistory && component.bindings.contains { $0.source == source.name }
      }
      if !isDrawn {
        report(.keptForNothing, place, "nothing shows how the numbers of source \"\(source.name)\" were before",
          hint: "a line does, and a number with sparkline or compare")
      }
      let before = count
      count += dashboard.keptFields(of: source.name).count
      guard before <= DashboardDefinition.mostKeptNumbers, count > DashboardDefinition.mostKeptNumbers else { continue }
      report(.outOfRange, place, "more than \(DashboardDefinition.mostKeptNumbers) numbers would be kept",
        hint: "leave \"keep\" out where nobody looks back")
    }
  }
}
