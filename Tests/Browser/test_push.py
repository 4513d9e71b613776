"""Values that other programs push (`POST /api/push/<source>` and Dashing's `POST /widgets/<id>`)."""
import json

import pytest
from playwright.sync_api import expect

from processes import until
from watching import component
from web import Tab, ask

BOARD = """
title: Builds
transport: websocket
sources:
  builds: { type: push, token: "${secret.BUILDS_TOKEN}" }
components:
  state: { type: text, from: builds.state }
  count: { type: number, from: builds.count }
"""
TOKEN = "correct horse battery staple"


@pytest.fixture
def server(dev_with, tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "BUILDS_TOKEN").write_text(TOKEN + "\n")
    return dev_with({"builds.yml": BOARD}, {"SPLITFLAP_SECRETS_DIR": str(tmp_path / "secrets")})


def push(server, value, token=TOKEN, path="/api/push/builds"):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token is not None else {})
    return ask(server.base, "POST", path, value if isinstance(value, bytes) else json.dumps(value).encode(), headers)


def counted(server):
    return Tab(server.base, "builds").poll().json["components"]["count"].get("value")


def test_a_pushed_value_is_taken_and_shown(server, new_page):
    page = new_page(f"{server.base}/builds")
    expect(component(page, "state")).to_have_attribute("data-state", "loading")

    answer = push(server, {"state": "passed", "count": 7})

    assert (answer.status, answer.json) == (202, {"status": "accepted"})
    expect(component(page, "state").locator(".frame-body")).to_contain_text("passed")
    expect(component(page, "count").locator(".number-value")).to_have_attribute("aria-label", "7")


@pytest.mark.parametrize("token", ["wrong", "", None, TOKEN + "x", TOKEN[:-1], TOKEN.upper()], ids=repr)
def test_a_push_with_another_token_is_answered_401_and_changes_nothing(server, token):
    push(server, {"state": "passed", "count": 7})
    until(lambda: counted(server) == 7, what="the pushed value")

    answer = push(server, {"state": "forged", "count": 666}, token)

    assert (answer.status, answer.error["code"]) == (401, "wrong_token")
    push(server, {"state": "passed", "count": 8})
    assert until(lambda: counted(server) != 7 and counted(server), what="the next value") == 8


def test_dashings_form_is_taken_too(server, new_page):
    page = new_page(f"{server.base}/builds")

    answer = push(server, {"auth_token": TOKEN, "state": "by widget", "count": 8}, None, "/widgets/builds")

    assert answer.status == 202
    expect(component(page, "state").locator(".frame-body")).to_contain_text("by widget")


@pytest.mark.parametrize("token", ["wrong", 7, None, ["x"]], ids=repr)
def test_dashings_form_with_another_token_is_answered_401(server, token):
    assert push(server, {"auth_token": token, "state": "forged"}, None, "/widgets/builds").status == 401


def test_a_push_to_no_source_is_answered_404(server):
    assert push(server, 1, path="/api/push/nobody").status in (401, 404)


@pytest.mark.parametrize("body", [b"{", b"", b"NaN", b"[" * 40 + b"]" * 40], ids=["open", "empty", "NaN", "deep"])
def test_a_push_that_is_no_json_is_answered_400(server, body):
    assert push(server, body).status == 400


def test_a_push_above_64_kib_is_answered_413(server):
    assert push(server, {"state": "x" * 70_000}).status == 413


def test_a_pushed_value_survives_the_producer(new_stack, folder, tmp_path):
    folder.write("builds.yml", BOARD.replace("${secret.BUILDS_TOKEN}", TOKEN))
    stack = new_stack(dashboards=folder.path)
    assert push(stack, {"state": "kept", "count": 3}).status == 202

    stack.producer.kill()
    stack.restart_producer()
    stack.producer.owns()

    tab = Tab(stack.base, "builds")
    assert tab.poll().json["components"]["state"]["value"] == "kept"


def test_the_token_is_nowhere_in_what_browsers_get(server):
    push(server, {"state": "passed", "count": 7})
    tab = Tab(server.base, "builds")

    assert TOKEN.encode() not in tab.poll().body
    assert TOKEN not in server.output
