extension YAMLValue {
  /// This value laid over another: maps are joined key by key, anything else replaces what it lies on. Keys keep the
  /// order of `base`, new ones follow; every place stays what it was.
  ///
  /// Worked example: `{ cpu: { title: CPU } }` over `{ cpu: { type: gauge, title: x } }` is
  /// `{ cpu: { type: gauge, title: CPU } }`.
  func merged(over base: YAMLValue) -> YAMLValue {
    guard var joined = base.entries else { return self }
    if case .nothing = kind { return base }
    guard let own = entries else { return self }
    var indices: [String: Int] = [:]
    for (index, entry) in joined.enumerated() { indices[entry.key] = index }
    for entry in own {
      if let index = indices[entry.key] {
        joined[index] = Entry(
          key: entry.key, keyPlace: entry.keyPlace, value: entry.value.merged(over: joined[index].value))
      } else {
        joined.append(entry)
      }
    }
    return YAMLValue(kind: .map(joined), place: place)
  }

  /// The same value with every place in another file.
  func inFile(_ file: Int) -> YAMLValue {
    let kind: Kind =
      switch self.kind {
      case .nothing, .scalar: self.kind
      case .list(let elements): .list(elements.map { $0.inFile(file) })
      case .map(let entries):
        .map(entries.map { Entry(key: $0.key, keyPlace: $0.keyPlace.inFile(file), value: $0.value.inFile(file)) })
      }
    return YAMLValue(kind: kind, place: place.inFile(file))
  }
}
