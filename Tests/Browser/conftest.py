"""Real processes, a real browser. What is missing skips visibly; with CI=true it fails."""
import os
import pathlib
import shutil
import signal
import subprocess

import pytest
from playwright.sync_api import sync_playwright

from balancer import HAProxy, RoundRobin
from house import PASSWORD, House
from processes import DASHBOARDS, Dev, Front, Producer, Redis, binary, until_shown
from watching import Watch
from worker import Worker

CHROMIUM = os.environ.get("SPLITFLAP_CHROMIUM", "/usr/bin/chromium")


def need(path, what):
    if path and pathlib.Path(path).exists():
        return
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{what} is missing")


@pytest.fixture(scope="session", autouse=True)
def program():
    need(binary(), f"the program {binary()} (SPLITFLAP_BINARY)")
    # A shell that runs this in the background ignores SIGINT, and all that is started here would, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def browser():
    need(CHROMIUM, "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser):
    """Opens pages, each a visitor of their own; all are closed at the end."""
    contexts = []

    def open_page(address=None, context=None, **options):
        if context is None:
            context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
            contexts.append(context)
        page = context.new_page()
        page.watch = Watch(page)
        if address:
            page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def dev():
    """The shipped dashboards, for tests that leave no trace."""
    server = Dev()
    yield server
    server.kill()


@pytest.fixture
def folder(tmp_path):
    """A folder of dashboards; `write(name, text)` is the way in."""
    place = Folder(tmp_path / "dashboards")
    yield place


class Folder:
    def __init__(self, path):
        self.path = path
        path.mkdir()

    def write(self, name, text):
        # As editors save: whole, by a rename.
        draft = self.path / f".{name}.draft"
        draft.write_text(text, encoding="utf-8")
        draft.rename(self.path / name)

    def remove(self, name):
        (self.path / name).unlink()


@pytest.fixture
def dev_with(folder):
    """`splitflap dev` over definition files of the test's own: `dev_with({"name.yml": text})`."""
    started = []

    def start(files, environment=None):
        for name, text in files.items():
            folder.write(name, text)
        started.append(Dev(folder.path, environment))
        return started[-1]

    yield start
    for server in started:
        server.kill()


class Stack:
    """A Redis, a producer, several fronts and a balancer."""

    def __init__(self, scratch, dashboards=DASHBOARDS, fronts=2, haproxy=False):
        self.scratch, self.dashboards, self.programs = scratch, dashboards, []
        self.balancer = None
        try:
            self.redis = self._keep(Redis(scratch))
            self.producer = self._keep(Producer(self.redis, dashboards).owns())
            self.fronts = [self._keep(Front(self.redis)) for _ in range(fronts)]
            for front in self.fronts:
                until_shown(front.base, dashboards)
            ports = [front.port for front in self.fronts]
            self.balancer = self._keep(HAProxy(ports, scratch)) if haproxy else RoundRobin(ports)
        except BaseException:
            self.stop()
            raise
        self.base = self.balancer.base

    def _keep(self, program):
        self.programs.append(program)
        return program

    def restart_redis(self):
        self.redis = self._keep(Redis(self.scratch, self.redis.port))

    def restart_producer(self):
        self.producer = self._keep(Producer(self.redis, self.dashboards))

    def front(self, port):
        return next(front for front in self.fronts if front.port == port)

    def stop(self):
        if isinstance(self.balancer, RoundRobin):
            self.balancer.stop()
        for program in reversed(self.programs):
            program.kill()


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory):
    """Two fronts behind a round robin, for tests that break nothing."""
    need(shutil.which("redis-server"), "redis-server")
    stack = Stack(tmp_path_factory.mktemp("stack"))
    yield stack
    stack.stop()


@pytest.fixture
def new_stack(tmp_path):
    """Starts stacks that a test may break."""
    need(shutil.which("redis-server"), "redis-server")
    started = []

    def start(**options):
        started.append(Stack(tmp_path, **options))
        return started[-1]

    yield start
    for stack in started:
        stack.stop()


@pytest.fixture(params=["proxy", "haproxy"])
def balanced(request, shared_stack, tmp_path_factory):
    """The address of the same two fronts behind our own balancer, and behind HAProxy."""
    if request.param == "proxy":
        yield shared_stack.base
        return
    need(shutil.which("haproxy") or "/usr/sbin/haproxy", "haproxy")
    proxy = HAProxy([front.port for front in shared_stack.fronts], tmp_path_factory.mktemp("haproxy"))
    yield proxy.base
    proxy.kill()


@pytest.fixture
def worker():
    """What actions ask."""
    server = Worker()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def hashed():
    """The hash of everybody's password."""
    done = subprocess.run([binary(), "password"], input=PASSWORD + "\n", capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.strip()


@pytest.fixture
def house(tmp_path, hashed):
    need(shutil.which("redis-server"), "redis-server")
    house = House(tmp_path, hashed)
    yield house
    house.stop()
