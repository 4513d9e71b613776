#!/usr/bin/env python3
"""Builds each example as the package it is, as a user would, and accepts no warning.

It is built into the same .build: what the whole project has compiled is not compiled again, so this takes seconds. The
programs it leaves there are the ones that the browser tests drive. The tutorial is built the same way, from an empty folder and
with its test.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXAMPLES = ["Counter", "Hello", "Tour"]


def build(name: str) -> list[str]:
    """What is wrong with an example."""
    package, program = ROOT / "Examples" / name, ROOT / ".build/debug" / name
    sources = list((package / "Sources").rglob("*.swift"))
    if len(sources) != 1:
        return [f"{name} has {len(sources)} source files; an example is one"]
    # The same versions of everything as the project itself.
    shutil.copy(ROOT / "Package.resolved", package)
    sources[0].touch()
    program.unlink(missing_ok=True)
    done = subprocess.run(
        ["swift", "build", "--package-path", package, "--scratch-path", ROOT / ".build", "--product", name],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode or not program.exists():
        return [f"{name} does not build:", done.stdout]
    return [f"{name}: {line}" for line in done.stdout.splitlines() if "warning:" in line and not of_others(line)]


def tutorial() -> list[str]:
    """What is wrong with docs/swift-dashboards.md, followed to the letter."""
    text = (ROOT / "docs/swift-dashboards.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```swift\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    hello = next(block for block in blocks if "struct Hello: Component" in block)
    test = next(block for block in blocks if "@testable import MyBoard" in block)
    with tempfile.TemporaryDirectory() as folder:
        package = pathlib.Path(folder) / "MyBoard"
        for name, contents in {
                "Package.swift": blocks[0].replace("../splitflap", str(ROOT)), "Sources/MyBoard/MyBoard.swift": blocks[1],
                "Sources/MyBoard/Hello.swift": "import Splitflap\n\n" + hello, "Tests/MyBoardTests/HelloTests.swift": test}.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(contents, encoding="utf-8")
        shutil.copy(ROOT / "Package.resolved", package)
        done = subprocess.run(
            ["swift", "test", "--package-path", package, "--scratch-path", ROOT / ".build"],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode or "a hello counts its clicks" not in done.stdout:
        return ["the tutorial does not build or its test fails:", done.stdout]
    return [f"the tutorial: {line}" for line in done.stdout.splitlines() if "warning:" in line and not of_others(line)]


def of_others(line: str) -> bool:
    """Whether the package manager says it of a package it fetched, such as of a file that its manifest forgets."""
    package = re.search(r"warning: '([\w.-]+)':", line)
    return package is not None and package[1] not in {"splitflap", ROOT.name.lower(), *map(str.lower, EXAMPLES)}


def main() -> int:
    mistakes = [line for name in EXAMPLES for line in build(name)] + tutorial()
    print("\n".join(mistakes) or f"{len(EXAMPLES)} examples and the tutorial build as packages of their own, without a warning")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
