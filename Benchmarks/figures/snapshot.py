"""A page of one megabyte: read from Redis, taken over by a front, encoded for viewers."""
import json
import statistics
import subprocess

from figures.commits import RedisOnly
from harness.processes import SERVER_CORE, need
from harness.report import Figure

TITLE = "snapshot of 1 MB, read from Redis"


def measure(run):
    with RedisOnly(run) as stack:
        words = [need("taskset"), "-c", str(SERVER_CORE), run.app, "snapshot", stack.redis_url, str(10 * run.runs)]
        rounds = json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)["rounds"]
    read, apply, encode, size = (statistics.median(column) for column in zip(*rounds))
    return [Figure(
        TITLE, 10, read, " ms", f"{read:.1f} ms (and {apply:.1f} ms to take over, {encode:.1f} ms to encode {size:,.0f} bytes)",
        is_most=True, details={"read_ms": read, "apply_ms": apply, "encode_ms": encode, "bytes": size})]
