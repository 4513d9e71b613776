extension DashboardComponent {
  /// What code gave it to show, as JSON with members by name; for tests.
  public var shown: String { String(decoding: (reading ?? .null).encoded, as: UTF8.self) }
}
