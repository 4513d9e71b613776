#!/usr/bin/env python3
"""Measures what docs/performance.md promises, and prints goal, measured and ratio of each figure.

    swift build -c release && python3 Benchmarks/run.py [names] [--runs 5] [--json out.json] [--quick]
"""
import argparse
import importlib
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

from harness.processes import ROOT, Missing
from harness.report import LeftOut, as_json, machine, table, write_between_marks

# In the order of the table. Each is a module with `TITLE` and `measure(run)`, which gives a list of figures.
FIGURES = [
    "polls", "page_size", "fronts", "push", "idle_memory", "last_viewer", "clicks", "wire_bytes", "commits", "busy_page",
    "snapshot", "charts", "large_page", "property_sets", "viewer_pages",
    "compiler",
]


class Run:
    """What all figures are told: the programs, how thorough to be, and where to put files."""

    def __init__(self, options, folder):
        self.folder = folder
        self.binary = pathlib.Path(options.binary).resolve()
        self.app = pathlib.Path(options.app or self.binary.with_name("benchmarks")).resolve()
        self.is_quick = options.quick
        self.runs = 1 if options.quick else options.runs

    def seconds(self, full):
        """How long to measure; a third in a quick run."""
        return max(1, full // 3) if self.is_quick else full

    def viewers(self, full):
        """How many viewers; a quick run has no time to open many."""
        return min(full, 2_000) if self.is_quick else full

    def new_folder(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder))


def words():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="name", help=f"figures to measure: {', '.join(FIGURES)} (default: all)")
    parser.add_argument("--runs", type=int, default=5, help="alternating runs, of which the median counts (default: 5)")
    parser.add_argument("--json", type=pathlib.Path, help="file for the figures with all their details")
    parser.add_argument("--document", type=pathlib.Path, help="document whose table between the marks is replaced (docs/performance.md)")
    parser.add_argument("--quick", action="store_true", help="one short run of each: shows that it works, not how fast it is")
    parser.add_argument("--binary", default=os.environ.get("SPLITFLAP_BINARY") or ROOT / ".build/release/splitflap")
    parser.add_argument("--app", help="the program `benchmarks` (default: beside the binary)")
    options = parser.parse_args()
    if wrong := set(options.names) - set(FIGURES):
        parser.error(f"no figure is called {', '.join(sorted(wrong))}")
    for program in (options.binary, options.app or pathlib.Path(options.binary).with_name("benchmarks")):
        if not pathlib.Path(program).exists():
            parser.error(f"{program} is missing; build it with: swift build -c release")
    return options


def measure(name, run):
    """The figures of one module; what goes wrong is a line of the table too."""
    module = importlib.import_module(f"figures.{name}")
    began = time.monotonic()
    try:
        lines = module.measure(run)
    except Missing as reason:
        lines = [LeftOut(module.TITLE, str(reason))]
    except Exception as error:  # One figure that fails leaves the others.
        traceback.print_exc()
        lines = [LeftOut(module.TITLE, f"failed: {error}".splitlines()[0])]
    for line in lines:
        print(line.row, flush=True)
    print(f"  {name} took {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return lines


def main():
    options = words()
    facts = machine()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="splitflap-bench-"))
    # Workers of nginx are another user.
    folder.chmod(0o755)
    try:
        run = Run(options, folder)
        lines = [line for name in (options.names or FIGURES) for line in measure(name, run)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in facts.items()) + ".\n\n" + table(lines)
    print("\n" + text)
    if options.document:
        write_between_marks(options.document, text)
    if options.json:
        options.json.write_text(json.dumps(as_json(lines, facts), indent=1))
    return 1 if any(isinstance(line, LeftOut) and line.reason.startswith("failed") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
