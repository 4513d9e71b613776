"""What a process holds, read from /proc: descriptors, memory, threads, time on a processor, connections to the store."""
import dataclasses
import os
import pathlib
import re

TICKS = os.sysconf("SC_CLK_TCK")
ESTABLISHED = "01"


@dataclasses.dataclass
class Figures:
    fds: int
    threads: int
    store_connections: int
    kilobytes: int

    @classmethod
    def of(cls, pid, store_ports):
        return cls(fds(pid), threads(pid), connections(pid, store_ports), kilobytes(pid))

    @property
    def text(self):
        return f"{self.fds} fds, {self.store_connections} to the store, {self.threads} threads, {self.kilobytes // 1024} MiB"


def fds(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def status(pid, name):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+)", text, re.MULTILINE)[1])


def kilobytes(pid):
    return status(pid, "VmRSS")


def threads(pid):
    return status(pid, "Threads")


def cpu_seconds(pid):
    """User and system time since the start; a name with spaces cannot stand before the last bracket."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def connections(pid, ports):
    """Open TCP connections of that process to these ports of this machine."""
    inodes = set()
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            target = os.readlink(entry.path)
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = 0
    for line in pathlib.Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if words[3] == ESTABLISHED and int(words[2].split(":")[1], 16) in ports and words[9] in inodes:
            found += 1
    return found


def processes_with(word):
    """The processes one of whose arguments is that word."""
    found = set()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                words = pathlib.Path(entry.path, "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if word.encode() in words:
                found.add(int(entry.name))
    return found


def descendants(pid):
    """Every process that comes from this one."""
    children = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                parent = status(entry.name, "PPid")
            except (OSError, TypeError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found
