"""A figure as goal, measured and ratio; the machine; the table."""
import dataclasses
import pathlib
import platform
import re
import subprocess


MARKS = "<!-- figures: written by Benchmarks/run.py -->", "<!-- end of figures -->"


@dataclasses.dataclass
class Figure:
    """One line of the table. `value` is what the goal is about; `measured` says it with what it was made of."""
    name: str
    goal: float
    value: float
    unit: str
    measured: str
    is_most: bool = False
    """The goal is the most that is allowed, not the least that is wanted."""
    details: dict = dataclasses.field(default_factory=dict)

    @property
    def is_met(self):
        return self.value <= self.goal if self.is_most else self.value >= self.goal

    @property
    def ratio(self):
        """Of the goal: above 1 is better than it in both directions."""
        if not self.value:
            return 0.0
        return self.goal / self.value if self.is_most else self.value / self.goal

    @property
    def row(self):
        goal = f"at {'most' if self.is_most else 'least'} {self.goal:g}{self.unit}"
        return f"| {self.name} | {goal} | {self.measured} | {self.ratio:.2f} | {'yes' if self.is_met else 'no'} |"


@dataclasses.dataclass
class LeftOut:
    """A figure that could not be measured here, and why."""
    name: str
    reason: str

    @property
    def row(self):
        return f"| {self.name} | – | not measured: {self.reason} | – | – |"


def table(lines):
    return "\n".join([
        "| figure | goal | measured | of the goal | met |",
        "|---|---|---|---|---|",
        *(line.row for line in lines),
    ])


def write_between_marks(document, text, marks=MARKS):
    """Replaces what stands between the two marks of a document."""
    begin, end = marks
    before, _, rest = document.read_text().partition(begin)
    _, _, after = rest.partition(end)
    if not after:
        raise SystemExit(f"{document} has no {begin} … {end}")
    document.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")


def as_json(lines, machine):
    def entry(line):
        if isinstance(line, LeftOut):
            return dataclasses.asdict(line)
        return dataclasses.asdict(line) | {"ratio": line.ratio, "is_met": line.is_met}
    return {"machine": machine, "figures": [entry(line) for line in lines]}


def machine():
    """What the numbers are of."""
    processor = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return {
        "processor": processor[1] if processor else platform.machine(),
        "cores": len(re.findall(r"^processor\s*:", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)),
        "memory_gib": round(int(memory[1]) / 1048576, 1),
        "kernel": platform.release(),
        "system": system(),
        "load_before": pathlib.Path("/proc/loadavg").read_text().split()[0],
        "nginx": version("nginx", "-v"), "nchan": package("libnginx-mod-nchan"), "chromium": version("chromium", "--version"),
        "redis": version("redis-server", "--version"), "wrk": version("wrk", "-v"),
    }


def system():
    name = re.search(r'PRETTY_NAME="([^"]+)"', pathlib.Path("/etc/os-release").read_text())
    return name[1] if name else platform.system()


def package(name):
    """The version of a package of this Debian."""
    try:
        said = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return None
    return said.stdout.split("+")[0].removeprefix("1:") or None


def version(program, flag):
    try:
        said = subprocess.run([program, flag], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    except OSError:
        return None
    number = re.search(r"\d+\.\d+[.\d]*", said)
    return number[0] if number else None
