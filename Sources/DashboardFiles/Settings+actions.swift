import DashboardModel

extension Settings {
  /// What a button can do in the world outside.
  static let actions: [(word: String, settings: [Setting])] = [
    ("http", [
      Setting("type", .section, isRequired: true, "What it does."),
      Setting("method", .oneOf(["POST", "PUT", "PATCH", "DELETE", "GET"]), fallback: "POST", "How to ask."),
      Setting("url", .url(schemes: ["http", "https"]), isRequired: true, "Where to ask."),
      Setting("headers", .map(.privateText), "What to send along."),
      Setting("body", .privateText, "What to send."),
      Setting("timeout", .duration(0.1...10), fallback: 10, "When the request is given up."),
      Setting("allow", .audience, "Who may, of those who may act on the page; all of them if left out."),
      Setting("confirm", .text, "A question to answer first."),
      Setting("after", .section, "What follows when it has worked: { refresh: [queue], say: Done }."),
      Setting("on_uncertain", .oneOf(["repeat", "skip"]), fallback: "repeat",
        "When nobody knows whether the request came through: send it again under the same Idempotency-Key, or not."),
    ])
  ]

  static let after: [Setting] = [
    Setting("refresh", .sources, "Sources to run again."),
    Setting("say", .text, "What the viewer is told."),
  ]
}
