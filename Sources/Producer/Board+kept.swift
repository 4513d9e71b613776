import DashboardFiles
import DashboardModel
import PageSync

/// The last good version of each dashboard's files, kept in the private state of its page. A producer that starts while a
/// file has mistakes goes on with it, so that neither a bad edit nor a restart after it takes a screen down.
extension Board {
  private static let item = "definition"

  /// Takes over what the loaded dashboards' files hold; answers those whose files changed. Of what may not be kept nothing
  /// stays, for an older version is not what was shown last.
  func take(_ loaded: [String: KeptDefinition], of names: Set<String>) -> [String] {
    let now = timeline.now.unix
    revived = revived.filter { broken.contains($0.key) }
    originals = originals.filter { names.contains($0.key) || broken.contains($0.key) }
    return names.filter { name in
      let (known, new) = (originals[name], loaded[name])
      if let known, let new, known.isSame(as: new) { return false }
      originals[name] = new
      originals[name]?.loaded = now
      return known != nil || new != nil
    }
  }

  /// Keeps them beside the dashboard's page, if it is ours.
  func keepOriginal(of name: String) {
    guard let key = PageKey(dashboard: name), !authored.contains(name), dashboards[name] != nil else { return }
    pages[key]?.writer.setPrivate(Self.item, originals[name].map { $0.json.encoded })
  }

  /// Makes definitions of what the store kept of a shard's dashboards whose files cannot be read now.
  func revive(_ shard: Int, from stored: [PageKey: StoredPage]) {
    for name in broken where shardOf(name) == shard && definitions[name] == nil {
      guard let key = PageKey(dashboard: name), let bytes = stored[key]?.privateState[Self.item],
        let kept = (try? JSON(decoding: bytes)).flatMap(KeptDefinition.init), let definition = compile(kept),
        definition.name == name
      else { continue }
      definitions[name] = definition
      originals[name] = kept
      revived[name] = kept.loaded
      logger.warning("goes on with the last good version, the file has mistakes", metadata: ["dashboard": "\(name)"])
    }
  }
}
