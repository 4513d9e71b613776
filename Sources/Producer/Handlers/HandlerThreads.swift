import NIOPosix

/// Where handlers run: threads of their own, so that one that loops for ever holds up neither the board nor the beats.
///
/// A handler that awaits something leaves its thread to others; only one that does not come back keeps it. There are
/// more threads than ``HandlerSupervisor/mostRunaways``, so the well-behaved always find one.
final class HandlerThreads: TaskExecutor {
  static let shared = HandlerThreads()
  static let count = 48

  // Made when the first handler runs, and never ended: a thread that loops could not be waited for.
  private let pool = NIOThreadPool(numberOfThreads: count)

  private init() { pool.start() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
