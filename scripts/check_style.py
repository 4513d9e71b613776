#!/usr/bin/env python3
"""Checks what the house style says and a machine can see (CONTRIBUTING.md).

    python3 scripts/check_style.py
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LONGEST_FILE = {"Sources": 400, "Tests": 500}
LONGEST_FUNCTION = 40

# Never in Sources: the pattern, and why.
FORBIDDEN = [
    (re.compile(r"\bTask\s*(?:\(|\{)"), "starts an unstructured task; make it a child of something that waits for it"),
    (re.compile(r"\bTask\.(?:detached|immediate)\b"), "starts a detached task"),
    (re.compile(r"\btry!"), "try! crashes; throw or handle the error"),
    (re.compile(r"\bas!"), "as! crashes; use as? and say what happens otherwise"),
    (re.compile(r"\bfatalError\s*\("), "fatalError; use precondition with a sentence for the impossible"),
]
# Looked for in comments, in every language; an issue's number makes it all right.
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!.*#\d+)")
FUNCTION = re.compile(r"(?<![\w.`])(?:func\s+[^\s(<]+|init[?!]?\s*[(<]|deinit\b|subscript\s*[(<])")

# Comments and strings, longest forms first. A replaced one keeps its line breaks, so that lines still count.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?P<hash>#+)"""(?:.|\n)*?"""(?P=hash)|"""(?:\\.|[^\\])*?"""|(?P<raw>#+)".*?"(?P=raw)'
    r'|"(?:\\.|[^"\\\n])*"|/(?![*/\s])(?:\\.|[^/\\\n])+/(?=[\s,).])',
    re.DOTALL,
)


def code_only(text):
    return NOT_CODE.sub(lambda match: "\n" * match.group().count("\n") or '""', text)


def functions(code):
    """Every function that has a body: its first line and its length in lines."""
    for match in FUNCTION.finditer(code):
        start, depth, brackets = match.start(), 0, 0
        for index in range(match.end() - 1, len(code)):
            character = code[index]
            if character in "([":
                brackets += 1
            elif character in ")]":
                brackets -= 1
                if brackets < 0:
                    break
            elif character == "{" and (depth or not brackets):
                depth += 1
            elif character == "}":
                depth -= 1
                if depth <= 0:
                    if depth == 0:
                        line = code.count("\n", 0, start) + 1
                        yield line, code.count("\n", start, index) + 1
                    break
            elif depth == 0 and brackets == 0 and (code.startswith("\n\n", index) or character == ";"):
                break


def check(path, top):
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT)
    lines = text.count("\n")
    if lines > LONGEST_FILE[top]:
        yield f"{name}:1: {lines} lines; {LONGEST_FILE[top]} are the most"
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield f"{name}:{number}: unfinished work without an issue's number"
    if top != "Sources" or path.suffix != ".swift":
        return
    code = code_only(text)
    for number, line in enumerate(code.splitlines(), 1):
        for pattern, reason in FORBIDDEN:
            if pattern.search(line):
                yield f"{name}:{number}: {reason}"
    for number, length in functions(code):
        if length > LONGEST_FUNCTION:
            yield f"{name}:{number}: a function of {length} lines; {LONGEST_FUNCTION} are the most"


def main():
    files = [
        (path, "Tests" if folder == "Tests" else "Sources")
        for folder in ("Sources", "Tests", "Benchmarks", "client")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".swift", ".js", ".css", ".py"} and path.is_file()
    ]
    found = [line for path, top in files for line in check(path, top)]
    for line in found:
        print(line)
    print(f"style: {len(found)} breaches in {len(files)} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
