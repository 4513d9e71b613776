#!/usr/bin/env python3
"""Measures the compiler over 500 dashboards: `check` of all of them, and the reload of one that is edited.

    swift build -c release && python3 Benchmarks/compiler.py [--binary .build/release/splitflap] [--runs 5] [--json out.json]
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
DASHBOARDS = 500
CHECK_GOAL = 1.0
RELOAD_GOAL = 0.1
PATIENCE = 60


def dashboard(number, title=None):
    """Eleven components, two sources that never run, programs that no other file has, a variable and a secret."""
    cells = "".join(
        f'  c{cell}: {{ type: number, from: orders.f{cell % 3}, format: number 2, sparkline: 10m, note: "in ${{var.region}}" }}\n'
        for cell in range(10))
    return f"""title: {title or f"Board {number}"}
theme: midnight
variables: {{ region: {{ type: select, options: [eu, us], default: eu }} }}
sources:
  machine: {{ type: system, cron: "0 0 1 1 *" }}
  orders:
    type: push
    token: "${{secret.TOKEN_{number}}}"
    pick: {{ f0: .a{number}.b, f1: '.items[{number}] | .x + 1', f2: 'if .y > {number} then 1 else 2 end' }}
layout: |
  c0 c1 c2 c3 c4
  c5 c6 c7 c8 c9
  m  m  m  m  m
components:
{cells}  m: {{ type: line, from: {{ CPU: machine.cpu, Memory: machine.memory.percent }}, window: 1h }}
"""


def write(folder, number, title=None):
    """As editors save: whole, by a rename."""
    draft = folder / f".board-{number}.draft"
    draft.write_text(dashboard(number, title), encoding="utf-8")
    draft.rename(folder / f"board-{number}.yml")


def fill(folder, secrets):
    """All dashboards, of which the last has a mistake, and their secrets, each in a file of its own."""
    for place in (folder, secrets):
        place.mkdir()
    for number in range(DASHBOARDS):
        write(folder, number)
        (secrets / f"TOKEN_{number}").write_text(f"canary-{number}\n", encoding="utf-8")
    broken = folder / f"board-{DASHBOARDS - 1}.yml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("theme:", "tehme:"), encoding="utf-8")


def check(binary, folder, secrets):
    """Seconds that `check` takes, the start of the process included; it has to find the one mistake."""
    began = time.monotonic()
    done = subprocess.run([binary, "check", folder, "--secrets", secrets], capture_output=True, text=True)
    took = time.monotonic() - began
    if done.returncode != 1 or "1 error in 1 file" not in done.stdout:
        raise RuntimeError(f"check says of the dashboards made here:\n{done.stdout[:2000]}{done.stderr[:2000]}")
    return took


class Dev:
    """`splitflap dev` over the folder, its output in a file."""

    def __init__(self, binary, folder, secrets, log):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SPLITFLAP_")}
        self.log = log
        with log.open("w", encoding="utf-8") as output:
            self.child = subprocess.Popen(
                [binary, "dev", folder, "--secrets", secrets, "--port", "0", "--client", ROOT / "client"], env=clean,
                stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.port = int(self.until(lambda: re.search(r"on http://127\.0\.0\.1:(\d+)", log.read_text(encoding="utf-8")))[1])

    def until(self, condition, pause=0.02):
        deadline = time.monotonic() + PATIENCE
        while not (answer := condition()):
            if time.monotonic() > deadline or self.child.poll() is not None:
                raise RuntimeError(f"dev does not answer:\n{self.log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(pause)
        return answer

    def shows(self, number, title):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", f"/api/pages/board-{number}")
            return f'"title":"{title}"'.encode() in connection.getresponse().read()
        finally:
            connection.close()

    def worked(self):
        """Processor time so far, of all its threads."""
        fields = pathlib.Path(f"/proc/{self.child.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.child.terminate()
        self.child.wait(20)


def reloads(dev, folder, runs):
    """Seconds of work of each reload and from save to answer, which includes waiting for the next look at the folder."""
    dev.until(lambda: all(dev.shows(number, f"Board {number}") for number in (0, DASHBOARDS - 2)))
    # What a start leaves to do would count as idling.
    time.sleep(8)
    began, before = time.monotonic(), dev.worked()
    time.sleep(5)
    idle = (dev.worked() - before) / (time.monotonic() - began)
    work, wait = [], []
    for run in range(runs):
        number, title = 7 + run, f"Edited {run}"
        began, before = time.monotonic(), dev.worked()
        write(folder, number, title)
        dev.until(lambda: dev.shows(number, title), pause=0.005)
        wait.append(time.monotonic() - began)
        time.sleep(1)
        work.append(max(0.0, dev.worked() - before - idle * (time.monotonic() - began)))
    return work, wait


def measure(binary, runs=5):
    """The figures, as dictionaries: name, goal, value (both in seconds, the goal is the most allowed), all runs."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, secrets = pathlib.Path(scratch, "dashboards"), pathlib.Path(scratch, "secrets")
        fill(folder, secrets)
        checks = [check(binary, folder, secrets) for _ in range(runs)]
        dev = Dev(binary, folder, secrets, pathlib.Path(scratch, "log"))
        try:
            work, wait = reloads(dev, folder, runs)
        finally:
            dev.stop()
    return [
        figure(f"check of {DASHBOARDS} dashboards", CHECK_GOAL, checks),
        figure(f"reload of one among {DASHBOARDS}, the work", RELOAD_GOAL, work),
        figure(f"reload of one among {DASHBOARDS}, from save to answer", CHECK_GOAL, wait),
    ]


def figure(name, goal, runs):
    return {"name": name, "goal": goal, "value": statistics.median(runs), "runs": runs}


def table(figures):
    rows = ["| figure | at most | median | worst | met |", "|---|---|---|---|---|"]
    for one in figures:
        met = "yes" if one["value"] <= one["goal"] else "no"
        rows.append(f"| {one['name']} | {one['goal']:g} s | {one['value']:.3f} s | {max(one['runs']):.3f} s | {met} |")
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.environ.get("SPLITFLAP_BINARY") or ROOT / ".build/release/splitflap")
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured; the median counts (default: 5)")
    parser.add_argument("--json", type=pathlib.Path, help="file for the figures with all runs")
    options = parser.parse_args()
    if not pathlib.Path(options.binary).exists():
        parser.error(f"{options.binary} is missing; build it with: swift build -c release")
    figures = measure(options.binary, options.runs)
    print(table(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if all(one["value"] <= one["goal"] for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
