import DashboardModel

/// One number, large. `Number(value: 503, format: "bytes")`.
@MainActor
public final class Number: DashboardComponent {
  public nonisolated init(
    value: Double? = nil, from: SourceBinding? = nil, format: String = "number", unit: String? = nil, size: Size = .normal,
    compare: Duration? = nil, sparkline: Duration? = nil, levels: [LevelRule] = [], common: Common = Common()
  ) {
    super.init(
      .number,
      ComponentLooks(
        [
          "format": .string(format), "unit": unit.map(JSON.string), "size": size.json, "compare": compare?.json,
          "sparkline": sparkline?.json,
        ], levels: levels), common.reading(from), reading: value.map(JSON.number))
  }

  public var value: Double {
    get { reading?.double ?? 0 }
    set { show(.number(newValue)) }
  }
}

/// A number on a dial. `Gauge(value: 41, max: 100, format: "percent")`.
@MainActor
public final class Gauge: DashboardComponent {
  public nonisolated init(
    value: Double? = nil, from: SourceBinding? = nil, min: Double = 0, max: Double = 100, format: String? = nil,
    unit: String? = nil, levels: [LevelRule] = [], common: Common = Common()
  ) {
    super.init(
      .gauge,
      ComponentLooks(
        ["min": .number(min), "max": .number(max), "format": format.map(JSON.string), "unit": unit.map(JSON.string)],
        levels: levels), common.reading(from), reading: value.map(JSON.number))
  }

  public var value: Double {
    get { reading?.double ?? 0 }
    set { show(.number(newValue)) }
  }
}

/// How far something is. `Progress(value: 3, max: 10)`.
@MainActor
public final class Progress: DashboardComponent {
  public nonisolated init(
    value: Double? = nil, from: SourceBinding? = nil, max: Double = 100, format: String? = nil, unit: String? = nil,
    levels: [LevelRule] = [], common: Common = Common()
  ) {
    super.init(
      .progress,
      ComponentLooks(
        ["max": .number(max), "format": format.map(JSON.string), "unit": unit.map(JSON.string)], levels: levels),
      common.reading(from), reading: value.map(JSON.number))
  }

  public var value: Double {
    get { reading?.double ?? 0 }
    set { show(.number(newValue)) }
  }
}

extension DashboardComponent.Common {
  /// With what the component's own parameter says.
  func reading(_ from: SourceBinding?) -> Self {
    var copy = self
    copy.from = from ?? self.from
    return copy
  }
}
