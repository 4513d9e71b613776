"""Redis in every way it may be set up, and in every state it may be in, with the real programs (rows 106, 110, 112; S30,
F14, F34): what viewers see, what people are told, and that nothing is lost."""
import hashlib
import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest
import redis as client

from conftest import need
from processes import CLIENT, ROOT, Front, Producer, Program, Redis, binary, free_port, until
from test_cli import TRACE
from web import Socket, Tab, get

BOARD = {"counter.yml": """title: Counter
transport: ajax
reload_interval: 1
sources: { count: { type: counter, every: 250ms } }
components: { count: { type: number, from: count } }
""", "hello.yml": """title: Hello
act: anyone
components: { one: { type: hello } }
"""}
CANARY = "s3cr3t-c4n4ry"


@pytest.fixture
def keep(tmp_path):
    """Ends every program that a test keeps by it, the last first."""
    need(shutil.which("redis-server"), "redis-server")
    kept = []

    def keep(program):
        kept.append(program)
        return program

    yield keep
    for program in reversed(kept):
        program.kill()


@pytest.fixture
def dashboards(tmp_path):
    folder = tmp_path / "dashboards"
    folder.mkdir()
    for name, text in BOARD.items():
        (folder / name).write_text(text)
    return folder


class Server(Program):
    """A redis-server with options of the test's own."""

    def __init__(self, folder, *options, port=None):
        # A cluster's bus is 10,000 ports higher.
        self.port = port or next(port for port in iter(free_port, None) if port < 55_000)
        self.folder = pathlib.Path(folder) / f"redis-{self.port}"
        self.folder.mkdir(exist_ok=True)
        self.url = f"redis://127.0.0.1:{self.port}"
        super().__init__("redis-server", "--port", self.port, "--bind", "127.0.0.1", "--dir", self.folder, "--save", "",
                         *options, folder=self.folder)
        self.says("Ready to accept connections")

    def ask(self, *words, user=None, password=None):
        with client.Redis(port=self.port, username=user, password=password, decode_responses=True) as link:
            return link.execute_command(*words)


class Sentinel(Program):
    def __init__(self, folder, primary, down_after=3000):
        self.port = free_port()
        place = pathlib.Path(folder) / f"sentinel-{self.port}"
        place.mkdir()
        (place / "sentinel.conf").write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {place}\nsentinel monitor board 127.0.0.1 {primary.port} 2\n"
            f"sentinel down-after-milliseconds board {down_after}\nsentinel failover-timeout board 6000\n")
        super().__init__("redis-server", place / "sentinel.conf", "--sentinel", folder=place)
        self.says("monitor master board")

    def knows(self, replicas, others):
        with client.Redis(port=self.port, decode_responses=True) as link:
            facts = link.execute_command("SENTINEL", "MASTER", "board")
        facts = facts if isinstance(facts, dict) else dict(zip(facts[::2], facts[1::2]))
        return int(facts["num-slaves"]) == replicas and int(facts["num-other-sentinels"]) == others


class At:
    """What `Front` and `Producer` take for a Redis: an address."""

    def __init__(self, url):
        self.url = url


def start_both(keep, url, dashboards, *flags, environment=None):
    """A producer that owns its shard, and a front that shows its pages."""
    keep(Producer(At(url), dashboards, environment=environment)).owns()
    front = keep(Front(At(url), *flags))
    until(lambda: get(front.base, "/api/pages/counter").status == 200, 20, "the page")
    return front


def value(front):
    """The counter a poll shows, and the state of the page: `None` while it is fresh."""
    answer = get(front.base, "/api/pages/counter")
    return answer.json["components"]["count"]["value"], answer.headers.get("page-state")


def reason(front):
    """What a badge would say: from the socket's first status."""
    with Socket(front.base, "counter") as socket:
        socket.hello("A" * 22)
        return socket.next("status").get("reason")


def click_until_applied(tab, within=20):
    """Sends one event until it is applied, as a tab does; gives the clicks counted."""
    body = tab.event()
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            answer = tab.post(body)
        except OSError:
            continue
        if answer.status == 200 and answer.json["ack"]["state"] == "applied":
            return
        time.sleep(0.1)
    raise AssertionError(f"the event was not applied: {answer}")


# Sentinel.

def test_a_failover_by_sentinel_is_followed_and_no_acknowledged_event_is_lost(keep, tmp_path, dashboards):
    primary = keep(Server(tmp_path, "--repl-diskless-sync-delay", "0"))
    replica = keep(Server(tmp_path, "--replicaof", "127.0.0.1", str(primary.port)))
    sentinels = [keep(Sentinel(tmp_path, primary)) for _ in range(3)]
    until(lambda: all(sentinel.knows(1, 2) for sentinel in sentinels), 30, "the sentinels' acquaintance")
    until(lambda: primary.ask("INFO", "replication").get("connected_slaves") == 1, 10, "the replica")
    places = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in sentinels)
    front = start_both(keep, f"redis+sentinel://{places}/board", dashboards)
    tab = Tab(front.base)
    for _ in range(5):
        click_until_applied(tab)
    # Replication is not awaited by an acknowledgement: what the primary alone has, dies with it (docs/operations.md).
    assert primary.ask("WAIT", "1", "5000") == 1
    shown = value(front)[0]

    primary.kill()
    killed = time.monotonic()
    until(lambda: value(front)[1] == "stale", 5, "the badge")
    click_until_applied(tab)
    until(lambda: value(front)[1] is None and value(front)[0] > shown, 30, "new values")
    took = time.monotonic() - killed

    hello = tab.poll().json["components"]["one"]["value"]
    print(f"failover followed in {took:.1f} s (goal 6, limit 8 on a quiet machine)")
    assert hello == 6, hello
    assert replica.ask("ROLE")[0] == "master"
    assert took < 30


# TLS, users and passwords.

def test_the_programs_run_over_tls_with_the_shipped_users_and_print_no_password(keep, tmp_path, dashboards):
    make_certificates(tmp_path)
    users = (ROOT / "deploy/redis-users.acl").read_text()
    for name in ("front", "producer"):
        digest = hashlib.sha256(f"{CANARY}-{name}".encode()).hexdigest()
        users = users.replace(f"#{name.upper()}_PASSWORD_SHA256", f"#{digest}")
        (tmp_path / name).write_text(f"{CANARY}-{name}\n")
    (tmp_path / "users.acl").write_text(users)
    port = keep(tls_server(tmp_path, "--aclfile", str(tmp_path / "users.acl"))).port
    ca = str(tmp_path / "ca.pem")
    producer = keep(Producer(
        At(f"rediss://producer@localhost:{port}"), dashboards,
        environment={"SPLITFLAP_REDIS_PASSWORD_FILE": str(tmp_path / "producer"), "SPLITFLAP_REDIS_CA_FILE": ca,
                     "SPLITFLAP_LOG_LEVEL": "trace"})).owns()
    front = keep(Front(At(f"rediss://front@localhost:{port}"), "--redis-password-file", tmp_path / "front",
                       "--redis-ca-file", ca, "--log-level", "trace"))
    until(lambda: get(front.base, "/api/pages/counter").status == 200, 20, "the page")

    tab = Tab(front.base)
    for _ in range(3):
        click_until_applied(tab)
    first = value(front)[0]
    until(lambda: value(front)[0] > first, 10, "a new value")

    assert tab.poll().json["components"]["one"]["value"] == 3
    for program in (producer, front):
        assert CANARY not in program.output
        assert "NOPERM" not in program.output and " warning " not in program.output, program.output[-3000:]


def make_certificates(folder):
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *key, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr")
    (folder / "server.ext").write_text("subjectAltName=DNS:localhost")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "server.ext", "-out", "server.pem")


@pytest.mark.parametrize("role", ["front", "producer"])
def test_a_wrong_password_is_one_line_that_names_it_and_a_right_one_is_used_once_it_is_there(
        keep, tmp_path, dashboards, role):
    server = keep(Server(tmp_path, "--requirepass", "right"))
    word = tmp_path / "word"
    word.write_text(f"{CANARY}\n")
    words = [dashboards] if role == "producer" else ["--host", "127.0.0.1", "--port", "0", "--client", CLIENT]
    program = keep(Program(binary(), role, *words, "--redis", server.url, "--redis-password-file", word))

    program.says("WRONGPASS")
    time.sleep(2)
    assert len([line for line in program.lines if "WRONGPASS" in line]) == 1, program.output
    assert CANARY not in program.output and not TRACE.search(program.output)
    word.write_text("right\n")

    program.says("connected to the data store", within=10)


def test_a_server_with_a_certificate_from_elsewhere_is_told_in_one_line_and_never_used(keep, tmp_path):
    (tmp_path / "theirs").mkdir()
    make_certificates(tmp_path / "theirs")
    make_certificates(tmp_path)
    server = keep(tls_server(tmp_path / "theirs"))
    front = keep(Front(At(f"rediss://:{CANARY}@localhost:{server.port}"), "--redis-ca-file", tmp_path / "ca.pem"))

    front.says("not from an authority we trust")
    time.sleep(2)

    assert len([line for line in front.lines if "cannot be reached" in line]) == 1, front.output
    assert get(front.base, "/health/ready").status == 503 and get(front.base, "/health/live").status == 200
    assert CANARY not in front.output


def tls_server(folder, *options):
    port = free_port()
    return Server(
        folder, "--port", "0", "--tls-port", str(port), "--tls-cert-file", str(folder / "server.pem"), "--tls-key-file",
        str(folder / "server.key"), "--tls-ca-cert-file", str(folder / "ca.pem"), "--tls-auth-clients", "no", *options,
        port=port)


# What is refused at the start (F34, rows 110 and 112).

REFUSED = {
    "eviction": (["--maxmemory-policy", "allkeys-lru"], None, "maxmemory-policy is allkeys-lru"),
    "a cluster": (["--cluster-enabled", "yes"], None, "cluster"),
    "another protocol": ([], ("HSET", "sf:cfg", "protocol", "9", "shards", "1"), "protocol 9"),
}


@pytest.mark.parametrize("role", ["front", "producer"])
@pytest.mark.parametrize("options,first,named", REFUSED.values(), ids=REFUSED)
def test_a_redis_that_must_not_be_used_ends_the_program_with_78(keep, tmp_path, dashboards, role, options, first, named):
    server = keep(Server(tmp_path, *options))
    if first:
        server.ask(*first)
    assert_refused(keep, server.url, dashboards, role, named)


def test_another_number_of_shards_ends_a_producer_with_78(keep, tmp_path, dashboards):
    server = keep(Server(tmp_path))
    server.ask("HSET", "sf:cfg", "protocol", "1", "shards", "7")

    assert_refused(keep, server.url, dashboards, "producer", "shards 7")


@pytest.mark.parametrize("role", ["front", "producer"])
def test_a_replica_that_stays_one_ends_the_program_with_78(keep, tmp_path, dashboards, role):
    primary = keep(Server(tmp_path))
    replica = keep(Server(tmp_path, "--replicaof", "127.0.0.1", str(primary.port)))

    assert_refused(keep, replica.url, dashboards, role, "no primary")


def assert_refused(keep, url, dashboards, role, named):
    words = [dashboards] if role == "producer" else ["--host", "127.0.0.1", "--port", "0", "--client", CLIENT]
    program = keep(Program(binary(), role, *words, "--redis", url))
    assert program.wait(30) == 78, program.output
    last = program.lines[-1]
    assert last.startswith("splitflap: ") and named in last, program.output
    assert not TRACE.search(program.output)


# Read-only (row 106, PROTOCOL "What each part does").

def no_replicas(server):
    server.ask("CONFIG", "SET", "min-replicas-to-write", "1")
    return lambda: server.ask("CONFIG", "SET", "min-replicas-to-write", "0")


def out_of_memory(server):
    server.ask("CONFIG", "SET", "maxmemory", "1")
    return lambda: server.ask("CONFIG", "SET", "maxmemory", "0")


def disk_full(server):
    (server.folder / "dump.rdb" / "x").mkdir(parents=True)
    server.ask("CONFIG", "SET", "save", "3600 1")
    server.ask("BGSAVE")
    until(lambda: server.ask("INFO", "persistence")["rdb_last_bgsave_status"] == "err", 10, "the failed dump")
    return lambda: server.ask("CONFIG", "SET", "save", "")


@pytest.mark.parametrize("cause", [no_replicas, out_of_memory, disk_full])
def test_while_redis_takes_no_writes_viewers_keep_their_values_and_are_told(keep, tmp_path, dashboards, cause):
    server = keep(Server(tmp_path))
    front = start_both(keep, server.url, dashboards)
    tab = Tab(front.base)
    click_until_applied(tab)

    lift = cause(server)
    until(lambda: value(front)[1] == "stale", 6, "the badge")
    kept = value(front)[0]
    waiting = tab.event()
    asked = time.monotonic()
    answer = tab.post(waiting)

    assert answer.json["ack"]["state"] == "retry", answer
    assert time.monotonic() - asked < 2
    assert reason(front) == "The data store is read only"
    assert value(front) == (kept, "stale")
    lift()
    lifted = time.monotonic()
    until(lambda: value(front)[1] is None and value(front)[0] > kept, 10, "new values")
    print(f"{cause.__name__}: fresh again after {time.monotonic() - lifted:.2f} s (goal 2)")
    assert time.monotonic() - lifted < 5
    assert tab.post(waiting).json["ack"]["state"] == "applied"
    assert tab.poll().json["components"]["one"]["value"] == 2


def test_a_redis_that_is_silent_is_told_apart_from_one_that_is_gone(keep, tmp_path, dashboards):
    server = keep(Server(tmp_path))
    front = start_both(keep, server.url, dashboards)

    server.send(signal.SIGSTOP)
    until(lambda: value(front)[1] == "stale", 5, "the badge")
    said = reason(front)
    server.send(signal.SIGCONT)

    assert said == "The data store does not answer"
    until(lambda: value(front)[1] is None, 10, "fresh values")


def test_the_session_key_outlives_a_flush_and_sessions_with_it(keep, tmp_path, dashboards):
    server = keep(Server(tmp_path))
    front = start_both(keep, server.url, dashboards)
    tab = Tab(front.base)
    click_until_applied(tab)
    key = server.ask("GET", "sf:key")

    server.ask("FLUSHALL")
    until(lambda: server.ask("GET", "sf:key") == key, 10, "the key")
    late = keep(Front(At(server.url)))
    tab.base = late.base
    until(lambda: tab.poll().status == 200, 10, "the page at another front")
    click_until_applied(tab)

    assert len(key) == 44
    assert tab.poll().json["components"]["one"]["value"] == 2
