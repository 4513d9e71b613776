package import DashboardFiles

/// What a load found, and what it leaves on the screens.
package struct LoadNews: Sendable {
  package var result: LoadResult
  /// When the versions were loaded that stay live although their files have mistakes now, in Unix milliseconds; a dashboard
  /// that has mistakes and is not here was never loaded by this program.
  package var staying: [String: Double] = [:]

  package init(_ result: LoadResult, staying: [String: Double] = [:]) {
    self.result = result
    self.staying = staying
  }
}
