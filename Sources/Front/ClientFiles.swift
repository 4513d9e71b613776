import Crypto
import Foundation
package import NIOCore
import WebServer

/// The browser client, read once at start. Its address carries a hash of all its bytes, so browsers keep the files for
/// ever and still get new ones at once.
package struct ClientFiles: Sendable {
  package struct File: Sendable {
    package var bytes: ByteBuffer
    /// The same as gzip, where that pays.
    package var gzip: ByteBuffer?
    package var type: String
  }

  /// Twelve hexadecimal digits.
  package let hash: String
  private let files: [String: File]
  private let templates: [String: String]

  package struct Missing: Error, CustomStringConvertible {
    package let description: String
  }

  private static let types = [
    "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml",
    "png": "image/png", "woff2": "font/woff2",
  ]

  /// Reads every file of a known type below `folder`; links are not followed, hidden files not taken.
  package init(folder: String) throws {
    let root = URL(fileURLWithPath: folder, isDirectory: true).resolvingSymlinksInPath()
    guard let names = FileManager.default.enumerator(atPath: root.path) else {
      throw Missing(description: "the folder of the browser client, \(folder), cannot be read")
    }
    var files: [String: File] = [:], templates: [String: String] = [:]
    var digest = SHA256()
    for name in names.compactMap({ $0 as? String }).sorted() where !name.contains("/.") && !name.hasPrefix(".") {
      let url = root.appendingPathComponent(name)
      guard (try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true else { continue }
      let data = try Data(contentsOf: url)
      digest.update(data: Data("\(name) \(data.count)\n".utf8))
      digest.update(data: data)
      if name.hasSuffix(".html") {
        templates[name] = String(decoding: data, as: UTF8.self)
      } else if let type = Self.types[url.pathExtension] {
        let bytes = ByteBuffer(bytes: data)
        files[name] = File(bytes: bytes, gzip: Compression.gzip(bytes, level: .thorough), type: type)
      }
    }
    guard files["main.js"] != nil, templates["index.html"] != nil else {
      throw Missing(description: "the folder \(folder) holds no browser client (main.js, index.html)")
    }
    self.files = files
    self.templates = templates
    hash = digest.finalize().prefix(6).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  package subscript(path: String) -> File? { files[path] }

  /// A template with its placeholders filled in; values are escaped for HTML, in text and in quoted attributes alike.
  /// Addresses in it are relative to the page's, which stands `depth` levels below its dashboard's name.
  package func page(_ template: String, _ values: [String: String], depth: Int = 0) -> String? {
    guard let text = templates[template] else { return nil }
    var all = values
    all["root"] = depth == 0 ? "./" : String(repeating: "../", count: depth)
    all["assets"] = String(repeating: "../", count: depth) + "assets/\(hash)/"
    return all.reduce(text) { $0.replacingOccurrences(of: "{{\($1.key)}}", with: Self.escape($1.value)) }
  }

  /// A piece of a page; values are escaped as in ``page(_:_:depth:)``.
  func fragment(_ template: String, _ values: [String: String]) -> String {
    values.reduce(templates[template] ?? "") { $0.replacingOccurrences(of: "{{\($1.key)}}", with: Self.escape($1.value)) }
  }

  private static func escape(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // A value must not bring placeholders of its own.
      case "{": result += "&#123;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
