"""The programs under load as real processes, each on a core of its own choice; they end when this one ends."""
import ctypes
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 30.0
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
SERVER_CORE, LOAD_CORE = 0, 1


class Missing(Exception):
    """Something of this machine that a figure needs is not there; the figure is left out, visibly."""


def need(name):
    """Where a program is."""
    path = shutil.which(name)
    if not path:
        raise Missing(f"{name} is not installed")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def until(question, what, within=PATIENCE):
    """Asks again until the answer is true, and gives it."""
    deadline = time.monotonic() + within
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not come true within {within:.0f} s")
        time.sleep(0.05)
    return answer


class Program:
    """One child process on one core, whose output goes into a file and can be waited for."""

    def __init__(self, folder, name, core, *words, environment=None, within=None):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("SPLITFLAP_")}
        self.name, self.log = name, folder / f"{name}.log"
        with self.log.open("wb") as out:
            self.child = subprocess.Popen(
                [need("taskset"), "-c", str(core), *map(str, words)], cwd=within or ROOT, env=clean | (environment or {}),
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=die_with_parent)

    @property
    def pid(self):
        return self.child.pid

    def says(self, pattern, within=PATIENCE):
        def said():
            if self.child.poll() is not None:
                raise RuntimeError(f"{self.name} ended: {self.log.read_text(errors='replace')[-800:]}")
            return re.search(pattern, self.log.read_text(errors="replace"))
        return until(said, f"{self.name}: {pattern!r}", within)

    def pause(self):
        self.child.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.child.send_signal(signal.SIGCONT)

    def end(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()


class Stack:
    """A Redis, a producer and fronts. Used in a `with`; the fronts have a core, the rest share the other one."""

    def __init__(self, run, dashboards=None, environment=None, is_app=False, app=None):
        self.run, self.dashboards, self.environment = run, dashboards or {}, environment
        self.app = app or (run.app if is_app else None)
        self.folder = run.new_folder()
        self.programs, self.fronts, self.redis_port = [], [], free_port()

    def __enter__(self):
        try:
            self.start_redis()
            self.start_producer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.end()

    def start(self, name, core, *words, **options):
        program = Program(self.folder, name, core, *words, **options)
        self.programs.append(program)
        return program

    @property
    def redis_url(self):
        return f"redis://127.0.0.1:{self.redis_port}"

    def start_redis(self):
        """As docs/operations.md says: every change in the append-only file."""
        self.redis = self.start(
            "redis", LOAD_CORE, need("redis-server"), "--port", self.redis_port, "--bind", "127.0.0.1", "--dir", self.folder,
            "--save", "", "--appendonly", "yes", "--appendfsync", "everysec")
        self.redis.says("Ready to accept connections")

    def start_producer(self, core=LOAD_CORE):
        folder = self.folder / "dashboards"
        folder.mkdir()
        for name, text in self.dashboards.items():
            (folder / f"{name}.yml").write_text(text)
        program = self.app or self.run.binary
        words = [] if self.app and not self.dashboards else [folder]
        self.producer = self.start(
            "producer", core, program, "producer", *words, "--redis", self.redis_url, environment=self.environment,
            within=self.folder)
        self.producer.says("owns a shard")

    def front(self, core=SERVER_CORE, *flags):
        """One front with one event loop."""
        front = self.start(
            f"front{len(self.fronts)}", core, self.run.binary, "front", "--redis", self.redis_url, "--host", "127.0.0.1",
            "--port", "0", "--client", ROOT / "client", "--threads", "1", *flags)
        front.port = int(front.says(r"\bport=(\d+)")[1])
        self.fronts.append(front)
        until(lambda: get(front.port, "/health/ready")[0] == 200, "a front that is ready")
        return front


def get(port, path, headers=None):
    """Status, headers and body of a page."""
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def wait_for_page(port, page):
    """The first poll's answer, once the page is there."""
    def answer():
        status, _, body = get(port, f"/api/pages/{page}")
        return body if status == 200 else None
    return until(answer, f"the page {page}")


NGINX = """worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
include /etc/nginx/modules-enabled/*.conf;
events {{ worker_connections 20000; }}
http {{ access_log off; sendfile {sendfile}; tcp_nopush {sendfile}; gzip_static on; gzip_vary on; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  open_file_cache max=1000 inactive=600s; open_file_cache_valid 600s;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}/www; {locations} }} }}
"""


class Nginx:
    """nginx with one worker on the servers' core. `sendfile` is what it is at its best with varies by the size of the file."""

    def __init__(self, run, locations="", sendfile="on"):
        self.folder, self.port = run.new_folder(), free_port()
        self.files = self.folder / "www"
        self.files.mkdir()
        self.folder.chmod(0o755)
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder, port=self.port, locations=locations, sendfile=sendfile))

    def __enter__(self):
        self.master = Program(self.folder, "nginx", SERVER_CORE, need("nginx"), "-c", self.folder / "nginx.conf")
        until(lambda: self.workers, "a worker of nginx")
        until(lambda: get(self.port, "/")[0], "nginx")
        return self

    def __exit__(self, *_):
        self.master.child.terminate()
        self.master.child.wait()

    @property
    def workers(self):
        children = pathlib.Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()
        return [int(child) for child in children]

    @property
    def pid(self):
        """The worker's."""
        return self.workers[0]

    def pause(self):
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.pid, signal.SIGCONT)
