"""One commit to the document per frame, and only what changed is touched."""
import json

import pytest

from watching import component
from web import ask

COUNT = 300
TOKEN = "correct horse battery staple"
BOARD = "\n".join([
    "title: Many", "transport: websocket", 'sources: { v: { type: push, token: "${secret.MANY_TOKEN}" } }', "components:",
    "  one: { type: number, from: v.one }", "  two: { type: number, from: v.two }",
    *(f"  c{index}: {{ type: number, from: v.rest }}" for index in range(COUNT - 2)), ""])
# For each time that the document was changed: which components were, and whether their place or their frame's looks were.
OBSERVE = """
() => {
  window.commits = [];
  new MutationObserver((records) => commits.push([...new Set(records.map(({ target, type }) => {
    const node = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
    const inside = node?.closest(".frame-body")?.closest("[data-component]");
    return inside ? inside.dataset.component : `outside: ${node?.className} ${type}`;
  }))].sort())).observe(document.getElementById("grid"), { subtree: true, childList: true, characterData: true, attributes: true });
}
"""


@pytest.fixture
def many(dev_with, tmp_path, new_page):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "MANY_TOKEN").write_text(TOKEN + "\n")
    server = dev_with({"many.yml": BOARD}, {"SPLITFLAP_SECRETS_DIR": str(tmp_path / "secrets")})

    def push(one, two):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
        body = json.dumps({"one": one, "two": two, "rest": 5}).encode()
        assert ask(server.base, "POST", "/api/push/v", body, headers).status == 202
    push(1, 1)
    page = new_page(f"{server.base}/many")
    page.push = push
    shown(page, f"c{COUNT - 3}", "5")
    page.evaluate(OBSERVE)
    return page


def shown(page, name, text):
    component(page, name).locator(f'.number-value[aria-label="{text}"]').wait_for()


def test_one_number_of_many_is_all_that_is_touched(many):
    many.push(2, 1)
    shown(many, "one", "2")

    assert many.evaluate("commits") == [["one"]]


def test_two_numbers_of_one_version_change_in_one_commit(many):
    many.push(20, 30)
    shown(many, "one", "20")
    shown(many, "two", "30")

    assert many.evaluate("commits") == [["one", "two"]]


def test_nothing_is_touched_while_nothing_changes(many):
    # The frames' own clock goes on meanwhile; two of its seconds are enough.
    many.evaluate("new Promise((resolve) => { let left = 2; const timer = setInterval(() => --left || resolve(clearInterval(timer)), 1000); })")

    assert many.evaluate("commits") == []
