/// What a press can do in the world outside: one HTTP request, and what follows when it was answered well.
package struct ActionDefinition: Hashable, Sendable {
  package var name: String
  package var request: HTTPRequestDefinition
  /// Seconds after which the request is given up.
  package var timeout: Double
  /// Who may, of those who may act on the page at all.
  package var allow: Audience
  /// Sources to run again when it has worked.
  package var refresh: [String] = []
  /// What the viewer is told when it has worked.
  package var say: String?
  /// What must never be seen in a message about it, beside its headers.
  package var secrets: [String] = []
  /// False: a request whose outcome is not known is not sent again.
  package var isRepeated = true

  package init(name: String, request: HTTPRequestDefinition, timeout: Double = 10, allow: Audience = .anyone) {
    self.name = name
    self.request = request
    self.timeout = timeout
    self.allow = allow
  }
}
