package import DashboardModel
import CJq

/// Why a jq program cannot be compiled, or failed on a value.
package struct JqError: Error, Hashable, Sendable {
  package let message: String
  package init(message: String) { self.message = message }
}

/// One compiled jq program (libjq). Not Sendable: a `jq_state` belongs to one owner at a time. Compiling one costs tens
/// of milliseconds, for libjq reads its own library each time; keep it.
///
/// Programs come from definition files. They can compute anything but reach nothing: the environment, further inputs,
/// modules and the process itself are replaced by errors, see ``prelude``.
package final class JqProgram {
  private var state: OpaquePointer?
  private let messages = JqMessages()
  private let alarm = JqAlarm()

  package init(_ text: String) throws(JqError) {
    if let word = Self.forbiddenWord(in: text) { throw JqError(message: "\(word) is not available here") }
    guard !text.unicodeScalars.contains("\0") else { throw JqError(message: "a NUL character") }
    guard let state = jq_init() else { throw JqError(message: "libjq cannot start") }
    self.state = state
    jq_set_error_cb(state, JqMessages.callback, Unmanaged.passUnretained(messages).toOpaque())
    guard jq_compile(state, Self.prelude + text) != 0 else { throw JqError(message: messages.first) }
  }

  deinit { jq_teardown(&state) }

  /// What is wrong with a program; `nil` if it compiles.
  package static func check(_ text: String) -> String? { problem(in: text)?.message }

  /// True when a program means the same in parentheses, beside others in one piece.
  package static func canStandBesideOthers(_ text: String) -> Bool { JqSyntax.isSelfContained(text) }

  /// As ``check(_:)``, with the place in the program's text, as far as it can be told.
  static func problem(in text: String) -> JqProblem? {
    if let word = forbiddenWord(in: text) { return JqProblem(JqComplaint(message: "\(word) is not available here"), in: text) }
    guard !text.unicodeScalars.contains("\0") else { return JqProblem(message: "a NUL character") }
    return complaints(about: prelude + text).first.map { JqProblem(JqComplaint($0, in: text, after: 1), in: text) }
  }

  /// The functions that libjq has, with the numbers of arguments that each takes.
  static let functions: [String: Set<Int>] = {
    let names = (try? JqProgram("builtins").run(.null))?.elements?.compactMap(\.text) ?? []
    let parts = names.map { $0.split(separator: "/") }.filter { $0.count == 2 && !$0[0].hasPrefix("_") }
    return Dictionary(grouping: parts) { String($0[0]) }.mapValues { Set($0.compactMap { Int($0[1]) }) }
      .filter { !unavailable.contains($0.key) }
  }()

  /// One output is the result itself, none is `null`, several are an array; more than `outputs` is an error, and so is
  /// a run longer than `seconds`.
  package func run(_ input: JSON, limit outputs: Int = 1000, seconds: Double = 1) throws(JqError) -> JSON {
    guard let state else { throw JqError(message: "not a jq program") }
    jq_start(state, input.jv, 0)
    alarm.start(state, seconds: seconds)
    let results: Result<[JSON], JqError>
    do throws(JqError) {
      results = .success(try collect(state, limit: outputs))
    } catch {
      results = .failure(error)
    }
    if alarm.stop() { throw JqError(message: "took longer than \(Scalars.written(seconds: seconds))") }
    let list = try results.get()
    return list.count == 1 ? list[0] : list.isEmpty ? .null : .array(list)
  }

  private func collect(_ state: OpaquePointer, limit outputs: Int) throws(JqError) -> [JSON] {
    var results: [JSON] = []
    while true {
      let value = jq_next(state)
      guard jv_get_kind(value) != JV_KIND_INVALID else {
        if let message = Self.failure(value) { throw JqError(message: message) }
        return results
      }
      guard results.count < outputs else {
        jv_free(value)
        throw JqError(message: "more than \(outputs) outputs")
      }
      results.append(try JSON.taking(value))
    }
  }

  /// The message of an invalid value, which it frees; `nil` for the plain end of outputs.
  private static func failure(_ value: jv) -> String? {
    guard jv_invalid_has_msg(jv_copy(value)) != 0 else {
      jv_free(value)
      return nil
    }
    let message = jv_invalid_get_msg(value)
    if let text = try? JSON.taking(message) { return text.text ?? String(decoding: text.encoded, as: UTF8.self) }
    return "failed"
  }
}

/// What libjq reports while it compiles.
final class JqMessages {
  private(set) var list: [String] = []

  static let callback: @convention(c) (UnsafeMutableRawPointer?, jv) -> Void = { pointer, message in
    guard let pointer else { return jv_free(message) }
    let text = (try? JSON.taking(message))?.text ?? ""
    Unmanaged<JqMessages>.fromOpaque(pointer).takeUnretainedValue().list.append(text)
  }

  /// The first complaint without libjq's decoration and without the program repeated behind it.
  var first: String { JqComplaint(list.first ?? "not a jq program", in: "", after: 0).message }
}
