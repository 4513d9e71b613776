import CJq
import Dispatch
import Synchronization

/// Stops a jq program that runs too long: `def f: f; f` never ends, and libjq has no limit of its own.
///
/// `jq_halt` sets a flag that libjq's interpreter reads before each instruction. The lock makes sure that the state
/// still exists and is still in the same run when the flag is set; that is the proof for crossing threads here.
final class JqAlarm: Sendable {
  private struct State {
    /// The `jq_state` of the run under way, as an address; `nil` between runs.
    var running: UInt?
    var run = 0
    var hasRung = false
  }

  private static let queue = DispatchQueue(label: "splitflap.jq-alarm")
  private let state = Mutex(State())

  /// Sets the alarm; every start is followed by one ``stop()``.
  func start(_ program: OpaquePointer, seconds: Double) {
    let run = state.withLock { state in
      state.running = UInt(bitPattern: program)
      state.run += 1
      state.hasRung = false
      return state.run
    }
    Self.queue.asyncAfter(deadline: .now() + seconds) { [weak self] in self?.ring(run) }
  }

  /// True if the run was stopped.
  func stop() -> Bool {
    state.withLock { state in
      state.running = nil
      return state.hasRung
    }
  }

  private func ring(_ run: Int) {
    state.withLock { state in
      guard state.run == run, let program = state.running.flatMap(OpaquePointer.init(bitPattern:)) else { return }
      state.hasRung = true
      jq_halt(program, jv_invalid(), jv_invalid())
    }
  }
}
