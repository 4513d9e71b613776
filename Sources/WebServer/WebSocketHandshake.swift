import NIOCore
import NIOHTTP1
import NIOWebSocket

/// A request that may become a WebSocket.
struct WebSocketHandshake {
  let head: HTTPRequestHead
  let makeSession: (WebSocketOutbound) -> any WebSocketSession

  /// What is wrong with the handshake, if anything.
  var error: WebError? {
    let versions = head.headers["sec-websocket-version"]
    guard head.method == .GET, head.version == .http1_1, versions == ["13"],
      head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" }),
      head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" })
    else { return .upgradeRequired }
    let keys = head.headers["sec-websocket-key"]
    return keys.count == 1 && Self.isKey(keys[0]) ? nil : .badHandshake
  }

  /// Sixteen bytes in base64.
  private static func isKey(_ key: String) -> Bool {
    let bytes = Array(key.utf8)
    return bytes.count == 24 && bytes.suffix(2) == [0x3D, 0x3D]
      && bytes.dropLast(2).allSatisfy {
        switch $0 {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
        default: false
        }
      }
  }

  /// What is answered to an offer of compression: neither side keeps a window between messages, so a frame is compressed
  /// once for all, and a socket costs no memory for it.
  static let agreedCompression = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

  /// True when one of the offers is permessage-deflate with parameters that can be met (RFC 7692 §7.1).
  var offersCompression: Bool {
    head.headers[canonicalForm: "sec-websocket-extensions"].contains { Self.isMet(String($0)) }
  }

  private static func isMet(_ offer: String) -> Bool {
    let parts = offer.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" && $0 != "\"" }.lowercased() }
    guard parts.first == "permessage-deflate", Set(parts).count == parts.count else { return false }
    return parts.dropFirst().allSatisfy {
      switch $0 {
      case "server_no_context_takeover", "client_no_context_takeover", "client_max_window_bits",
        "server_max_window_bits=15": true
      // A window of the client's own choice is always one that can be read.
      case let bits where bits.hasPrefix("client_max_window_bits="):
        (8...15).contains(Int(bits.dropFirst("client_max_window_bits=".count)) ?? 0)
      default: false
      }
    }
  }

  /// The headers of the 101 answer; only the key's digest is NIO's.
  func responseHeaders(on channel: any Channel) -> EventLoopFuture<HTTPHeaders> {
    let upgrader = NIOWebSocketServerUpgrader(
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
      upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    return upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
  }
}
