#!/usr/bin/env python3
"""What a per-viewer page costs a producer: 10,000 viewers open the page of Examples/Hello; see README.md."""
import json
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".build/release").resolve()
PAGES = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
WARM_UP = 200

os.environ.setdefault("SPLITFLAP_BINARY", str(BUILT / "splitflap"))
sys.path.insert(0, str(ROOT / "Tests/Browser"))

from processes import ExampleProducer, Front, Redis, until  # noqa: E402
from web import Tab, get  # noqa: E402


def resident(program) -> int:
    """Bytes that a program holds, as the kernel counts."""
    return int(pathlib.Path(f"/proc/{program.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def visit(base, count):
    """So many viewers, each a tab of one browser."""
    tab = Tab(base, "index")
    for number in range(count):
        tab.client = f"{number:022d}"
        answer = tab.poll()
        assert answer.status == 200, answer


def main():
    programs = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        try:
            store = Redis(folder)
            programs.append(store)
            producer = ExampleProducer("Hello", store, folder)
            programs.append(producer)
            producer.says("owns a shard")
            front = Front(store)
            programs.append(front)
            until(lambda: get(front.base, "/").status == 200, 20, "the page")
            visit(front.base, WARM_UP)
            before = resident(producer)
            visit(front.base, PAGES)
            print(json.dumps({"pages": PAGES, "bytes_per_page": (resident(producer) - before) // PAGES}))
        finally:
            for program in reversed(programs):
                program.kill()


if __name__ == "__main__":
    main()
