import Logging
import NIOCore
import Redis
import Synchronization

/// Whether a Redis may be used at all, asked before anything else is.
///
/// What cannot come right by waiting is a mismatch and ends the program. A replica may become a primary any moment, so
/// it has a few seconds; behind sentinels it has for ever.
final class StoreCheck: Sendable {
  private let address: RedisAddress
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var replicaSince: NIODeadline?
    var isTold = false
  }

  private static let patienceWithReplica = TimeAmount.seconds(5)

  init(_ configuration: RedisBackplaneConfiguration) {
    address = configuration.address
    logger = configuration.logger
  }

  /// Throws ``BackplaneError/mismatch(_:)`` for a server that must not be used. With `tellsFlaws` it warns of known ones.
  func check(_ client: RedisClient, tellsFlaws: Bool) async throws {
    do { try await client.ready().get() } catch RedisError.notPrimary(let reason) {
      throw refused(reason, now: .now())
    } catch { throw BackplaneError(error) }
    let reply = try await client.pipeline([RedisCommand("INFO")]).forBackplane().get().first
    guard let info = reply?.text else { return tellNotAsked(reply?.failure) }
    let facts = ServerFacts(info: info)
    if let refusal = facts.refusal { throw BackplaneError.mismatch(refusal) }
    if tellsFlaws, isFirst() { tell(facts) }
  }

  private func refused(_ reason: String, now: NIODeadline) -> BackplaneError {
    if case .sentinels = address.endpoint { return .unreachable(reason) }
    let since = state.withLock { state in
      state.replicaSince = state.replicaSince ?? now
      return state.replicaSince ?? now
    }
    guard now - since >= Self.patienceWithReplica else { return .unreachable(reason) }
    return .mismatch("\(address): \(reason); name the primary, or the sentinels that know it")
  }

  private func tellNotAsked(_ error: RedisServerError?) {
    guard isFirst() else { return }
    logger.warning(
      "cannot ask Redis for its version and settings; see to it that maxmemory-policy is noeviction",
      metadata: ["reason": "\(error?.message ?? "no answer")"])
  }

  private func tell(_ facts: ServerFacts) {
    switch facts.luaFlaws {
    case .fixed: break
    case .open(let fix):
      logger.warning(
        "\(facts.name) has known Lua flaws (CVE-2025-49844 and others): whoever may run scripts may run programs",
        metadata: ["fixed_in": "\(fix)"])
    case .unknown:
      logger.notice(
        "\(facts.name) has known Lua flaws (CVE-2025-49844 and others) unless its distribution has repaired them")
    }
  }

  private func isFirst() -> Bool {
    state.withLock { state in
      defer { state.isTold = true }
      return !state.isTold
    }
  }
}
