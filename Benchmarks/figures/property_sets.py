"""What a Swift page's program pays for a million property sets, and for the one flush after them (Benchmarks/library)."""
import json
import subprocess

from harness.measure import percentile
from harness.processes import LOAD_CORE, Missing, need
from harness.report import Figure

TITLE = "a million property sets of a Swift page, and their flush"
GOAL = 100


def measure(run):
    program = run.binary.with_name("LibraryBench")
    if not program.exists():
        raise Missing(f"{program.name} is not built")
    runs = [one(program) for _ in range(run.runs)]
    sets, flush = (percentile([result[name] for result in runs], 0.5) for name in ("million_sets_ms", "flush_ms"))
    return [Figure(
        TITLE, GOAL, sets + flush, " ms", f"{sets:.1f} ms + {flush:.2f} ms", is_most=True, details={"runs": runs})]


def one(program):
    """`{"million_sets_ms": …, "flush_ms": …}`, alone on a core."""
    done = subprocess.run(
        [need("taskset"), "-c", str(LOAD_CORE), program], check=True, stdout=subprocess.PIPE, text=True, timeout=120)
    return json.loads(done.stdout)
