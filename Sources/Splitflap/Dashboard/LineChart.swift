import DashboardModel

/// Curves over time. Every value adds a point; `window` is how much of the past is shown.
///
/// ```swift
/// let load = LineChart("user", "system", style: .area, window: .seconds(3600))
/// load.add(12.5, 3)
/// ```
@MainActor
public final class LineChart: DashboardComponent {
  public enum Style: String, Hashable, Sendable, CaseIterable { case line, area, bar }

  private let curves: [String]

  /// `curves` are their names; without one there is a single curve without a name.
  public nonisolated init(
    _ curves: String..., style: Style = .line, window: Duration = .seconds(600), min: Double? = nil, max: Double? = nil,
    format: String? = nil, unit: String? = nil, stacked: Bool = false, legend: Bool? = nil, common: Common = Common()
  ) {
    self.curves = curves
    super.init(
      .line,
      ComponentLooks([
        "style": style.json, "window": window.json, "min": min.map(JSON.number), "max": max.map(JSON.number),
        "format": format.map(JSON.string), "unit": unit.map(JSON.string), "stacked": .bool(stacked),
        "legend": .bool(legend ?? (curves.count > 1)),
      ]), common, reading: nil)
  }

  /// Adds a point to every curve, in the order of their names; `nil` is a gap.
  public func add(_ values: Double?...) { show(.array(values.map { $0.map(JSON.number) ?? .null })) }

  /// Forgets all points: the curves begin anew.
  public func reset() { begin(with: .array(Array(repeating: .null, count: max(1, curves.count)))) }

  override var keepsReading: Bool { false }

  override func bindings(_ binding: DashboardModel.Binding) -> [DashboardModel.Binding] {
    guard binding.source.hasPrefix("=") else { return [binding] }
    return (curves.isEmpty ? [""] : curves).enumerated().map { index, name in
      DashboardModel.Binding(source: binding.source, field: String(index), label: name)
    }
  }
}
