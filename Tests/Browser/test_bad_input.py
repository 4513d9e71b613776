"""What a broken or hostile client sends, and what it is told (scenarios 14 and 15, rows 57 to 70)."""
import re

import pytest

from web import Tab, ask, get, raw

LEAKS = re.compile(
    rb"\.swift|Sources/|/home/|/root/|/usr/|0x[0-9a-f]{6,}|fatal|backtrace|Optional\(|NIO|Hummingbird", re.IGNORECASE)


@pytest.fixture
def tab(dev):
    """A tab beside which a neighbour's polls and events must go on."""
    tab = Tab(dev.base)
    yield tab
    neighbour = Tab(dev.base)
    assert neighbour.poll().status == 200
    assert neighbour.post(neighbour.event()).json["ack"]["state"] == "applied"
    assert dev.is_alive


def assert_refused(answer, status, code=None, field=None):
    """A short JSON error of the stated form, and nothing of our insides."""
    assert answer.status == status, answer
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert set(answer.json) == {"error"} and set(answer.error) <= {"code", "message", "field", "hint", "request_id"}
    assert answer.error["message"] and answer.error["request_id"]
    assert len(answer.body) < 600 and not LEAKS.search(answer.body), answer.body
    if code:
        assert answer.error["code"] == code, answer.error
    if field:
        assert answer.error["field"] == field, answer.error


MALFORMED = {
    "an open brace": b"{", "nothing": b"", "null": b"null", "a number": b"7", "an array": b"[]", "a text": b'"x"',
    "a byte order mark": b"\xef\xbb\xbf{}", "bytes after the end": b"{} x", "two objects": b"{}{}",
    "NaN": b'{"seq":NaN}', "Infinity": b'{"seq":Infinity}', "a single quote": b"{'seq':1}",
    "a comma too many": b'{"seq":1,}',
    "invalid UTF-8": b'{"client":"\xff\xfe"}', "UTF-16": '{"seq":1}'.encode("utf-16"), "a zero byte": b'{"seq":1}\x00',
    "a control character in a text": b'{"client":"a\nb"}', "half a surrogate": b'{"client":"\\ud800"}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_malformed_json_is_answered_400(tab, body):
    assert_refused(tab.post(body), 400)


@pytest.mark.parametrize("depth", [17, 400, 100_000])
def test_deep_json_is_answered_without_being_decoded(tab, depth):
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        body = b'{"data":' + opening * depth + b"1" + closing * depth + b"}"
        assert_refused(tab.post(body), 413 if len(body) > 65536 else 400)


REQUIRED = ["client", "seq", "lo", "component", "event"]


@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("change", [..., None, [], {}, True], ids=["missing", "null", "an array", "an object", "true"])
def test_a_missing_or_wrong_member_is_named(tab, field, change):
    assert_refused(tab.post(tab.event(**{field: change})), 400, "bad_field", field)


WRONG_NUMBERS = {
    "zero": 0, "negative": -1, "2^60": 2**60, "2^53": 2**53, "a fraction": 1.5, "a text": "1", "thirty digits": 10**30,
}


@pytest.mark.parametrize("field", ["seq", "lo"])
@pytest.mark.parametrize("number", WRONG_NUMBERS.values(), ids=WRONG_NUMBERS)
def test_a_sequence_that_is_no_whole_number_in_range_is_answered_400(tab, field, number):
    assert_refused(tab.post(tab.event(**{field: number})), 400, "bad_field", field)


@pytest.mark.parametrize("literal", [b"1e400", b"-1e400", b"1e-400", b"-0", b"01", b"+1", b"0x1", b"1_0", b".5"])
def test_a_number_that_means_nothing_is_answered_400(tab, literal):
    body = b'{"client":"%s","seq":%s,"lo":1,"component":"one","event":"click"}' % (tab.client.encode(), literal)

    assert_refused(tab.post(body), 400)


def test_lo_above_seq_is_answered_400(tab):
    assert_refused(tab.post(tab.event(seq=3, lo=4)), 400, "bad_field", "lo")


@pytest.mark.parametrize("data", [None, 1, "x", [], True], ids=repr)
def test_data_that_is_no_object_is_answered_400(tab, data):
    assert_refused(tab.post(tab.event(data=data)), 400, "bad_field", "data")


@pytest.mark.parametrize("name", ["", "Click", "click click", "x" * 33, "klick\u00e9", "<b>", "__proto__"])
def test_an_event_name_that_is_no_word_is_answered_400(tab, name):
    assert_refused(tab.post(tab.event(event=name)), 400, "bad_field", "event")


@pytest.mark.parametrize("name", ["", "@style", "One", "a b", "x" * 1024, "__proto__", "one\n", "../one", "\u202eone"])
def test_a_component_id_that_cannot_be_is_answered_400(tab, name):
    assert_refused(tab.post(tab.event(component=name)), 400, "bad_field", "component")


UNKNOWN = {"type": "ack", "seq": 1, "state": "failed", "reason": "unknown_component"}


def test_an_unknown_component_is_answered_404_and_the_page_is_unchanged(tab):
    before = tab.poll().json

    answer = tab.post(tab.event(component="nobody"))

    assert (answer.status, answer.json["ack"]) == (404, UNKNOWN)
    assert tab.poll().json == before


def test_an_event_that_the_component_does_not_have_fails_and_changes_nothing(tab):
    answer = tab.post(tab.event(event="submit"))

    assert answer.json["ack"]["state"] == "failed" and answer.json["ack"]["reason"] in ("not_allowed", "bad_event")
    assert tab.poll().json["components"]["one"]["value"] == 0


def test_harmless_extra_members_and_prototype_names_in_data_are_ignored(tab):
    answer = tab.post(tab.event(data={"__proto__": {"x": 1}, "constructor": 1, "toString": 2, "": 3}, extra=[1]))

    assert answer.json["ack"]["state"] == "applied"


def test_the_same_event_again_gets_the_same_answer_and_counts_once(tab):
    body = tab.event()

    first, again = tab.post(body), tab.post(body)

    assert first.json["ack"] == again.json["ack"]
    assert tab.poll().json["components"]["one"]["value"] == 1


def test_a_skipped_sequence_is_told_which_one_is_missing(tab):
    assert tab.post(tab.event(seq=1, lo=1)).json["ack"]["state"] == "applied"

    assert tab.post(tab.event(seq=5, lo=1)).json["ack"] == {"type": "ack", "seq": 5, "state": "gap", "expected": 2}


def test_a_body_of_65_537_bytes_is_answered_413(tab):
    assert_refused(tab.post(b'{"x":"' + b"y" * (65_537 - 8) + b'"}'), 413)


def test_a_body_of_ten_megabytes_is_answered_413(tab):
    assert_refused(raw(tab.base, head(tab, 10_000_000), b"x" * 10_000_000), 413)


def test_a_declared_ten_gibibytes_is_answered_before_any_of_it_is_sent(tab):
    assert_refused(raw(tab.base, head(tab, 10 * 2**30)), 413)


def head(tab, length):
    lines = [f"POST {tab.path}/events HTTP/1.1", "Host: {host}", f"Content-Length: {length}"]
    return "\r\n".join(lines + [f"{name}: {value}" for name, value in tab.headers.items()]) + "\r\n\r\n"


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
                                  "application/json; charset=utf-16", "application/jsonx", "", None])
def test_anything_but_json_in_utf_8_is_answered_415(tab, kind):
    assert_refused(tab.post(tab.event(), {"Content-Type": kind}), 415)


@pytest.mark.parametrize("token", [None, "", "x", "A" * 22], ids=["missing", "empty", "short", "wrong"])
def test_an_event_without_the_pages_token_is_answered_403(tab, token):
    assert_refused(tab.post(tab.event(), {"Splitflap-CSRF": token}), 403, "bad_csrf")


def test_the_token_of_another_session_is_answered_403(tab):
    assert_refused(tab.post(tab.event(), {"Splitflap-CSRF": Tab(tab.base).token}), 403, "bad_csrf")


FOREIGN_ORIGINS = 15


def foreign_origins(base):
    host = base.removeprefix("http://")
    name, port = host.split(":")
    return [
        "null", "https://evil.example", f"http://{host}.evil.example", f"http://evil.{host}", f"http://{name}",
        f"http://{name}:{int(port) + 1}", f"http://{host}/", f"HTTP://{host}", f"http://user@{host}", f"ftp://{host}",
        f"http://{host} http://evil.example", f"//{host}", host, "", "http://localhost:" + port,
    ]


@pytest.mark.parametrize("index", range(FOREIGN_ORIGINS))
def test_an_event_from_a_foreign_origin_is_answered_403(tab, index):
    assert_refused(tab.post(tab.event(), {"Origin": foreign_origins(tab.base)[index]}), 403, "foreign_origin")


def test_an_event_from_the_own_origin_is_taken(tab):
    assert tab.post(tab.event(), {"Origin": tab.base}).status == 200


def test_a_browser_that_says_another_site_asked_is_answered_403(tab):
    for site in ("cross-site", "same-site"):
        assert_refused(tab.post(tab.event(), {"Sec-Fetch-Site": site}), 403, "foreign_origin")


NO_PAGES = ["nowhere", "..", "%2e%2e", "hello%00", "a/b", "{x}", "x" * 300, "%F0%9F%98%80", "hello%0a"]


@pytest.mark.parametrize("name", NO_PAGES)
def test_a_page_that_is_none_is_answered_404(tab, name):
    assert get(tab.base, f"/api/pages/{name}").status == 404
    # A name that could be one is only looked up once the handshake is right.
    assert get(tab.base, f"/api/pages/{name}/socket").status == (426 if name == "nowhere" else 404)


@pytest.mark.parametrize("path", [
    "/../../etc/passwd", "/%2e%2e%2f%2e%2e%2fetc/passwd", "/..%5c..%5cetc", "/assets/x/..%2f..%2fPackage.swift",
    "/assets/x/../../Package.swift", "//etc/passwd", "/assets/x/%00main.js", "/assets%2e%2e/x",
    "/%c0%ae%c0%ae/etc/passwd"])
def test_no_file_outside_the_client_is_served(tab, path):
    answer = raw(tab.base, f"GET {path} HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\n\r\n")

    assert answer.status in (400, 404)
    assert b"root:" not in answer.body and b"swift-tools-version" not in answer.body


def test_other_methods_on_known_routes_are_answered_405(tab):
    for method, path in (("DELETE", tab.path), ("PUT", f"{tab.path}/events"), ("GET", f"{tab.path}/events")):
        assert_refused(ask(tab.base, method, path), 405)


def test_a_foreign_host_name_is_answered_421(dev):
    answer = raw(dev.base, "GET /hello HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")

    assert answer.status == 421 and b"--allowed-hosts" in answer.body


def test_events_faster_than_allowed_are_answered_429_with_a_time(tab):
    answers = [tab.post(tab.event(component="nobody")) for _ in range(80)]

    limited = [answer for answer in answers if answer.status == 429]
    assert limited and all(int(answer.headers["retry-after"]) >= 1 for answer in limited)
    assert all(answer.status in (404, 429) for answer in answers)
