package import AsyncHTTPClient
package import DashboardModel
import FoundationEssentials

/// The picture of an `image` component as a `data:` URI, told by its first bytes to be PNG, JPEG, GIF or WebP.
package struct ImageSource: Source {
  static let sizeLimit = 180 << 10

  private enum Origin: Sendable {
    case file(FolderFile, BlockingWork)
    case server(HTTPSource)
  }

  private let origin: Origin

  /// A file beside the definitions.
  package init(path: String, folder: String) {
    origin = .file(FolderFile(path: path, folder: folder, sizeLimit: Self.sizeLimit), BlockingWork())
  }

  package init(url: String, timeout: Duration, client: HTTPClient) {
    origin = .server(HTTPSource(HTTPRequestDefinition(url: url), timeout: timeout, client: client))
  }

  /// The source a component without a `from` reads its picture from.
  package static func name(for component: ComponentID) -> String { "@image/\(component.name)" }

  package func fetch() async throws -> JSON {
    let bytes = try await load()
    guard bytes.count <= Self.sizeLimit else { throw SourceError("the picture is larger than 180 KiB") }
    guard let type = Self.type(of: bytes) else { throw SourceError("the picture is no PNG, JPEG, GIF or WebP") }
    return .string("data:\(type);base64,\(Data(bytes).base64EncodedString())")
  }

  private func load() async throws -> [UInt8] {
    switch origin {
    case .server(let server): return try await server.load().body
    case .file(let file, let work): return try await work.run { try file.read(unless: nil)?.bytes ?? [] }
    }
  }

  static func type(of bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    if bytes.starts(with: Array("GIF87a".utf8)) || bytes.starts(with: Array("GIF89a".utf8)) { return "image/gif" }
    let isWebP = bytes.starts(with: Array("RIFF".utf8)) && bytes.dropFirst(8).starts(with: Array("WEBP".utf8))
    return isWebP ? "image/webp" : nil
  }
}
