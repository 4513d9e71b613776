import DashboardModel
package import PageSync
import Redis

/// What a new owner goes on with.
extension RedisProducerBackplane {
  package func restore(_ shard: Int) async throws -> [StoredPage] {
    let names = try await pageNames(of: shard)
    var stored: [StoredPage] = []
    // Up to 100 pages in one pipeline, so that neither side holds much more than one answer.
    for start in stride(from: 0, to: names.count, by: 100) {
      let reads = names[start..<min(start + 100, names.count)].map { page in
        (page, client.run(Scripts.read, keys: "mcxk".map { keys.page(shard, page, $0) }, arguments: []))
      }
      for (page, read) in reads {
        let reply = try await read.forBackplane().get()
        guard let snapshot = Snapshot(redis: reply), let privateState = reply.elements?.last?.fields else { continue }
        stored.append(StoredPage(key: page, snapshot: snapshot, privateState: privateState))
      }
    }
    return stored
  }

  /// The pages in a shard's list; where that was lost, or begun again since, those whose keys are there.
  private func pageNames(of shard: Int) async throws -> [PageKey] {
    let replies = try await pipeline([
      RedisCommand("SMEMBERS", keys.pages(shard)), RedisCommand("HMGET", keys.lease(shard), "o", "f", "g"),
    ])
    let failures = replies.compactMap(\.failure)
    if let error = failures.first(where: { $0.kind != .wrongType }) { throw BackplaneError(RedisError.server(error)) }
    let listed = replies.first?.elements?.map { $0.text ?? "" }
    let lease = (replies.last?.elements ?? []).map { $0.text ?? "" }
    // A shard in which no generation was ever issued has no pages.
    let isFresh = listed == [] && lease.last == "0"
    if let listed, !listed.contains(Scripts.unlisted), !listed.isEmpty || isFresh { return listed.compactMap { PageKey($0) } }
    let found = try await scannedPages(of: shard)
    configuration.logger.warning(
      "the list of a shard's pages was lost", metadata: ["shard": "\(shard)", "found": "\(found.count)"])
    if lease.count == 3 {
      _ = try await run(
        Scripts.enlist, keys: [keys.lease(shard), keys.pages(shard)],
        arguments: [lease[0], lease[1]] + found.map { "\($0)" })
    }
    return found
  }

  private func scannedPages(of shard: Int) async throws -> [PageKey] {
    var found: Set<PageKey> = []
    var cursor = "0"
    repeat {
      let scan = RedisCommand(
        "SCAN", cursor, "MATCH", keys.page(shard, pattern: "*"), "COUNT", "\(Self.scanned)", "TYPE", "hash")
      let reply = try await pipeline([scan]).first
      if let error = reply?.failure { throw BackplaneError(RedisError.server(error)) }
      guard let parts = reply?.elements, parts.count == 2, let next = parts[0].text, let names = parts[1].elements else {
        throw BackplaneError.unreachable("the pages cannot be listed")
      }
      found.formUnion(names.compactMap { $0.text.flatMap { keys.page(named: $0, in: shard) } })
      cursor = next
    } while cursor != "0"
    return Array(found)
  }
}
