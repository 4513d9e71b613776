"""What a process costs, and the load of polls."""
import pathlib
import re
import statistics
import subprocess
import time

from harness.processes import LOAD_CORE, need

# As a browser sends them, in its order.
BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Accept: */*", "Accept-Language: en-US,en;q=0.9", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors",
    "Sec-Fetch-Dest: empty",
)


def cpu_seconds(pid):
    """What all threads of a process have had of the processor; the kernel counts it in nanoseconds."""
    threads = pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def resident_kib(pid):
    """Memory of the process, without what the kernel holds for its sockets."""
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


def cpu_during(pid, work):
    """What a process needs while `work` goes on, and what `work` gave."""
    before = cpu_seconds(pid)
    result = work()
    return cpu_seconds(pid) - before, result


def cpu_share(pid, seconds):
    """What a process needs of one core, as a part of 1."""
    began = time.monotonic()
    used, _ = cpu_during(pid, lambda: time.sleep(seconds))
    return used / (time.monotonic() - began)


def start_wrk(url, connections, seconds, headers=(), core=LOAD_CORE):
    words = [need("taskset"), "-c", str(core), need("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s"]
    for header in (*BROWSER, *headers):
        words += ["-H", header]
    return subprocess.Popen([*words, url], stdout=subprocess.PIPE, text=True)


def requests_of(wrk):
    """How many requests were answered; anything but 2xx and 3xx is no figure."""
    text, _ = wrk.communicate()
    if wrong := re.search(r"Non-2xx or 3xx responses: (\d+)", text):
        raise RuntimeError(f"{wrong[1]} requests were refused")
    return int(re.search(r"(\d+) requests in", text)[1])


def requests_per_cpu_second(pid, url, connections, seconds, headers=()):
    """What one server answers for a second of processor time."""
    used, count = cpu_during(pid, lambda: requests_of(start_wrk(url, connections, seconds, headers)))
    return count / used


def alternate(runs, **sides):
    """The median of each side over runs that take turns, after one that does not count."""
    for measure in sides.values():
        measure()
    found = {name: [] for name in sides}
    for _ in range(runs):
        for name, measure in sides.items():
            found[name].append(measure())
    return {name: statistics.median(values) for name, values in found.items()}


def percentile(values, part):
    """The value that `part` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
