"""Starts the real programs, each in a folder of its own, and ends them whatever happens."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

from web import get

ROOT = pathlib.Path(__file__).resolve().parents[2]
DASHBOARDS = ROOT / "dashboards"
CLIENT = ROOT / "client"
START_PATIENCE = 20


def binary() -> pathlib.Path:
    """The program under test."""
    return pathlib.Path(os.environ.get("SPLITFLAP_BINARY") or ROOT / ".build/debug/splitflap").resolve()


def until(condition, within=10.0, what="the condition", every=0.02):
    """Asks again until the answer is true, and gives it."""
    deadline = time.monotonic() + within
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what} did not come true within {within} s"
        time.sleep(every)


def free_port() -> int:
    """A port that nobody uses now; for programs that cannot choose one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """One child process whose output is kept and can be waited for."""

    def __init__(self, *words, environment=None, folder=ROOT):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SPLITFLAP_")}
        self.lines = []
        self._news = threading.Condition()
        self._child = subprocess.Popen(
            [str(word) for word in words], cwd=folder, env=clean | (environment or {}), text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._child.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()

    def says(self, pattern, within=START_PATIENCE, after=0):
        """Waits for a line of output that matches; gives the match."""
        deadline = time.monotonic() + within
        with self._news:
            while True:
                for line in self.lines[after:]:
                    if match := re.search(pattern, line):
                        return match
                left = deadline - time.monotonic()
                over = not self.is_alive and not self._reader.is_alive()
                assert left > 0 and not over, f"no line with {pattern!r} in:\n" + "\n".join(self.lines[-30:])
                self._news.wait(min(left, 0.2))

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        return self._child.poll() is None

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def send(self, number):
        self._child.send_signal(number)

    def kill(self):
        """As a crash would."""
        if self.is_alive:
            self._child.kill()
        self._child.wait(10)

    def stop(self, within=10) -> int:
        """As a service manager would; gives the exit code."""
        self.send(signal.SIGTERM)
        return self._child.wait(within)

    def wait(self, within) -> int:
        code = self._child.wait(within)
        self._reader.join(2)
        return code


class Dev(Program):
    """`splitflap dev` on a port of its own choice."""

    def __init__(self, folder=DASHBOARDS, environment=None, loaded=True):
        super().__init__(binary(), "dev", folder, "--port", "0", "--client", CLIENT, environment=environment)
        self.port = int(self.says(r"on http://127\.0\.0\.1:(\d+)")[1])
        self.base = f"http://127.0.0.1:{self.port}"
        if loaded:
            until_shown(self.base, folder)


def until_shown(base, folder):
    """Waits until every page of a folder is there."""
    names = [path.stem for path in pathlib.Path(folder).glob("*.yml")]
    until(lambda: all(get(base, f"/{name}").status == 200 for name in names), START_PATIENCE, f"every page of {base}")


class Redis(Program):
    """A redis-server that writes each change to its append-only file."""

    def __init__(self, folder, port=None):
        self.folder, self.port = folder, port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        super().__init__(
            shutil.which("redis-server"), "--port", self.port, "--bind", "127.0.0.1", "--dir", folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "everysec", folder=folder)
        self.says("Ready to accept connections")


class Producer(Program):
    """`splitflap producer` that owns its shard once it is here."""

    def __init__(self, redis, folder=DASHBOARDS, environment=None):
        super().__init__(binary(), "producer", folder, "--redis", redis.url, environment=environment)

    def owns(self):
        self.says("owns a shard")
        return self


class Front(Program):
    """`splitflap front` on a port of its own choice."""

    def __init__(self, redis, *flags):
        super().__init__(
            binary(), "front", "--redis", redis.url, "--host", "127.0.0.1", "--port", "0", "--client", CLIENT, *flags)
        self.port = int(self.says(r"port=(\d+)")[1])
        self.base = f"http://127.0.0.1:{self.port}"


def example(name) -> pathlib.Path:
    """The program of an example, built beside the program under test."""
    return binary().parent / name


class ExampleDev(Program):
    """An example's `dev`, in a folder without definition files."""

    def __init__(self, name, folder, *flags):
        super().__init__(example(name), "dev", "--port", "0", "--client", CLIENT, *flags, folder=folder)
        self.port = int(self.says(r"on http://127\.0\.0\.1:(\d+)")[1])
        self.base = f"http://127.0.0.1:{self.port}"
        until(lambda: get(self.base, "/").status == 200, START_PATIENCE, f"the page of {name}")


class ExampleProducer(Program):
    """An example's `producer`."""

    def __init__(self, name, redis, folder):
        super().__init__(example(name), "producer", "--redis", redis.url, folder=folder)
