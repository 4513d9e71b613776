#!/usr/bin/env python3
"""Checks the documents: every YAML example that is a whole file loads, every relative link leads somewhere.

    python3 scripts/check_docs.py
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARY = os.environ.get("SPLITFLAP_BINARY", str(ROOT / ".build/debug/splitflap"))
# A whole file begins with its name in a comment.
EXAMPLE = re.compile(r"^```yaml\n# (?:dashboards/)?([a-z0-9_-]+\.yml)\b(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
# Pictures are made from the running program and come last.
PICTURES = {".png"}


def documents():
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def broken_links():
    for document in documents():
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            place = document.parent / target
            if place.suffix not in PICTURES and not place.exists():
                yield f"{document.relative_to(ROOT)}: {target} leads nowhere"


def mistakes_in_examples():
    """What `splitflap check` says to all examples of a document together, and how many there are."""
    said, count = [], 0
    for document in documents():
        examples = EXAMPLE.findall(document.read_text(encoding="utf-8"))
        if not examples:
            continue
        count += len(examples)
        with tempfile.TemporaryDirectory() as folder:
            for name, rest in examples:
                pathlib.Path(folder, name).write_text(f"# {name}{rest}", encoding="utf-8")
            secrets = {"WEATHER_TOKEN": "word", "BUILDS_TOKEN": "word"}
            answer = subprocess.run(
                [BINARY, "check", folder], env=os.environ | secrets, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            if answer.returncode != 0:
                said.append(f"{document.relative_to(ROOT)}:\n{answer.stdout}")
    return said, count


def main():
    mistakes, count = mistakes_in_examples()
    problems = [*broken_links(), *mistakes]
    for problem in problems:
        print(problem)
    print(f"documents: {len(problems)} problems, {count} examples")
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
