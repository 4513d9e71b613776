package import NIOCore
import PageSync
import Redis
import Synchronization

/// Sessions that were signed out: a stream of their ids, which every front reads on from where it stands. Entries are
/// numbered by Redis' clock, so one that came back empty goes on above them.
extension RedisFrontBackplane {
  package func endSessions(_ sessions: [String]) -> EventLoopFuture<Void> {
    let commands = sessions.map {
      RedisCommand("XADD", keys.endedSessions, "MAXLEN", "\(StoreLimits.endedSessions)", "*", "session", $0)
    }
    return client.pipeline(commands).flatMapThrowing { replies in
      if let error = replies.lazy.compactMap(\.failure).first { throw RedisError.server(error) }
    }.forBackplane()
  }

  package func endedSessions() -> EventLoopFuture<[String]> {
    let last = state.withLock(\.lastEndedSession)
    return client.send(RedisCommand("XRANGE", keys.endedSessions, "(\(last)", "+")).map { reply in
      let entries = (reply.elements ?? []).compactMap { entry -> (id: String, session: String)? in
        guard let parts = entry.elements, parts.count == 2, let id = parts[0].text, isEntryID(id),
          let session = parts[1].fields?["session"].flatMap({ String(validating: $0, as: UTF8.self) })
        else { return nil }
        return (id, session)
      }
      if let last = entries.last?.id { self.state.withLock { $0.lastEndedSession = last } }
      return entries.map(\.session)
    }.forBackplane()
  }
}
