import Logging
import NIOCore
import NIOHTTP1

/// What all connections of a server share.
struct ServerContext: Sendable {
  let configuration: WebServerConfiguration
  let hot: any HotRoutes
  let router: RouterBridge
  let ledger: ConnectionLedger
  let dates = DateClock.shared
  let logger: Logger
  let check: RequestCheck
  let addresses: ClientAddress
  let foreignProtocolLog = LogThrottle(interval: .seconds(60))
  /// One per event loop.
  let repeated: [ObjectIdentifier: NIOLoopBoundBox<RepeatedRequests>]

  init(
    configuration: WebServerConfiguration, hot: any HotRoutes, router: RouterBridge, environment: WebServerEnvironment
  ) {
    self.configuration = configuration
    self.hot = hot
    self.router = router
    logger = environment.logger
    let remembering = configuration.remembersRequests ? Array(environment.eventLoopGroup.makeIterator()) : []
    repeated = Dictionary(
      uniqueKeysWithValues: remembering.map { loop in
        let table = RepeatedRequests(parameter: hot.repeatableParameter)
        return (ObjectIdentifier(loop), NIOLoopBoundBox.makeBoxSendingValue(table, eventLoop: loop))
      })
    ledger = ConnectionLedger(limits: configuration.limits)
    check = RequestCheck(
      allowedHosts: configuration.allowedHosts.map { Set($0.map { $0.lowercased() }) },
      allowedHostsHint: configuration.allowedHostsHint)
    addresses = ClientAddress(trustedProxies: configuration.trustedProxies)
  }

  var limits: WebLimits { configuration.limits }
}
