"""A page of 20 components that change 20 times per second: what it costs a front, by viewers.

With nobody there a front does not even listen; so "no viewers" is one poll every few seconds, which keeps the page followed. What is
encoded is encoded once for all, so a delivery must not cost more among many viewers than among few.
"""
from figures.polls import session
from harness.measure import cpu_share, cpu_during
from harness.processes import Stack, get, wait_for_page
from harness.report import Figure
from harness.viewers import Viewers, need_files, socket_path

import statistics
import time

TITLE = "20 components at 20 Hz: CPU per delivery with 1,000 viewers against 100"
CROWDS = (100, 1_000)


def measure(run):
    need_files(CROWDS[-1] + 200)
    with Stack(run, environment={"BENCH_EVERY": "50"}, is_app=True) as stack:
        front = stack.front()
        wait_for_page(front.port, "busy")
        idle = cpu_share(front.pid, run.seconds(6))
        found = {crowd: [] for crowd in CROWDS}
        for _ in range(run.runs):
            for crowd in CROWDS:
                get(front.port, "/api/pages/busy")
                found[crowd].append(watched(run, front, crowd, idle))
    shares, costs = {0: idle}, {}
    for crowd, runs in found.items():
        shares[crowd], costs[crowd] = (statistics.median(column) for column in zip(*runs))
    ratio = costs[1_000] / costs[100]
    parts = ", ".join(f"{viewers:,} viewers {100 * share:.1f} %" for viewers, share in shares.items())
    return [Figure(
        TITLE, 1.0, ratio, "x", f"{ratio:.2f}x ({costs[1_000]:.1f} against {costs[100]:.1f} µs; of a core: {parts})", is_most=True,
        details={"cpu": shares, "microseconds": costs})]


def watched(run, front, crowd, idle):
    """The part of a core a front needs, and microseconds per delivery beyond what it needs without viewers."""
    with Viewers(run, front.port, socket_path("busy"), crowd, "hello", session(front.port, "busy")) as viewers:
        time.sleep(1)
        viewers.reset()
        began = time.monotonic()
        used, _ = cpu_during(front.pid, lambda: time.sleep(run.seconds(5)))
        seconds, deliveries = time.monotonic() - began, viewers.report()["deliveries"]
    return used / seconds, (used - idle * seconds) * 1e6 / deliveries
