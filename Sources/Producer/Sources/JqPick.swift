import DashboardFiles
import DashboardModel

/// Makes picks, one at a time whoever asks: compiling costs some 10 ms of a thread, and hundreds of sources that begin
/// together must not have all threads.
actor JqWorkshop {
  static let shared = JqWorkshop()

  func make(_ fields: [SourceDefinition.Pick], _ whole: String?) throws -> sending any ValuePick {
    try JqPick(fields, whole)
  }
}

/// Runs a definition's jq programs. Plain paths need no libjq; the others are one program for it, since libjq spends its
/// time on reading its own library, once for each program that it compiles.
///
/// Worked example: of `{ count: .today.count, top: ".items[:3]", sum: "[.items[].n] | add" }` the first is a path, and the
/// program of the other two is `[[limit(1001; (.items[:3]))], [limit(1001; ([.items[].n] | add))]]`.
struct JqPick: ValuePick {
  private static let mostOutputs = 1000
  private static let secondsPerProgram = 1.0

  private enum Part {
    case path(JqPath)
    /// By its place among the outputs of the joint program.
    case joint(Int)
    case own(JqProgram)
  }

  private let names: [String]?
  private let parts: [Part]
  private let joint: JqProgram?
  private let jointCount: Int

  /// `whole` counts where it is given.
  init(_ fields: [SourceDefinition.Pick], _ whole: String?) throws {
    let programs = whole.map { [$0] } ?? fields.map(\.program)
    names = whole == nil ? fields.map(\.field) : nil
    var together: [String] = []
    parts = try programs.map { program in
      if let path = JqPath(program) { return .path(path) }
      guard JqProgram.canStandBesideOthers(program) else { return .own(try JqProgram(program)) }
      together.append(program)
      return .joint(together.count - 1)
    }
    jointCount = together.count
    let text = together.map { "[limit(\(Self.mostOutputs + 1); (\($0)\n))]" }.joined(separator: ", ")
    joint = together.isEmpty ? nil : try JqProgram("[\(text)]")
  }

  func pick(_ value: JSON) throws -> JSON {
    do throws(JqError) {
      let outputs = try joint?.run(value, seconds: Self.secondsPerProgram * Double(jointCount)).elements ?? []
      var results: [JSON] = []
      for part in parts { results.append(try result(of: part, value, outputs)) }
      guard let names else { return results.first ?? .null }
      return .object(JSON.Members(zip(names, results).map { JSON.Member(name: $0, value: $1) }))
    } catch {
      throw SourceError("pick: \(error.message)")
    }
  }

  private func result(of part: Part, _ value: JSON, _ outputs: [JSON]) throws(JqError) -> JSON {
    switch part {
    case .path(let path): return try path.value(in: value)
    case .own(let program): return try program.run(value, limit: Self.mostOutputs, seconds: Self.secondsPerProgram)
    case .joint(let index):
      let list = index < outputs.count ? outputs[index].elements ?? [] : []
      guard list.count <= Self.mostOutputs else { throw JqError(message: "more than \(Self.mostOutputs) outputs") }
      return list.count == 1 ? list[0] : list.isEmpty ? .null : .array(list)
    }
  }
}
