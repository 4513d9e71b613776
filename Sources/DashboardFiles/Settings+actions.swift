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

  /// What a button does by itself.
  static let press: [Setting] = [
    Setting("refresh", .source, "Runs the source now."),
    Setting("add", .number(anyNumber), "Adds a number to the counter that `to` names."),
    Setting("to", .counter, "The counter that `add` changes."),
    Setting("reset", .counter, "Sets the counter back to its start."),
  ]

  /// Which of them stand together.
  static let presses: [(keys: [String], example: String)] = [
    (["refresh"], "{ refresh: SOURCE }"), (["add", "to"], "{ add: 1, to: COUNTER }"), (["reset"], "{ reset: COUNTER }"),
  ]

  static let after: [Setting] = [
    Setting("refresh", .sources, "Sources to run again."),
    Setting("say", .text, "What the viewer is told."),
  ]
}
