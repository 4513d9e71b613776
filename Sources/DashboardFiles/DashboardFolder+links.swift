#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension DashboardFolder {
  /// True when a file's real place is not below the folder's: a link may point inside only (a mounted Kubernetes
  /// ConfigMap links every file to `..data/`, which is inside).
  static func leadsOutside(_ file: String, of folder: String) -> Bool {
    guard let real = realPath(file), let root = realPath(folder) else { return false }
    return !real.hasPrefix(root == "/" ? root : root + "/")
  }

  private static func realPath(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
