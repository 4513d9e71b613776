#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What lies right in a folder, without a look at each file: a folder of data may hold thousands.
enum FolderListing {
  struct Entry: Hashable, Sendable {
    var name: String
    var isFolder: Bool
  }

  /// At most `most` entries that are not hidden, in no order; empty if the folder cannot be read.
  static func of(_ path: String, most: Int) -> [Entry] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var entries: [Entry] = []
    while entries.count < most, let found = readdir(folder) {
      let kind = Int32(found.pointee.d_type)
      let name = withUnsafePointer(to: &found.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      guard !name.hasPrefix(".") else { continue }
      // A link, or a file system that does not say: only then is the file itself asked.
      let isFolder = kind == folderKind || (kind != fileKind && leadsToFolder("\(path)/\(name)"))
      entries.append(Entry(name: name, isFolder: isFolder))
    }
    return entries
  }

  // DT_DIR and DT_REG; not every C library's module has them as numbers.
  private static let folderKind: Int32 = 4
  private static let fileKind: Int32 = 8

  private static func leadsToFolder(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
  }
}
