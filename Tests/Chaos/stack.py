"""The programs under test as real processes: a Redis, producers, fronts, and what stands between them."""
import asyncio
import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import time

import redis.asyncio

import figures
import keys
import web
from accounts import UsersFile
from balancer import Balancer
from fault_proxy import FaultProxy

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIM = pathlib.Path(__file__).with_name("wrong_clock.c")
START_PATIENCE = 20.0
CLAIM = r"fence=(\d+) .*\bshard={0}\b.*owns a shard|\bshard={0}\b.*(lost|released) a shard"
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
DAY = 86_400
# How far the wall clocks of these processes are off all the time, in seconds (I12).
WRONG_CLOCKS = {"front2": 400 * DAY, "producer1": -400 * DAY}

DASHBOARDS = {
    "fast": """title: Fast
sources:
  a: { type: counter, every: 250ms }
  b: { type: counter, every: 260ms }
  c: { type: counter, every: 280ms }
  d: { type: counter, every: 310ms }
components:
  a: { type: number, from: a }
  b: { type: number, from: b }
  c: { type: number, from: c }
  d: { type: number, from: d }
""",
    "curve": """title: Curve
sources: { a: { type: counter, every: 250ms } }
components:
  a: { type: number, from: a }
  line: { type: line, from: { a: a }, window: 10s }
""",
    "shared": """title: Shared
act: anyone
components: { one: { type: hello }, two: { type: hello }, three: { type: hello } }
""",
    "mine": """title: Mine
scope: viewer
act: anyone
components: { one: { type: hello }, two: { type: hello }, three: { type: hello } }
""",
    "guarded": """title: Guarded
access: { view: [ops, sales], act: [ops] }
sources: { a: { type: counter, every: 250ms } }
components:
  a: { type: number, from: a }
  one: { type: hello }
  two: { type: hello }
""",
    "spare": """title: Spare
sources: { a: { type: counter, every: 250ms } }
components: { a: { type: number, from: a } }
""",
    "hall": """title: Hall
sources: { a: { type: counter, every: 2s } }
components: { a: { type: number, from: a } }
""",
    "big": f"title: Big\ncomponents: {{ a: {{ type: text, text: {'a' * 60000} }}, b: {{ type: text, text: {'b' * 60000} }} }}\n",
}


def binary():
    """The program under test."""
    return pathlib.Path(os.environ.get("SPLITFLAP_BINARY") or ROOT / ".build/debug/splitflap").resolve()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


class Program:
    """One child process whose output goes into a file and can be waited for. It ends when the driver ends."""

    def __init__(self, name, folder):
        self.name, self.log = name, folder / f"{name}.log"
        self.child, self.started, self.expected = None, 0, set()
        self.environment = {}

    async def launch(self, *words):
        """Starts it; what it says is looked for from here on."""
        self.started = self.log.stat().st_size if self.log.exists() else 0
        self.expected = set()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SPLITFLAP_")}
        with self.log.open("ab") as out:
            self.child = await asyncio.create_subprocess_exec(
                *map(str, words), cwd=self.log.parent, env=clean | self.environment, stdin=asyncio.subprocess.DEVNULL,
                stdout=out, stderr=out, start_new_session=True, preexec_fn=die_with_parent)
        return self

    @property
    def pid(self):
        return self.child.pid

    @property
    def is_alive(self):
        return self.child is not None and self.child.returncode is None

    @property
    def fds(self):
        return figures.fds(self.pid)

    @property
    def kilobytes(self):
        return figures.kilobytes(self.pid)

    def said_all(self, pattern):
        """Every match in what it said since its start; of several groups the one that is not empty."""
        with self.log.open("rb") as file:
            file.seek(self.started)
            text = file.read().decode(errors="replace")
        return [next(filter(None, match.groups()), match[0]) for match in re.finditer(pattern, text)]

    def said(self, pattern):
        """The last match, or None."""
        return next(reversed(self.said_all(pattern)), None)

    async def says(self, pattern, within=START_PATIENCE):
        deadline = time.monotonic() + within
        while (match := self.said(pattern)) is None:
            if not self.is_alive or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not say {pattern!r}; see {self.log}")
            await asyncio.sleep(0.02)
        return match

    def signal(self, number):
        if self.is_alive:
            self.child.send_signal(number)

    async def kill(self):
        """As a crash would."""
        self.expected.add(-signal.SIGKILL)
        self.signal(signal.SIGKILL)
        await self.child.wait()

    async def stop(self, within=12.0):
        """As a service manager would; the exit code and how long it took."""
        started = time.monotonic()
        self.expected.add(0)
        self.signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.child.wait(), within)
        except asyncio.TimeoutError:
            await self.kill()
        return self.child.returncode, time.monotonic() - started


class Stack:
    """One Redis, two producers, three fronts, a balancer. The first of each kind reaches Redis through a fault proxy."""

    def __init__(self, folder, other_binary=None, producers=2, fronts=3):
        self.folder, self.dashboards = folder, folder / "dashboards"
        self.redis_port = free_port()
        self.redis = Program("redis", folder)
        self.producers = [Program(f"producer{index}", folder) for index in range(producers)]
        self.fronts = [Program(f"front{index}", folder) for index in range(fronts)]
        self.proxies = {name: FaultProxy(self.redis_port) for name in ("producer0", "front0")}
        self.balancer = Balancer()
        self.store = None
        self.ports = {}
        self.binary, self.other_binary = binary(), other_binary
        self.users = UsersFile(folder / "users.yml", self.binary)
        self.clocks = []
        self.set_clocks()

    async def start(self):
        self.dashboards.mkdir(parents=True)
        for name, text in DASHBOARDS.items():
            (self.dashboards / f"{name}.yml").write_text(text)
        for proxy in self.proxies.values():
            await proxy.start()
        self.store = redis.asyncio.Redis(port=self.redis_port, socket_timeout=8, socket_connect_timeout=1)
        await self.start_redis()
        for producer in self.producers:
            await self.start_producer(producer)
        await self.until(self.owner, "an owner")
        for front in self.fronts:
            await self.start_front(front)
        await self.balancer.start()

    async def end(self):
        """Ends every process, however the run went."""
        self.balancer.stop()
        for proxy in self.proxies.values():
            proxy.stop()
        if self.store:
            await self.store.aclose()
        for program in self.programs:
            if program.is_alive:
                await program.kill()

    @property
    def programs(self):
        return [*self.fronts, *self.producers, self.redis]

    @property
    def store_ports(self):
        """Where connections to the store lead."""
        return {self.redis_port} | {proxy.port for proxy in self.proxies.values()}

    # Wrong clocks.

    def set_clocks(self):
        """Gives some processes a wall clock that is wrong and can be moved while they run."""
        library = self.folder / "wrong_clock.so"
        compiler = next(filter(None, map(shutil.which, ("clang", "cc", "gcc"))), None)
        if not compiler:
            return
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SHIM], check=True)
        self.clocks = [program for program in self.programs if program.name in WRONG_CLOCKS]
        self.move_clocks()
        for program in self.clocks:
            program.environment = {"LD_PRELOAD": str(library), "WRONG_CLOCK_FILE": str(self.clock_file(program))}

    def clock_file(self, program):
        return self.folder / f"{program.name}.clock"

    def move_clocks(self, seconds=None):
        """Makes their wall clocks wrong by so much; without a number by as much as at the start."""
        for program in self.clocks:
            wrong = WRONG_CLOCKS[program.name] if seconds is None else seconds
            # Written in place: the processes have the file mapped.
            with open(self.clock_file(program), "r+b" if self.clock_file(program).exists() else "wb") as file:
                file.write(struct.pack("=q", wrong))

    # Starting one.

    async def start_redis(self):
        await self.redis.launch(
            shutil.which("redis-server"), "--port", self.redis_port, "--bind", "127.0.0.1", "--dir", self.folder,
            "--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction",
            "--enable-debug-command", "yes")
        await self.redis.says("Ready to accept connections")

    async def launch_producer(self, producer):
        await producer.launch(self.binary, "producer", self.dashboards, "--redis", self.redis_url(producer),
                              "--shards", keys.count)

    async def start_producer(self, producer):
        await self.launch_producer(producer)
        await producer.says("dashboards of .* loaded")

    @contextlib.asynccontextmanager
    async def one_more_producer(self):
        """A producer that is there for one fault."""
        more = Program(f"producer{len(self.producers)}", self.folder)
        self.producers.append(more)
        try:
            await self.start_producer(more)
            yield more
        finally:
            if more.is_alive:
                await more.stop()
            self.producers.remove(more)

    async def start_front(self, front):
        port = self.ports.setdefault(front.name, free_port())
        await front.launch(self.binary, "front", "--redis", self.redis_url(front), "--host", "127.0.0.1", "--port", port,
                           "--client", ROOT / "client", "--threads", "2", "--users", self.users.path)
        await front.says(r"port=\d+")
        if port not in self.balancer.fronts:
            self.balancer.fronts.append(port)

    def redis_url(self, program):
        proxy = self.proxies.get(program.name)
        return f"redis://127.0.0.1:{proxy.port if proxy else self.redis_port}"

    async def revive(self):
        """Starts again whatever a fault has ended."""
        if not self.redis.is_alive:
            await self.start_redis()
        for producer in self.producers:
            if not producer.is_alive:
                await self.start_producer(producer)
        for front in self.fronts:
            if not front.is_alive:
                await self.start_front(front)

    # Asking.

    async def owner(self, page="fast"):
        """The producer that owns that page's shard by the last word of each; None while there is no lease."""
        if not await self.store.hget(keys.lease(page), "o"):
            return None
        claim = CLAIM.format(keys.shard(page))
        claims = [(int(fence), producer) for producer in self.producers
                  if producer.is_alive and (fence := producer.said(claim)) and fence.isdigit()]
        return max(claims, key=lambda claim: claim[0])[1] if claims else None

    async def ready(self, front):
        """Whether a front says that it is ready to be used."""
        try:
            return (await web.ask(self.ports[front.name], "GET", "/health/ready", within=1.0)).status == 200
        except (OSError, asyncio.TimeoutError):
            return False

    async def until(self, question, what, within=START_PATIENCE):
        """Asks again until the answer is true, and gives it."""
        deadline = time.monotonic() + within
        while not (answer := await question()):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} did not come true within {within} s")
            await asyncio.sleep(0.05)
        return answer
