"""The command line: what people type, what they are told, and how programs end (rows 108 to 118; F3, F7)."""
import json
import os
import re
import signal
import socket
import subprocess
import time

import jsonschema
import pytest
import yaml

from processes import CLIENT, DASHBOARDS, ROOT, Dev, Front, Producer, Program, Redis, binary, free_port, until
from web import Socket, Tab, get

TRACE = re.compile(r"Fatal error|Stack dump|Thread \d+ crashed|\*\*\* |0x[0-9a-f]{8,}|\.swift:\d+|Optional\(")


def run(*words, environment=None, folder=ROOT, within=20):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SPLITFLAP_")}
    done = subprocess.run(
        [str(binary()), *map(str, words)], cwd=folder, env=clean | (environment or {}), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=within)
    assert not TRACE.search(done.stdout + done.stderr), done
    return done


def assert_one_line(done, code, *words):
    """One line on standard error says what is wrong; nothing else is written."""
    assert done.returncode == code, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("splitflap: ") and len(lines[0]) < 300, done
    assert done.stdout == ""
    for word in words:
        assert word in lines[0], lines[0]


WRONG = {
    "an unknown flag": (["front", "--prot", "1"], "--port"),
    "an unknown command": (["frnt"], "frnt"),
    "a missing value": (["front", "--port"], "--port"),
    "port -1": (["dev", "--port=-1"], "--port"),
    "port 65536": (["dev", "--port", "65536"], "--port"),
    "port abc": (["dev", "--port", "abc"], "--port"),
    "threads 0": (["dev", "--threads", "0"], "--threads"),
    "too few connections": (["front", "--connections", "1"], "--connections"),
    "a log level": (["dev", "--log-level", "loud"], "--log-level"),
    "a proxy": (["front", "--trusted-proxies", "10.0.0.0/99"], "--trusted-proxies"),
    "a format": (["check", "--format", "xml"], "--format"),
    "a code": (["explain", "E999x"], "E999x"),
    "two folders": (["check", "dashboards", "more"], "more"),
    "a role": (["healthcheck", "cook"], "cook"),
}


@pytest.mark.parametrize("words,named", WRONG.values(), ids=WRONG)
def test_a_wrong_word_ends_with_two_and_one_line_that_names_it(words, named):
    assert_one_line(run(*words), 2, named)


@pytest.mark.parametrize("variable,value", [
    ("SPLITFLAP_PORT", "abc"), ("SPLITFLAP_PORT", "70000"), ("SPLITFLAP_THREADS", "-1"),
    ("SPLITFLAP_LOG_LEVEL", "loud")])
def test_a_wrong_variable_ends_with_two_and_is_named(variable, value):
    assert_one_line(run("dev", environment={variable: value}), 2, variable)


def test_a_wrong_setting_found_late_ends_as_quietly_each_time():
    for _ in range(8):
        assert_one_line(run("front", "--trusted-proxies", "10.0.0.0/99", "--threads", "8"), 2, "--trusted-proxies")


def test_wrong_words_are_cut_and_carry_no_control_characters():
    done = run("dev", "--port", "\x1b[31m" + "9" * 500)

    assert_one_line(done, 2)
    assert "\x1b" not in done.stderr


NO_REDIS = ["http://127.0.0.1", "redis://", "redis://127.0.0.1:99999", "nonsense", "redis://127.0.0.1/abc"]


@pytest.mark.parametrize("url", NO_REDIS)
def test_a_redis_address_that_is_none_ends_with_78(url):
    assert_one_line(run("front", "--redis", url), 78, "SPLITFLAP_REDIS_URL")


def test_a_password_in_a_wrong_address_is_never_written():
    assert "s3cret" not in run("front", "--redis", "redis://user:s3cret@127.0.0.1:99999").stderr
    assert "s3cret" not in run("producer", "--redis", "http://user:s3cret@127.0.0.1").stderr


@pytest.mark.parametrize("text, word", [
    (None, "there is no file"), ("ada: { password: hunter22 }", ":1:18: error"), ("", ":1:1: error"), ("ada: {", "error"),
])
def test_a_users_file_with_a_mistake_ends_a_front_with_78(tmp_path, text, word):
    file = tmp_path / "users.yml"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    done = run("front", "--port", "0", "--users", file)

    assert done.returncode == 78 and word in done.stderr and "SPLITFLAP_USERS" in done.stderr, done
    assert "hunter22" not in done.stderr


def test_a_short_password_and_none_are_refused():
    assert_one_line(run("password"), 1, "at least 8")


@pytest.mark.parametrize("command", ["dev", "producer", "check"])
def test_a_folder_that_does_not_exist_ends_with_78(command):
    assert_one_line(run(command, "nowhere"), 78, "nowhere")


def test_a_client_folder_without_a_client_ends_with_78(tmp_path):
    done = run("dev", DASHBOARDS, "--port", "0", "--client", tmp_path)

    said = [line for line in done.stderr.splitlines() if line.startswith("splitflap: ")]
    assert done.returncode == 78 and len(said) == 1 and str(tmp_path) in said[0], done


def test_help_names_every_variable():
    helped = {command: run(command, "--help").stdout for command in ("dev", "front", "producer", "check")}

    for command, text in helped.items():
        assert run(command, "--help").returncode == 0
        for option in re.split(r"\n  (?=-)", text.split("OPTIONS:", 1)[1])[1:]:
            if not re.match(r"--version|-h|--format|--watch", option):
                assert "[SPLITFLAP_" in option, f"{command}: {option}"


def test_the_program_names_its_commands_and_version():
    assert re.search(r"^\d+\.\d+\.\d+$", run("--version").stdout.strip())
    for command in ("dev", "front", "producer", "check", "explain", "healthcheck"):
        assert command in run("--help").stdout


THREE_MISTAKES = {
    "one.yml": "titel: Shop\ncomponents: { a: { type: hello } }\n",
    "two.yml": "sources:\n  s: { type: counter, evry: 1s }\ncomponents: { a: { type: number, from: s } }\n",
    "three.yml": "components: { a: { type: gouge } }\n",
}


@pytest.fixture
def mistakes(folder):
    for name, text in THREE_MISTAKES.items():
        folder.write(name, text)
    return folder.path


def test_check_reports_all_mistakes_by_file_line_and_column_and_ends_with_one(mistakes):
    done = run("check", mistakes)

    assert done.returncode == 1
    for place in (r"one\.yml:1:1: error: .*titel", r"two\.yml:2:\d+: error: .*evry", r"three\.yml:1:\d+: .*gouge"):
        assert re.search(place, done.stdout), done.stdout
    assert 'did you mean "title"' in done.stdout and 'did you mean "every"' in done.stdout
    assert "3 errors in 3 files" in done.stdout


def test_check_speaks_json_sarif_and_github(mistakes):
    as_json, sarif = (json.loads(run("check", mistakes, "--format", form).stdout) for form in ("json", "sarif"))
    github = run("check", mistakes, "--format", "github")

    assert as_json and "one.yml" in json.dumps(as_json)
    assert len(sarif["runs"][0]["results"]) == 3 and sarif["version"] == "2.1.0"
    assert len(re.findall(r"^::error file=.*,line=\d+", github.stdout, re.MULTILINE)) == 3
    assert github.returncode == 1


def test_check_finds_nothing_in_the_shipped_dashboards():
    done = run("check", DASHBOARDS)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("text", [
    "", "# nothing\n", "a: 1\n---\nb: 2\n", "[]\n", "components:\n\ta: 1\n", 'title: "open\n', "[" * 900 + "]" * 900,
    "a: &a [*a]\n", "title: x\ntitle: y\ncomponents: {a: {type: hello}}\n",
    "components: { __proto__: { type: hello } }\n", "\x00\n"], ids=range(11))
def test_check_answers_a_broken_file_with_a_place(folder, text):
    folder.write("board.yml", text)

    done = run("check", folder.path)

    assert done.returncode == 1
    assert re.search(r"board\.yml:\d+:\d+: error: .+", done.stdout), done.stdout


def test_check_answers_an_alias_bomb_at_once(folder):
    rows = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    rows += [f"a{at}: &a{at} [{','.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 8)]
    folder.write("board.yml", "\n".join(rows) + "\n")

    began = time.monotonic()
    assert run("check", folder.path).returncode == 1
    # Expanded it would be a hundred million words.
    assert time.monotonic() - began < 10


def test_check_watch_reports_again_after_a_change_and_ends_when_interrupted(folder):
    folder.write("one.yml", "titel: One\ncomponents: { a: { type: hello } }\n")
    watch = Program(binary(), "check", "--watch", folder.path)
    try:
        watch.says("More about it: splitflap explain E120")
        folder.write("one.yml", "title: One\ncomponents: { a: { type: hello } }\n")
        watch.says("1 file, no errors")
        folder.write("two.yml", "components: { a: { type: helo } }\n")
        watch.says(r"two\.yml:1:\d+: error: .*helo")
        folder.remove("two.yml")
        watch.says("1 file, no errors", after=len(watch.lines))
        assert watch.is_alive
        watch.send(signal.SIGINT)
        watch.wait(10)
    finally:
        watch.kill()


def test_new_writes_a_dashboard_that_is_in_order_and_never_replaces_one(folder):
    done = run("new", "shop", folder.path)
    written = (folder.path / "shop.yml").read_text(encoding="utf-8")

    assert done.returncode == 0 and "splitflap dev" in done.stdout
    assert run("check", folder.path).returncode == 0
    folder.write("floor.yaml", "title: Mine\n")
    assert_one_line(run("new", "shop", folder.path), 1, "shop")
    assert_one_line(run("new", "floor", folder.path), 1, "floor")
    assert_one_line(run("new", "Shop Floor", folder.path), 2, "Shop Floor")
    assert_one_line(run("new", "../shop", folder.path), 2, "shop")
    assert (folder.path / "shop.yml").read_text(encoding="utf-8") == written
    assert (folder.path / "floor.yaml").read_text(encoding="utf-8") == "title: Mine\n"
    assert sorted(file.name for file in folder.path.parent.glob("**/*.y*ml")) == ["floor.yaml", "shop.yml"]


def test_print_shows_what_includes_make_and_no_secret(folder):
    (folder.path / "parts").mkdir()
    (folder.path / "parts/api.yml").write_text(
        'sources: { api: { type: http, url: "https://x.example/?key=canary-1&t=${secret.T}" } }\n', encoding="utf-8")
    folder.write("shop.yml", "include: parts/api.yml\ncomponents: { a: { type: table, from: api } }\n")
    folder.write("bad.yml", "titel: x\n")

    as_yaml, as_json = (run("print", "shop", folder.path, *form, environment={"T": "canary-2"}) for form in ([], ["--format", "json"]))

    for done in (as_yaml, as_json):
        assert done.returncode == 0 and "canary" not in done.stdout and "${secret.T}" in done.stdout, done
    assert yaml.safe_load(as_yaml.stdout) == json.loads(as_json.stdout)
    assert "include" not in as_yaml.stdout and json.loads(as_json.stdout)["sources"]["api"]["type"] == "http"
    broken, missing = run("print", "bad", folder.path), run("print", "nothing", folder.path)
    assert (broken.returncode, broken.stdout) == (1, "") and "bad.yml:1:1: error" in broken.stderr
    assert_one_line(missing, 2, "nothing", "bad, shop")


class Text(yaml.SafeLoader):
    """Reads as the compiler does: words that YAML 1.1 turns into values stay text."""


Text.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(("timestamp", "bool", "value", "merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Text.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
# What the schema of single files can know: the names and kinds of options, not what joins them.
KNOWN_TO_THE_SCHEMA = {
    "one.yml": "titel: One\ncomponents: { a: { type: hello } }\n",
    "two.yml": "sources: { s: { type: counter, evry: 1s } }\ncomponents: { a: { type: number, from: s } }\n",
    "three.yml": "components: { a: { type: gouge } }\n",
    "four.yml": "transport: sockets\ncomponents: { a: { type: hello } }\n",
    "five.yml": "sources: { s: { type: http } }\ncomponents: { a: { type: table, from: s } }\n",
    "six.yml": "sources: { s: { type: counter, start: fast } }\ncomponents: { a: { type: number, from: s } }\n",
    "seven.yml": "components: { A b: { type: hello } }\n",
    "eight.yml": "title: Nothing on it\n",
}


def test_the_schema_takes_every_good_file_and_refuses_what_it_can_know(folder):
    schema = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    read, left = 0, []
    for file in [*(ROOT / "Tests/Fixtures/good").glob("*.yml"), *DASHBOARDS.glob("*.yml")]:
        try:
            tree = yaml.load(file.read_text(encoding="utf-8"), Text)
        except yaml.YAMLError:
            # What YAML 1.2 allows and this reader of 1.1 does not, such as `{ text: How is it?, size: large }`.
            left.append(file.name)
            continue
        errors = list(validator.iter_errors(tree))
        assert not errors, (file.name, [error.message[:200] for error in errors])
        read += 1
    assert read > 30 and len(left) < 5, left
    for name, text in KNOWN_TO_THE_SCHEMA.items():
        folder.write(name, text)
        assert list(validator.iter_errors(yaml.load(text, Text))), name
    assert f"in {len(KNOWN_TO_THE_SCHEMA)} files" in run("check", folder.path).stdout


def test_the_schema_as_markdown_is_the_reference():
    assert run("schema", "--markdown").stdout == (ROOT / "docs/settings.md").read_text(encoding="utf-8")


def test_explain_shows_a_mistake_by_its_code():
    done = run("explain", "E120")

    assert done.returncode == 0 and "E120" in done.stdout and len(done.stdout.splitlines()) > 3


def test_the_code_that_the_help_of_explain_names_exists():
    code = re.search(r"E\d+", run("explain", "--help").stdout)[0]

    assert run("explain", code).returncode == 0


def test_dev_ends_with_zero_on_sigterm_and_on_sigint_with_pages_open():
    for number in (signal.SIGTERM, signal.SIGINT):
        server = Dev()
        try:
            tab = Tab(server.base)
            with Socket(server.base, "hello", tab.cookie) as open_socket:
                open_socket.hello(tab.client)
                open_socket.next("full")
                server.send(number)
                assert open_socket.code() in (1001, 1012)
                assert server.wait(10) == 0
        finally:
            server.kill()
        assert not TRACE.search(server.output), server.output


def test_dev_ends_within_two_seconds_when_nobody_looks():
    server = Dev()

    began = time.monotonic()
    assert server.stop(10) == 0
    assert time.monotonic() - began < 2


def test_a_front_and_a_producer_end_with_zero_on_sigterm(new_stack):
    stack = new_stack(fronts=1)

    began = time.monotonic()
    assert stack.producer.stop(2) == 0
    assert stack.fronts[0].stop(10) == 0

    assert time.monotonic() - began < 10
    assert not TRACE.search(stack.producer.output + stack.fronts[0].output)


def test_a_stopped_producer_leaves_its_place_to_a_standby_at_once(new_stack):
    stack = new_stack(fronts=1)
    first = stack.producer
    stack.restart_producer()
    until(lambda: get(stack.base, "/health/ready").status == 200, what="readiness")

    assert first.stop(2) == 0
    stopped = time.monotonic()
    stack.producer.owns()

    assert time.monotonic() - stopped < 0.8


def test_a_producer_without_redis_waits_for_it_and_ends_with_zero_on_sigterm(tmp_path):
    port = free_port()
    producer = Program(binary(), "producer", DASHBOARDS, "--redis", f"redis://127.0.0.1:{port}")
    redis = None
    try:
        producer.says("Redis|data store|dashboards of")
        redis = Redis(tmp_path, port)
        producer.says("owns a shard", within=8)
        assert producer.stop(2) == 0
    finally:
        producer.kill()
        redis and redis.kill()


def test_a_front_without_redis_is_alive_not_ready_and_ends_with_zero_on_sigterm():
    class Nowhere:
        url = f"redis://127.0.0.1:{free_port()}"

    front = Front(Nowhere)
    try:
        assert get(front.base, "/health/live").status == 200
        answer = get(front.base, "/health/ready")
        assert (answer.status, answer.json["status"]) == (503, "not ready")
        page = get(front.base, "/counter")
        assert page.status == 503 and page.headers["retry-after"]
        assert front.stop(10) == 0
    finally:
        front.kill()
    # One line per cause, not one per attempt.
    assert len(front.lines) < 12, front.output


@pytest.mark.parametrize("command", ["dev", "front"])
def test_a_port_in_use_ends_with_one_and_one_line(command, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        redis = f"redis://127.0.0.1:{free_port()}"
        words = [DASHBOARDS] if command == "dev" else ["--host", "127.0.0.1", "--redis", redis]

        done = run(command, *words, "--port", port, "--client", CLIENT, environment={"SPLITFLAP_LOG_LEVEL": "error"})

    assert done.returncode == 1, done
    said = [line for line in done.stderr.splitlines() if line.startswith("splitflap: ")]
    assert len(said) == 1 and str(port) in said[0] and "use" in said[0], done.stderr


def test_healthcheck_follows_a_front(shared_stack):
    port = shared_stack.fronts[0].port

    until(lambda: run("healthcheck", "front", "--port", port).returncode == 0, what="a front that is ready")
    assert_one_line(run("healthcheck", "front", "--port", free_port()), 1)
    assert run("healthcheck", "producer", "--redis", shared_stack.redis.url).returncode == 0
    assert_one_line(run("healthcheck", "producer", "--redis", f"redis://127.0.0.1:{free_port()}"), 1)


def test_a_closed_standard_output_does_not_end_dev():
    reader, writer = os.pipe()
    child = subprocess.Popen(
        [binary(), "dev", DASHBOARDS, "--port", str(port := free_port()), "--client", CLIENT], stdin=subprocess.DEVNULL,
        stdout=writer, stderr=writer)
    try:
        os.close(writer)
        os.close(reader)
        until(lambda: answers(port), what="an answer")
        assert child.poll() is None
    finally:
        child.kill()
        child.wait()


def answers(port):
    try:
        return get(f"http://127.0.0.1:{port}", "/counter").status == 200
    except OSError:
        return False


def test_a_program_without_home_or_terminal_runs(tmp_path):
    child = subprocess.Popen(
        [binary(), "dev", DASHBOARDS, "--port", str(port := free_port()), "--client", CLIENT], cwd=tmp_path,
        env={"TZ": "Nowhere/Nothing"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(port), what="an answer")
    finally:
        child.terminate()
        assert child.wait(10) == 0
