#!/usr/bin/env python3
"""How cost grows with viewers, components, fronts and pages: curves without a goal, for the tables of docs/performance.md.

    swift build -c release && python3 Benchmarks/growth.py [viewers components fronts pages] [--document docs/performance.md]
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

from figures.polls import poll_url, session
from harness.measure import cpu_during, cpu_seconds, cpu_share, resident_kib, requests_per_cpu_second
from harness.processes import ROOT, SERVER_CORE, Stack, get, until, wait_for_page
from harness.report import machine, write_between_marks
from harness.viewers import Viewers, need_files, socket_path
from run import Run

MARKS = "<!-- growth: written by Benchmarks/growth.py -->", "<!-- end of growth -->"


def viewers(run):
    """One text of 512 bytes that changes five times a second, by sockets that look at it."""
    rows = []
    need_files(10_200)
    with Stack(run, environment={"BENCH_EVERY": "200", "BENCH_BYTES": "361"}, is_app=True) as stack:
        front = stack.front(SERVER_CORE, "--connections", "12000")
        wait_for_page(front.port, "payload")
        for count in (1, 10, 100, 1_000, 5_000):
            with Viewers(run, front.port, socket_path("payload"), count, "hello", session(front.port, "payload")) as crowd:
                time.sleep(1)
                crowd.reset()
                memory, began = resident_kib(front.pid), time.monotonic()
                used, _ = cpu_during(front.pid, lambda: time.sleep(run.seconds(6)))
                seconds, sent = time.monotonic() - began, crowd.report()["deliveries"]
            rows.append((f"{count:,}", f"{100 * used / seconds:.1f} %", f"{used * 1e6 / sent:.1f} µs", f"{memory / 1024:.0f} MiB"))
    return table(("viewers", "core of the front", "for each delivery", "memory of the front"), rows)


def still(count):
    """A page of so many components of which one counts."""
    lines = [f"  c{index}: {{ type: number, from: still }}" for index in range(count - 1)]
    return "\n".join([
        "sources: { still: { type: counter, every: 1h }, count: { type: counter, every: 250ms } }", "components:",
        "  count: { type: number, from: count }", *lines, ""])


def components(run):
    """A page of which one number counts four times a second, seen by a hundred sockets."""
    rows = []
    for count in (1, 30, 300, 999):
        with Stack(run, {"board": still(count), "rest": still(count).replace("250ms", "1h")}) as stack:
            front = stack.front()
            wait_for_page(front.port, "board")
            whole = len(wait_for_page(front.port, "rest"))
            opening, sizes = zip(*(first_load(front) for _ in range(20)))
            version, cookie = json.loads(wait_for_page(front.port, "rest"))["to"], session(front.port, "rest")
            polls = requests_per_cpu_second(front.pid, poll_url(front.port, "rest", version), 64, run.seconds(3), (cookie,))
            delivery, producer, size = changes(run, stack, front)
        rows.append((
            f"{count:,}", f"{statistics.median(opening) * 1e3:.2f} ms", f"{sizes[0] / 1024:.1f} KiB", f"{whole / 1024:.1f} KiB",
            f"{1e6 / polls:.1f} µs", f"{size:.0f} bytes", f"{delivery:.1f} µs", f"{producer:.2f} ms"))
    return table(
        ("components", "front, for a first load", "its bytes, gzip", "the page as JSON", "front, for an unchanged poll", "a change of one",
         "front, for each delivery of it", "producer, for the change"), rows)


def first_load(front):
    """Processor time of a front, and bytes, of a page that a new browser opens: the shell and the first poll."""
    def both():
        return [get(front.port, path, {"Accept-Encoding": "gzip"})[2] for path in ("/rest", "/api/pages/rest")]
    used, bodies = cpu_during(front.pid, both)
    return used, sum(map(len, bodies))


def changes(run, stack, front):
    """Microseconds for each delivery, milliseconds of the producer for each change, bytes of a frame."""
    with Viewers(run, front.port, socket_path("board"), 100, "hello", session(front.port, "board")) as crowd:
        time.sleep(1)
        crowd.reset()
        producer = cpu_seconds(stack.producer.pid)
        used, _ = cpu_during(front.pid, lambda: time.sleep(run.seconds(6)))
        producer = cpu_seconds(stack.producer.pid) - producer
        report = crowd.report()
    deliveries = report["deliveries"]
    return used * 1e6 / deliveries, producer * 1e3 * crowd.count / deliveries, report["bytes"] / deliveries


def fronts(run):
    """A page of 20 components at 20 Hz, seen by 50 sockets at each front."""
    rows = []
    with Stack(run, environment={"BENCH_EVERY": "50"}, is_app=True) as stack:
        crowds = []
        try:
            for count in (1, 2, 4, 8):
                while len(stack.fronts) < count:
                    front = stack.front(SERVER_CORE)
                    wait_for_page(front.port, "busy")
                    crowds.append(Viewers(run, front.port, socket_path("busy"), 50, "hello", session(front.port, "busy")))
                rows.append((f"{count}", *shares(run, stack, crowds[0])))
        finally:
            for crowd in crowds:
                crowd.__exit__()
    return table(("fronts", "core of the producer", "core of Redis", "core of one front", "its frames per second"), rows)


def shares(run, stack, crowd):
    """What producer, Redis and the first front need of a core, at the same time, and what its viewers get."""
    time.sleep(1)
    crowd.reset()
    processes = (stack.producer, stack.redis, stack.fronts[0])
    began, before = time.monotonic(), [cpu_seconds(program.pid) for program in processes]
    time.sleep(run.seconds(6))
    seconds = time.monotonic() - began
    used = [(cpu_seconds(program.pid) - begun) / seconds for program, begun in zip(processes, before)]
    return [*(f"{100 * share:.1f} %" for share in used), f"{crowd.report()['deliveries'] / seconds:,.0f}"]


def pages(run):
    """Swift pages of one number that never changes; nobody looks, then one poll for each page."""
    rows = []
    for count in (1, 100, 1_000, 4_000):
        with Stack(run, environment={"BENCH_EVERY": "3600000", "BENCH_CROWD": str(count)}, is_app=True) as stack:
            front = stack.front()
            wait_for_page(front.port, f"crowd-{count - 1}")
            until(lambda: cpu_share(stack.producer.pid, 1) < 0.2, "a producer that has started")
            producer, redis = (cpu_share(program.pid, run.seconds(5)) for program in (stack.producer, stack.redis))
            memory = [resident_kib(program.pid) for program in (stack.producer, stack.redis, front)]
            for index in range(count):
                wait_for_page(front.port, f"crowd-{index}")
            followed = resident_kib(front.pid)
        rows.append((
            f"{count:,}", f"{100 * producer:.1f} %", f"{100 * redis:.1f} %", *(f"{kib / 1024:.1f} MiB" for kib in memory),
            f"{followed / 1024:.1f} MiB"))
    return table(
        ("pages", "core of the producer", "core of Redis", "producer", "Redis", "front", "front, once each was asked for"), rows)


CURVES = {"viewers": viewers, "components": components, "fronts": fronts, "pages": pages}


def table(head, rows):
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="name", help=f"curves to measure: {', '.join(CURVES)} (default: all)")
    parser.add_argument("--document", type=pathlib.Path, help="document whose tables between the marks are replaced")
    parser.add_argument("--quick", action="store_true", help="short runs: shows that it works, not how much it is")
    parser.add_argument("--binary", default=os.environ.get("SPLITFLAP_BINARY") or ROOT / ".build/release/splitflap")
    options = parser.parse_args()
    if wrong := set(options.names) - set(CURVES):
        parser.error(f"no curve is called {', '.join(sorted(wrong))}")
    options.app, options.runs = None, 1
    folder = pathlib.Path(tempfile.mkdtemp(prefix="splitflap-growth-"))
    try:
        run = Run(options, folder)
        parts = []
        for name in options.names or CURVES:
            parts.append(f"{CURVES[name].__doc__}\n\n{CURVES[name](run)}")
            print(parts[-1] + "\n", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.document:
        facts = machine()
        write_between_marks(options.document, "\n\n".join([*parts, f"{facts['processor']}, {facts['cores']} cores."]), MARKS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
