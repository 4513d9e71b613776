#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Looks at the definition files of a folder, and at those below it that may be included: by name and content, through
/// links.
///
/// Cheap enough to be asked several times a second: contents are read only of files whose facts changed, or whose last
/// change is so recent that another could share its time stamp.
package struct FolderWatch: Sendable {
  /// Two changes within this time may carry one time stamp.
  private static let stampSeconds = 2

  private struct File: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var changed: [Int]
    var content: UInt64?

    var picture: FolderPicture.Content { .init(number: content ?? 0, isAway: content == nil || size <= 0) }

    func hasFacts(of other: File) -> Bool {
      (device, inode, size) == (other.device, other.inode, other.size) && changed == other.changed
    }
  }

  private let path: String
  private var files: [String: File] = [:]

  package init(path: String) { self.path = path }

  package mutating func look() -> FolderPicture {
    var seen: [String: File] = [:]
    var left = Self.mostEntries
    for name in Self.names(in: path, depth: 0, left: &left) {
      seen[name] = look(at: "\(path)/\(name)", known: files[name])
    }
    files = seen
    return FolderPicture(seen.mapValues(\.picture))
  }

  /// Folders are looked into this deep, and at most this many entries are looked at.
  private static let deepest = 8
  private static let mostEntries = 10_000

  /// Files that hold definitions or parts of some, by their path below the folder.
  private static func names(in path: String, depth: Int, left: inout Int) -> [String] {
    let entries = FolderListing.of(path, most: left)
    left -= entries.count
    var names = entries.filter { !$0.isFolder && DashboardFolder.isDefinition($0.name) }.map(\.name)
    guard depth < deepest else { return names }
    for folder in entries where folder.isFolder && left > 0 {
      names += Self.names(in: "\(path)/\(folder.name)", depth: depth + 1, left: &left).map { "\(folder.name)/\($0)" }
    }
    return names
  }

  private func look(at file: String, known: File?) -> File {
    var facts = stat()
    guard stat(file, &facts) == 0 else {
      return File(device: 0, inode: 0, size: -1, changed: [], content: nil)
    }
    #if canImport(Darwin)
      let (modified, changed) = (facts.st_mtimespec, facts.st_ctimespec)
    #else
      let (modified, changed) = (facts.st_mtim, facts.st_ctim)
    #endif
    var result = File(
      device: UInt64(truncatingIfNeeded: facts.st_dev), inode: UInt64(facts.st_ino), size: Int64(facts.st_size),
      changed: [Int(modified.tv_sec), Int(modified.tv_nsec), Int(changed.tv_sec), Int(changed.tv_nsec)], content: nil)
    if let known, known.hasFacts(of: result), time(nil) - Int(changed.tv_sec) > Self.stampSeconds { return known }
    result.content = Self.hash(of: file)
    return result
  }

  /// FNV-1a; `nil` for a file that cannot be read.
  private static func hash(of file: String) -> UInt64? {
    guard case .success(let bytes) = RegularFile.contents(of: file, limit: DashboardCompiler.mostBytes)
    else { return nil }
    return bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
