import DashboardModel

/// The names of the palettes; the browser client has one stylesheet block for each.
enum Theme {
  static let names = ["paper", "midnight", "board", "forest"]
}

/// The tables of all options, per object.
package enum Settings {
  static let dashboard: [Setting] = [
    Setting("include", .includes, "Files below the definitions folder whose options this file adds to or replaces."),
    Setting("title", .text, "The page's heading; from the file's name if left out."),
    Setting("transport", .oneOf(Transport.allCases.map(\.rawValue)), fallback: "auto",
      "How browsers ask: websocket, ajax (polls only) or auto."),
    Setting("reload_interval", .duration(0.25...3600), fallback: 2.5, "Seconds between polls."),
    Setting("theme", .oneOf(Theme.names), "A palette; follows the viewer's light or dark if left out."),
    Setting("scope", .oneOf(Scope.allCases.map(\.rawValue)), fallback: "shared",
      "One page for everybody (shared) or one per viewer (viewer)."),
    Setting("access", .section, "Who may look and act: { view: anyone, act: [ops] }."),
    Setting("view", .audience, "Who may look; anyone if left out."),
    Setting("act", .audience, "Who may act; nobody if left out."),
    Setting("thumbnail", .text, "The component that stands for this dashboard on the home page."),
    Setting("variables", .section, "What viewers may choose, by name: a control and a URL parameter each."),
    Setting("sources", .section, "Where data comes from, by name."),
    Setting("components", .section, isRequired: true, "What is shown, by id."),
    Setting("actions", .section, "What buttons do in the world outside, by name."),
    Setting("layout", .section, "The picture of the page: one word per cell, repeat an id to span, a dot is a gap; `controls` is where variables are chosen."),
  ]

  static let access: [Setting] = [
    Setting("view", .audience, "Who may look; anyone if left out."),
    Setting("act", .audience, "Who may act; nobody if left out."),
  ]

  /// 250 ms to 24 h.
  static let scheduleRange = 0.25...86_400.0
  static let anyNumber = -1e15...1e15
}
