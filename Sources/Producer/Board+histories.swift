import DashboardModel
import PageSync

/// Histories of sources with `keep`. They lie in chunks beside the dashboard's plain page (`history.<source>.<chunk>`),
/// are never sent to browsers, and change in the same commit as what the source's components show.
extension Board {
  private static let prefix = "history."

  /// Begins, changes and ends histories as the definition and the instances in use say.
  func reviseHistories(of name: String) {
    guard let dashboard = dashboards[name], let plain = PageKey(dashboard: name) else { return }
    let plans = dashboard.historyPlans
    for key in dashboard.histories.keys where plans[key] == nil { dashboards[name]?.histories[key] = nil }
    for (key, plan) in plans where dashboard.histories[key]?.plan != plan {
      var history = SourceHistory(plan)
      history.restore(storedChunks(of: key, beside: plain))
      write(history.chunks(), of: key, beside: plain)
      dashboards[name]?.histories[key] = history
    }
  }

  /// Takes out of the store what belongs to no history any more.
  func forgetOldHistories(of name: String) {
    guard let plain = PageKey(dashboard: name) else { return }
    let histories = dashboards[name]?.histories ?? [:]
    for item in pages[plain]?.writer.privateState.keys.filter({ $0.hasPrefix(Self.prefix) }) ?? [] {
      let isKept = Self.chunk(item).map { histories[$0.source] != nil } ?? false
      if !isKept { pages[plain]?.writer.setPrivate(item, nil) }
    }
  }

  /// A source has spoken.
  func noteHistory(of source: String, in name: String, now: Moment) {
    guard let state = dashboards[name]?.sources[source], let plain = PageKey(dashboard: name),
      let chunks = dashboards[name]?.histories[source]?.add(state, now: now)
    else { return }
    write(chunks, of: source, beside: plain)
  }

  private func write(_ chunks: [SourceHistory.Chunk], of source: String, beside plain: PageKey) {
    for chunk in chunks { pages[plain]?.writer.setPrivate("\(Self.prefix)\(source).\(chunk.number)", chunk.bytes) }
  }

  private func storedChunks(of source: String, beside plain: PageKey) -> [SourceHistory.Chunk] {
    (pages[plain]?.writer.privateState ?? [:]).compactMap { item, bytes in
      guard let (key, number) = Self.chunk(item), key == source else { return nil }
      return SourceHistory.Chunk(number: number, bytes: bytes)
    }
  }

  /// `history.orders?region=us.12` → `orders?region=us`, 12.
  private static func chunk(_ item: String) -> (source: String, number: Int)? {
    guard item.hasPrefix(prefix), let dot = item.lastIndex(of: "."), dot > prefix.index(before: prefix.endIndex),
      let number = Int(item[item.index(after: dot)...])
    else { return nil }
    return (String(item[..<dot].dropFirst(prefix.count)), number)
  }
}

extension LiveDashboard {
  /// What is to be kept of each source in use, by source key. Variations come after the plain page, and those beyond the
  /// bound keep nothing.
  var historyPlans: [String: SourceHistory.Plan] {
    var plans: [String: SourceHistory.Plan] = [:]
    var count = 0
    for (_, instance) in instances.sorted(by: { $0.key.text < $1.key.text }) {
      for source in instance.definition.sources {
        let key = instance.key(of: source.name), fields = definition.keptFields(of: source.name)
        guard let span = source.keep, !fields.isEmpty, plans[key] == nil,
          count + fields.count <= DashboardDefinition.mostKeptNumbers
        else { continue }
        count += fields.count
        plans[key] = SourceHistory.Plan(span: span, fields: fields)
      }
    }
    return plans
  }
}
