package import DashboardModel
import Synchronization

/// A file beside the definitions, read again only when it changed.
package final class FileSource: Source {
  private let file: FolderFile
  private let format: SourceDefinition.FileFormat
  private let work = BlockingWork()
  private let last = Mutex<(stamp: FolderFile.Stamp, value: JSON)?>(nil)

  /// `folder` holds the definitions; `path` is relative to it.
  package init(path: String, format: SourceDefinition.FileFormat, folder: String) {
    file = FolderFile(path: path, folder: folder, sizeLimit: 5 << 20)
    self.format = format
  }

  package func fetch() async throws -> JSON {
    let known = last.withLock { $0 }
    let (file, format) = (file, format)
    let changed = try await work.run { () throws -> (stamp: FolderFile.Stamp, value: JSON)? in
      guard let (stamp, bytes) = try file.read(unless: known?.stamp) else { return nil }
      return (stamp, try Self.parse(bytes, as: format, path: file.path))
    }
    if let changed {
      last.withLock { $0 = changed }
      return changed.value
    }
    return known?.value ?? .null
  }

  private static func parse(_ bytes: [UInt8], as format: SourceDefinition.FileFormat, path: String) throws -> JSON {
    switch format {
    case .text: return .string(String(decoding: bytes, as: UTF8.self))
    case .csv: return try CSV.objects(bytes, name: path)
    case .json:
      do {
        return try JSON(decoding: bytes)
      } catch {
        throw SourceError(Words.notJSON(path, error))
      }
    case .ndjson: return try parseLines(bytes, path: path)
    }
  }

  private static func parseLines(_ bytes: [UInt8], path: String) throws -> JSON {
    var values: [JSON] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where line.contains(where: { $0 > 0x20 }) {
      do {
        values.append(try JSON(decoding: line))
      } catch {
        throw SourceError(Words.notJSON("line \(index + 1) of \(path)", error))
      }
    }
    return .array(values)
  }
}
