import DashboardFiles

/// Tells people what a load of the definition files found, in the words of `splitflap check`.
struct LoadReport: Sendable {
  let folder: String

  func tell(_ result: LoadResult) {
    for diagnostic in result.diagnostics { write(diagnostic.render()) }
    let errors = result.diagnostics.filter { $0.severity == .error }
    guard !errors.isEmpty else {
      write("\(result.dashboards.count) dashboards of \(folder) loaded.")
      return
    }
    let files = Set(errors.map(\.file)).count
    write(
      "\(errors.count) error\(errors.count == 1 ? "" : "s") in \(files) file\(files == 1 ? "" : "s"). "
        + "The version loaded before stays on the screens.")
  }

  private func write(_ text: String) { writeToStandardError(text + "\n") }
}
