import NIOCore
import NIOSSL

/// Asks the sentinels in turn where the primary is. The one that answered is asked first the next time, unless its
/// answer led nowhere.
///
/// Lives on one event loop, as ``RedisLink`` does. A connection is opened for each question: sentinels are asked seldom,
/// and one that hangs must not be asked again.
final class SentinelInquiry {
  private let configuration: RedisConfiguration
  private let eventLoop: any EventLoop
  private let tls: NIOSSLContext?
  private let primary: String
  private var places: [RedisAddress.Place]

  init?(_ configuration: RedisConfiguration, eventLoop: any EventLoop, tls: NIOSSLContext?) {
    guard case .sentinels(let places, let primary) = configuration.address.endpoint else { return nil }
    self.configuration = configuration
    self.eventLoop = eventLoop
    self.tls = tls
    self.primary = primary
    // So that many processes do not all ask the same one.
    self.places = places.shuffled()
  }

  /// Calls back with the primary's place, or with what every sentinel had to say.
  func find(_ done: @escaping (Result<RedisAddress.Endpoint, Unknown>) -> Void) {
    ask(places[...], [], done)
  }

  /// The place that was told is no primary, or cannot be reached: this sentinel may know less than the others.
  func distrust() { places.append(places.removeFirst()) }

  /// No sentinel helped.
  struct Unknown: Error { let reason: String }

  private func ask(
    _ rest: ArraySlice<RedisAddress.Place>, _ problems: [String],
    _ done: @escaping (Result<RedisAddress.Endpoint, Unknown>) -> Void
  ) {
    guard let place = rest.first else {
      return done(.failure(Unknown(reason: "no sentinel says where \"\(primary)\" is: " + problems.joined(separator: "; "))))
    }
    let attempt = configuration.connect(to: .tcp(host: place.host, port: place.port), on: eventLoop, tls: tls)
    attempt.assumeIsolated().whenComplete { result in
      switch result {
      case .failure(let error):
        self.ask(rest.dropFirst(), problems + ["\(place): \(ConnectProblem.text(error))"], done)
      case .success(let channel): self.put(channel) { result in
          switch result {
          case .success(let endpoint):
            self.prefer(place)
            done(.success(endpoint))
          case .failure(let unknown): self.ask(rest.dropFirst(), problems + ["\(place): \(unknown.reason)"], done)
          }
        }
      }
    }
  }

  private func prefer(_ place: RedisAddress.Place) {
    while places.first != place { places.append(places.removeFirst()) }
  }

  private func put(_ channel: any Channel, _ done: @escaping (Result<RedisAddress.Endpoint, Unknown>) -> Void) {
    let question = RedisCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", primary)
    guard let handler = try? channel.pipeline.syncOperations.handler(type: RedisChannelHandler.self) else {
      return done(.failure(Unknown(reason: "the connection was closed")))
    }
    let login: [RedisCommand]
    do { login = try configuration.address.sentinelLogin.commands() } catch {
      handler.close("not asked")
      return done(.failure(Unknown(reason: error.description)))
    }
    let promise = eventLoop.makePromise(of: [RedisValue].self)
    handler.send(login + [question], timeout: configuration.timing.commandTimeout, promise: promise)
    promise.futureResult.assumeIsolated().whenComplete { result in
      handler.close("asked")
      done(result.mapError { Unknown(reason: "\($0)") }.flatMap { self.read($0) })
    }
  }

  private func read(_ replies: [RedisValue]) -> Result<RedisAddress.Endpoint, Unknown> {
    if let error = replies.lazy.compactMap(\.failure).first { return .failure(Unknown(reason: error.message)) }
    guard let words = replies.last?.elements else { return .failure(Unknown(reason: "it knows no such primary")) }
    guard words.count == 2, let host = words[0].text, let port = words[1].text.flatMap({ Int($0) }), !host.isEmpty,
      (1...65_535).contains(port)
    else { return .failure(Unknown(reason: "its answer cannot be read")) }
    return .success(.tcp(host: host, port: port))
  }
}
