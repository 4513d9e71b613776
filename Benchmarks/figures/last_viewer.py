"""From a change in the producer to the last of a thousand viewers: producer, Redis and front are processes."""
import time

from figures.polls import session
from harness.measure import median_of, percentile
from harness.processes import Stack, wait_for_page
from harness.report import Figure
from harness.viewers import Viewers, need_files, socket_path

TITLE = "one producer change to the last of 1,000 viewers, p99"
VIEWERS = 1_000
EVERY = 150
# Text that makes the update 512 bytes, as in push.py.
TEXT = 361


def measure(run):
    need_files(VIEWERS + 200)
    with Stack(run, environment={"BENCH_EVERY": str(EVERY), "BENCH_BYTES": str(TEXT)}, is_app=True) as stack:
        front = stack.front()
        wait_for_page(front.port, "payload")
        with Viewers(run, front.port, socket_path("payload"), VIEWERS, "hello", session(front.port, "payload")) as viewers:
            time.sleep(1)
            p50, p99, changes = median_of(run.runs, lambda: reach(run, viewers))
    return [Figure(TITLE, 60, p99, " ms", f"{p99:.1f} ms (p50 {p50:.1f} ms, {changes:.0f} changes in each run)", is_most=True,
                   details={"p50_ms": p50, "p99_ms": p99, "changes": changes})]


def reach(run, viewers):
    """How long changes take to the last viewer, and how many there were."""
    viewers.reset()
    time.sleep(run.seconds(15))
    stamps = viewers.report()["stamps"]
    # The first may have been on its way when counting began, the last still is.
    times = [microseconds / 1000 for reached, microseconds in stamps[1:-1] if reached == VIEWERS]
    if len(times) < 0.9 * (len(stamps) - 2):
        raise RuntimeError(f"only {len(times)} of {len(stamps) - 2} changes reached every viewer")
    return percentile(times, 0.5), percentile(times, 0.99), len(times)
