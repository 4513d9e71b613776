import FoundationEssentials

/// Where included files lie: the definitions folder and nothing outside it.
struct IncludeFolder: Sendable {
  let path: String
  /// What the files hold, when that is known without looking.
  var contents: [String: [UInt8]]?

  init(_ path: String) { self.path = path }

  /// The bytes of a file named by a path that was checked; throws what is wrong with it.
  func read(_ name: String) throws(Mistake) -> [UInt8] {
    if let contents {
      guard let bytes = contents[name] else { throw Mistake(.badInclude, "the file \"\(name.shortened)\" was not kept") }
      return bytes
    }
    let file = "\(path)/\(name)"
    if DashboardFolder.leadsOutside(file, of: path) {
      throw Mistake(.badInclude, "\"\(name.shortened)\" leads outside the definitions folder")
    }
    switch RegularFile.contents(of: file, limit: DashboardCompiler.mostBytes) {
    case .success(let bytes): return bytes
    case .failure(.missing):
      throw Mistake(.badInclude, "there is no file \"\(name.shortened)\" in the definitions folder", hint: near(name))
    case .failure(.denied): throw Mistake(.badInclude, "the file \"\(name.shortened)\" may not be read")
    case .failure(.notAFile): throw Mistake(.badInclude, "\"\(name.shortened)\" is not a plain file")
    case .failure(.tooLarge): throw Mistake(.badInclude, "the file \"\(name.shortened)\" is longer than 1 MiB")
    }
  }

  /// A file of nearly that name: in the folder that was named, right in the definitions folder, or in one below it.
  private func near(_ name: String) -> String? {
    let parts = name.split(separator: "/").map(String.init)
    var folders = ["", parts.dropLast().joined(separator: "/")]
    folders += FolderListing.of(path, most: 2000).filter(\.isFolder).map(\.name)
    let files = Set(folders).sorted().flatMap { folder in
      FolderListing.of(folder.isEmpty ? path : "\(path)/\(folder)", most: 2000)
        .filter { !$0.isFolder && DashboardFolder.isDefinition($0.name) }
        .map { folder.isEmpty ? $0.name : "\(folder)/\($0.name)" }
    }
    let last = parts.last ?? ""
    let moved = files.first { $0.hasSuffix("/" + last) || $0 == last }
    return moved.map { "did you mean \"\($0)\"?" } ?? Suggestion.hint(for: name, among: files)
  }
}
