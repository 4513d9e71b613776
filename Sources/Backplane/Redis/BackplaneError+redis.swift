import NIOCore
import Redis

extension BackplaneError {
  /// What an error of the Redis client means to a front or a producer.
  init(_ error: any Error) {
    switch error {
    case let error as BackplaneError: self = error
    case RedisError.server(let reply): self.init(reply)
    default: self = .unreachable("\(error)")
    }
  }

  // Also update the table of error words in docs/operations.md.
  private init(_ reply: RedisServerError) {
    switch reply.kind {
    case .readOnly, .misconfigured, .outOfMemory, .noReplicas: self = .readOnly(reply.message)
    case .noPermission, .notAuthenticated, .wrongPassword, .moved, .ask: self = .mismatch(reply.message)
    case .loading, .busy, .noScript, .clusterDown, .tryAgain, .primaryDown, .wrongType, .noGroup, .groupExists, .other:
      self = .unreachable(reply.message)
    }
  }
}

extension EventLoopFuture {
  /// The same with errors of the backplane.
  func forBackplane() -> EventLoopFuture<Value> {
    flatMapErrorThrowing { throw BackplaneError($0) }
  }
}
