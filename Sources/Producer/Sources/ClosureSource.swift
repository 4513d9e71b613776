package import DashboardModel

/// A source whose value somebody else knows how to get: the list of dashboards, for one.
package struct ClosureSource: Source {
  private let value: @Sendable () async throws -> JSON

  package init(_ value: @escaping @Sendable () async throws -> JSON) { self.value = value }

  package func fetch() async throws -> JSON { try await value() }
}
