#!/usr/bin/env python3
"""Breaks a real installation on purpose while viewers watch and click, and checks that nobody is told a wrong thing.

    python3 Tests/Chaos/run.py --short          the important faults, under 5 minutes
    python3 Tests/Chaos/run.py                  every fault once
    python3 Tests/Chaos/run.py --only F9,F10    these
    python3 Tests/Chaos/run.py --minutes 10     faults by chance for that long

Ends with 1 if an invariant was violated or a limit was missed by far; what just misses one is only printed.
See docs/drills.md.
"""
import argparse
import asyncio
import itertools
import json
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

import faults
import faults_of_crowds  # noqa: F401  (fills the list)
import faults_of_draining  # noqa: F401
import faults_of_files  # noqa: F401
import faults_of_handlers  # noqa: F401
import faults_of_network  # noqa: F401
import faults_of_redis  # noqa: F401
import faults_of_rights  # noqa: F401
import faults_of_swift  # noqa: F401
import faults_of_time  # noqa: F401
import faults_of_viewers  # noqa: F401
import keys
from drill import Drill
from report import Report
from stack import Stack

# No fault of a short round begins later; beginning and end take their time, too, and all is to fit into 5 minutes.
SHORT_SECONDS = 225


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="only the important faults")
    parser.add_argument("--minutes", type=float, help="faults by chance for that long")
    parser.add_argument("--only", help="these faults, by commas, in this order")
    parser.add_argument("--seed", type=int, default=None, help="makes the order of faults repeatable")
    parser.add_argument("--scale", type=int, default=1, help="times 24 viewers and 8 clickers")
    parser.add_argument("--count-every", type=int, default=6, help="compare clicks and values after so many faults")
    parser.add_argument("--shards", type=int, default=1, help="how many shards the pages are spread over")
    parser.add_argument("--other-binary", type=pathlib.Path, help="the program in another version, for F50")
    parser.add_argument("--json", type=pathlib.Path, help="where the results go as JSON")
    parser.add_argument("--markdown", type=pathlib.Path, help="a document whose table is replaced")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs even if all went well")
    return parser.parse_args()


def plan(options):
    """The faults to inject, without end if a time is set."""
    if options.only:
        names = options.only.split(",")
        if unknown := [name for name in names if name not in faults.ALL]:
            sys.exit(f"no such fault: {', '.join(unknown)}; there are {', '.join(faults.ALL)}")
        chosen = [faults.ALL[name] for name in names]
    else:
        chosen = [fault for fault in faults.ALL.values()
                  if (fault.is_short or not options.short) and (options.minutes or not fault.is_long)]
    if options.minutes:
        return by_chance(chosen, 60 * options.minutes)
    return by_turns(chosen) if options.short else chosen


def by_chance(chosen, seconds):
    """Every fault in an order of chance, then in another one, until the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        for fault in random.sample(chosen, len(chosen)):
            if time.monotonic() > deadline:
                return
            yield fault


def by_turns(chosen):
    """One of each kind first, so that a slow machine that does not come to the end has seen every kind."""
    kinds = {}
    for fault in chosen:
        kinds.setdefault(fault.run.__module__, []).append(fault)
    return [fault for row in itertools.zip_longest(*kinds.values()) for fault in row if fault]


async def drive(options, folder):
    drill = Drill(Stack(folder, options.other_binary), options.scale, is_long=bool(options.minutes))
    report = Report(drill, options)
    try:
        await drill.stack.start()
        await drill.begin()
        started = time.monotonic()
        for number, fault in enumerate(plan(options), 1):
            if options.short and time.monotonic() - started > SHORT_SECONDS:
                report.left_out.append(fault.name)
                continue
            report.results.append(await drill.inject(fault))
            if number % options.count_every == 0:
                await drill.count_clicks()
                drill.resume_clicks()
        drill.ledger.fault = "end"
        await drill.count_clicks()
        await drill.check_fds()
        await drill.compare_all()
        await drill.stop()
        await drill.check_rest()
    finally:
        await drill.stop()
        await drill.stack.end()
    return report


async def main():
    options = arguments()
    options.seed = random.randrange(1 << 32) if options.seed is None else options.seed
    random.seed(options.seed)
    keys.count = options.shards
    folder = pathlib.Path(tempfile.mkdtemp(prefix="splitflap-chaos-"))
    print(f"seed {options.seed}, logs in {folder}", flush=True)
    task = asyncio.ensure_future(drive(options, folder))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    report = await task
    print(report.text)
    if options.json:
        options.json.write_text(json.dumps(report.facts, indent=1) + "\n")
    if options.markdown:
        report.write_into(options.markdown)
    if not report.has_failed and not options.keep:
        shutil.rmtree(folder)
    return 1 if report.has_failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
