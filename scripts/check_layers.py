#!/usr/bin/env python3
"""Checks who imports whom: the table below against the manifest, and the manifest against the `import` lines.

    python3 scripts/check_layers.py

Arrows point down only, and Front and Producer never meet. The compiler does not see to that: a target may import
whatever another target in the same build happens to pull in. A new target needs a line here and in
docs/architecture.md.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

# Layer, and the targets of ours that a target may import. A target imports from its own layer only where it says so.
TABLE = {
    "CHiredis": (0, set()),
    "CJq": (0, set()),
    "CSQLite": (0, set()),
    "CZlib": (0, set()),
    "CCmark": (0, set()),
    "DashboardModel": (1, set()),
    "PageSync": (1, {"DashboardModel"}),
    "Redis": (1, {"CHiredis"}),
    "Backplane": (2, {"Redis", "PageSync", "DashboardModel"}),
    "DashboardFiles": (2, {"DashboardModel", "CJq", "CSQLite"}),
    "WebServer": (2, {"CZlib"}),
    "Front": (3, {"Backplane", "PageSync", "DashboardModel", "WebServer"}),
    "Producer": (3, {"Backplane", "PageSync", "DashboardFiles", "DashboardModel", "CCmark", "CSQLite"}),
    "Splitflap": (
        4,
        {"Front", "Producer", "Backplane", "DashboardFiles", "DashboardModel", "PageSync", "Redis", "WebServer"},
    ),
    "splitflap": (5, {"Splitflap"}),
    "Counter": (5, {"Splitflap"}),
    "Hello": (5, {"Splitflap"}),
    "Tour": (5, {"Splitflap"}),
    "Scenarios": (5, {"Splitflap"}),
    "LibraryBench": (5, {"Splitflap"}),
    "benchmarks": (5, {"Splitflap", "Backplane", "PageSync", "DashboardModel", "Redis"}),
}

# What comes with Swift and the system, and needs no line in the manifest.
SYSTEM = set("Swift Foundation FoundationEssentials Synchronization Dispatch Glibc Musl Darwin Testing XCTest".split())

# Pure targets: no sockets, no processes. What they may import from outside is all listed.
PURE = {"DashboardModel": {"FoundationEssentials"}, "PageSync": set()}

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)"
)


def manifest():
    """Targets by name, as SwiftPM understands Package.swift."""
    dump = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return {target["name"]: target for target in json.loads(dump)["targets"]}


def dependencies(target):
    return {next(iter(dependency.values()))[0] for dependency in target["dependencies"]}


def folder(target):
    default = ("Tests" if target["type"] == "test" else "Sources") + "/" + target["name"]
    return ROOT / (target.get("path") or default)


def imports(path):
    """Imported modules with their line numbers; comments and multi-line strings hold none that begin a line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = IMPORT.match(line)
        if match:
            yield number, match.group(1)


def check_table(targets):
    for name, target in targets.items():
        if target["type"] == "test" or name in {"TestSupport", "Simulation", "simulate"}:
            continue
        if name not in TABLE:
            yield f"Package.swift: target {name} is missing in the table of scripts/check_layers.py"
            continue
        layer, allowed = TABLE[name]
        for other in sorted(dependencies(target) & targets.keys()):
            if other not in allowed:
                yield f"Package.swift: {name} (layer {layer}) must not depend on {other} (layer {TABLE[other][0]})"
            elif TABLE[other][0] > layer:
                yield f"Package.swift: {name} depends upwards on {other}"


def check_imports(targets):
    for name, target in targets.items():
        declared = dependencies(target) | SYSTEM
        for path in sorted(folder(target).rglob("*.swift")):
            for number, module in imports(path):
                where = f"{path.relative_to(ROOT)}:{number}"
                if module not in declared:
                    yield f"{where}: {name} imports {module}, which its dependencies in Package.swift do not name"
                elif name in PURE and module in SYSTEM and module not in PURE[name]:
                    yield f"{where}: {name} is pure and must not import {module}"


def main():
    targets = manifest()
    found = sorted(set(check_table(targets)) | set(check_imports(targets)))
    for line in found:
        print(line)
    print(f"layers: {len(found)} breaches in {len(targets)} targets")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
