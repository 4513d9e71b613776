import DashboardModel

/// A line of text, large if you like. `Text("Ship it", size: .large)`.
@MainActor
public final class Text: DashboardComponent {
  public enum Alignment: String, Hashable, Sendable, CaseIterable { case start, center, end }

  public nonisolated init(
    _ text: String? = nil, from: SourceBinding? = nil, size: Size = .normal, align: Alignment = .start,
    common: Common = Common()
  ) {
    super.init(
      .text, ComponentLooks(["size": size.json, "align": align.json]), common.reading(from),
      reading: text.map(JSON.string))
  }

  public var text: String {
    get { reading?.text ?? "" }
    set { show(.string(newValue)) }
  }
}

/// Text in GitHub's Markdown, drawn without any HTML of its own.
@MainActor
public final class Markdown: DashboardComponent {
  public nonisolated init(_ text: String? = nil, from: SourceBinding? = nil, common: Common = Common()) {
    super.init(.markdown, ComponentLooks(), common.reading(from), reading: text.map(JSON.string))
  }

  public var text: String {
    get { reading?.text ?? "" }
    set { show(.string(newValue)) }
  }
}

/// A word that says how something is. `Status("passed")`; `labels` are the texts shown for values.
@MainActor
public final class Status: DashboardComponent {
  public nonisolated init(
    _ value: String? = nil, from: SourceBinding? = nil, levels: [LevelRule] = [], labels: [String: String] = [:],
    common: Common = Common()
  ) {
    super.init(
      .status, ComponentLooks(["labels": labels.isEmpty ? nil : JSON(labels)], levels: levels), common.reading(from),
      reading: value.map(JSON.string))
  }

  public var value: String {
    get { reading?.text ?? "" }
    set { show(.string(newValue)) }
  }
}

/// The time at the viewer's, or in a zone. `Clock(timezone: "Europe/Berlin")`.
@MainActor
public final class Clock: DashboardComponent {
  public enum Hours: Int, Hashable, Sendable, CaseIterable { case twentyFour = 24, twelve = 12 }

  public nonisolated init(
    timezone: String? = nil, seconds: Bool = true, date: Bool = true, hours: Hours = .twentyFour,
    common: Common = Common()
  ) {
    super.init(
      .clock,
      ComponentLooks([
        "timezone": timezone.map(JSON.string), "seconds": .bool(seconds), "date": .bool(date),
        "hours": .number(Double(hours.rawValue)),
      ]), common, reading: nil)
  }

  override func bindings(_ binding: DashboardModel.Binding) -> [DashboardModel.Binding] { [] }
}

/// A picture: `data:image/png;base64,…`.
@MainActor
public final class Image: DashboardComponent {
  public enum Fit: String, Hashable, Sendable, CaseIterable { case contain, cover }

  public nonisolated init(
    _ picture: String? = nil, from: SourceBinding? = nil, alt: String? = nil, fit: Fit = .contain,
    common: Common = Common()
  ) {
    super.init(
      .image, ComponentLooks(["alt": alt.map(JSON.string), "fit": fit.json]), common.reading(from),
      reading: picture.map(JSON.string))
  }

  public var picture: String {
    get { reading?.text ?? "" }
    set { show(.string(newValue)) }
  }
}

/// Greets, and counts who presses it: the smallest component there is.
@MainActor
public final class HelloCounter: DashboardComponent {
  public nonisolated init(common: Common = Common()) { super.init(.hello, ComponentLooks(), common, reading: nil) }

  override func bindings(_ binding: DashboardModel.Binding) -> [DashboardModel.Binding] { [] }
}
