"""What a process costs, and the load of polls."""
import pathlib
import re
import statistics
import subprocess
import time

from harness.processes import LOAD_CORE, need

# What Chromium sends with a `fetch()` to its own site, in its order; a page's address is the referrer.
BROWSER = (
    "Connection: keep-alive", 'sec-ch-ua-platform: "Linux"',
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    'sec-ch-ua: "Not/A)Brand";v="8", "Chromium";v="126"', "sec-ch-ua-mobile: ?0", "Accept: */*", "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty", "Referer: {referrer}", "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-US,en;q=0.9",
)


def cpu_seconds(pid):
    """What all threads of a process have had of the processor, also those that ended; the kernel counts it in nanoseconds.

    A process's clock as `clock_getcpuclockid(3)` makes it: `/proc/PID/task` would forget what ended threads had.
    """
    return time.clock_gettime(~pid << 3 | 2)


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


def start_wrk(url, connections, seconds, headers=(), core=LOAD_CORE, script=None):
    words = [need("taskset"), "-c", str(core), need("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s"]
    if script:
        words += ["-s", str(script)]
    referrer = "/".join(url.split("/")[:3]) + "/board"
    for header in (*BROWSER, *headers):
        words += ["-H", header.replace("{referrer}", referrer)]
    return subprocess.Popen([*words, url], stdout=subprocess.PIPE, text=True)


def requests_of(wrk):
    """How many requests were answered; anything but 2xx and 3xx is no figure."""
    text, _ = wrk.communicate()
    if wrong := re.search(r"Non-2xx or 3xx responses: (\d+)", text):
        raise RuntimeError(f"{wrong[1]} requests were refused")
    return int(re.search(r"(\d+) requests in", text)[1])


def requests_per_cpu_second(pid, url, connections, seconds, headers=(), script=None):
    """What one server answers for a second of processor time."""
    used, count = cpu_during(pid, lambda: requests_of(start_wrk(url, connections, seconds, headers, script=script)))
    return count / used


def alternate(runs, warms_up=True, /, **sides):
    """The median of each side over runs that take turns, after one that does not count where there are several."""
    for measure in sides.values():
        if runs > 1 and warms_up:
            measure()
    found = {name: [] for name in sides}
    for _ in range(runs):
        for name, measure in sides.items():
            found[name].append(measure())
    return {name: statistics.median(values) for name, values in found.items()}


def median_of(runs, measure):
    """The median of each number that `measure` gives, over several runs."""
    return [statistics.median(column) for column in zip(*(measure() for _ in range(runs)))]


def percentile(values, part):
    """The value that `part` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
