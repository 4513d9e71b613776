"""No secret of a definition file is ever seen outside its producer, whatever fails or echoes (I14)."""
import http.server
import threading
import urllib.parse

import pytest
import redis
from playwright.sync_api import expect

from processes import Producer, until
from watching import component, settle
from web import get

# One with characters that a URL writes in another way.
CANARY = "canary 5d1f/7b&c=2"
FORMS = [CANARY, urllib.parse.quote(CANARY, safe=""), "5d1f"]

BOARD = """title: Secrets
act: anyone
sources:
  failing: { type: command, run: [sh, -c, 'echo "no $0 here" >&2; exit 3', "${secret.T}"], every: 1s }
  telling: { type: command, run: [echo, "${secret.T}"], every: 1s }
  header: { type: http, url: "http://127.0.0.1:PORT/refuse", headers: { X-Word: "${secret.T}" }, every: 1s }
  address: { type: http, url: "http://127.0.0.1:PORT/refuse?q=${secret.T}", every: 1s }
  body: { type: http, url: "http://127.0.0.1:PORT/refuse", method: POST, body: "${secret.T}", every: 1s }
  echoed: { type: http, url: "http://127.0.0.1:PORT/echo?q=${secret.T}", method: POST, body: "${secret.T}", every: 1s }
  refused: { type: redis, command: [NOSUCH, "${secret.T}"], every: 1s }
  nowhere: { type: redis, command: [PING], url: "redis://me:${secret.T}@127.0.0.1:1", every: 1s }
  pushed: { type: push, token: "${secret.T}", expect: 1s }
components:
  failing: { type: text, from: failing }
  telling: { type: text, from: telling }
  header: { type: text, from: header }
  address: { type: text, from: address }
  body: { type: text, from: body }
  echoed: { type: text, from: echoed }
  refused: { type: text, from: refused }
  nowhere: { type: text, from: nowhere }
  pushed: { type: text, from: pushed }
  picture: { type: image, url: "http://127.0.0.1:PORT/refuse?q=${secret.T}" }
  press: { type: button, text: Press, action: press }
actions:
  press: { type: http, url: "http://127.0.0.1:PORT/refuse", method: POST, body: "${secret.T}" }
"""


class Teller(http.server.BaseHTTPRequestHandler):
    """Says everything it was asked with, in the reason of a refusal or in its answer."""

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        told = f"{self.path} {self.headers.get('X-Word', '')} {body}"
        self.server.asked.append(told)
        if self.path.startswith("/echo"):
            self.send_response(200)
        else:
            self.send_response(499, told)
            told = ""
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told.encode())

    do_GET = do_POST = _answer

    def log_message(self, *_):
        pass


@pytest.fixture
def teller():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Teller)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def stored(store):
    """Every key of the store, and everything below it, as bytes."""
    client = redis.Redis(port=store.port)
    for key in client.scan_iter():
        kind = client.type(key).decode()
        read = {"string": client.get, "hash": client.hgetall, "set": client.smembers, "list": lambda name: client.lrange(name, 0, -1),
                "zset": lambda name: client.zrange(name, 0, -1), "stream": client.xrange}[kind]
        yield key.decode() + repr(read(key))


def test_a_canary_is_in_no_page_no_log_and_no_store(house, new_page, folder, teller):
    folder.write("board.yml", BOARD.replace("PORT", str(teller.server_address[1])))
    producer = house.keep(Producer(house.store, folder.path, {"T": CANARY}).owns())
    until(lambda: get(house.base, "/board").status == 200, 20, "the page")
    page = house.open(new_page, "board?transport=websocket")
    spoken = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: spoken.append(str(frame))))
    page.reload()

    for name, words in {
            "failing": "exit code 3: no *** here", "header": "answered 499", "address": "answered 499", "body": "answered 499",
            "refused": "Redis answered", "nowhere": "Redis cannot be reached", "picture": "answered 499"}.items():
        settle(page, lambda: words in component(page, name).evaluate("(element) => element.outerHTML"), 20, f"{name}: {words}")
    for name in ("telling", "echoed"):
        expect(component(page, name)).to_contain_text("***", timeout=20000)
    component(page, "press").get_by_role("button").click()
    expect(page.locator(".notice")).to_contain_text("answered 499")

    # It did reach the server, in all three places.
    assert any(CANARY in asked for asked in teller.asked) and any(FORMS[1] in asked for asked in teller.asked)
    polled = get(house.base, "/api/pages/board").body.decode()
    everything = [page.content(), polled, *spoken, producer.output, house.fronts[0].output, *stored(house.store)]
    for form in FORMS:
        assert not [text for text in everything if form in text]
