extension SourceText {
  /// A file's bytes as text; throws why they are none.
  init(decoding bytes: [UInt8], file: String) throws(Diagnostic) {
    guard bytes.count <= DashboardCompiler.mostBytes else {
      throw Diagnostic(.unreadableFile, file: file, "the file is longer than 1 MiB")
    }
    let withoutMark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw Diagnostic(.notText, file: file, "the file is UTF-16", hint: "save it as UTF-8")
    }
    guard let text = String(validating: withoutMark, as: UTF8.self) else {
      let source = SourceText(file: file, text: String(decoding: withoutMark, as: UTF8.self))
      throw Diagnostic(.notText, in: source, at: source.place(of: "\u{FFFD}"), "the file is not UTF-8",
        hint: "save it as UTF-8")
    }
    self.init(file: file, text: text)
    guard let control = lines.joined().first(where: Self.isForbidden) else { return }
    throw Diagnostic(.notText, in: self, at: place(of: control),
      control == "\0" ? "a NUL character" : "a control character")
  }

  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x85: false
    case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  private func place(of scalar: Unicode.Scalar) -> Place {
    for (index, line) in lines.enumerated() {
      if let column = line.firstIndex(of: scalar) { return Place(line: index + 1, column: column + 1) }
    }
    return .start
  }
}
