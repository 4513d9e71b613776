"""Viewers of shared pages: pollers and sockets, each a copy of the page that follows docs/protocol.md."""
import asyncio
import base64
import collections
import json
import random
import secrets
import time

import web
from page_copy import APPLIED, PageCopy, version
from websocket import Closed, Refused, WebSocket

SILENCE = 6.0
FIRST_FRAME = 2.5
SYNC_PAUSE = 1.0
POLL_TIMEOUT = 10.0
LOST_AFTER = 10.0
BEHIND_PATIENCE = 1.0
SHOWN = object()
TROUBLE = (OSError, asyncio.TimeoutError, Closed, Refused)


class Viewer:
    """One tab: what it shows, since when, and what it was told about freshness."""

    def __init__(self, name, page, port, ledger):
        self.name, self.page, self.port, self.ledger = name, page, port, ledger
        self.client = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        self.cookie = None
        self.copy = PageCopy()
        self.state, self.reason, self.is_lost = "ok", "", True
        self.not_fresh_since = time.monotonic()
        self.applied = collections.deque(maxlen=4000)
        self.behind = []
        self.ended = None
        self.last_end, self.ended_at = "", 0.0

    ledger_page = property(lambda self: self.page)
    is_fresh = property(lambda self: self.state == "ok" and not self.is_lost)

    def take(self, message, was=SHOWN):
        """Applies an update; true if a sync is needed. `was`: what the front knew to be shown, if that is not what is."""
        before = {name: self.copy.value(name) for name in self.copy.components}
        was = self.copy.version if was is SHOWN else was
        if self.copy.apply(message) != APPLIED:
            self.misfit(message, was)
            return True
        self.applied.append((time.monotonic(), self.copy.version))
        self.ledger.shown(self.ledger_page, self.copy, self.name)
        self.ledger.numbers(self.ledger_page, before, self.copy, self.name)
        self.behind.clear()
        return False

    def misfit(self, message, was):
        self.ledger.counts["misfits"] += 1
        to = version(message.get("to"))
        if message["type"] == "full" and was and to and to < was:
            self.ledger.violate("I1", f"{self.name} shows {self.copy.text} and is sent a full page at {message['to']}")

    def told(self, state, reason=""):
        """Takes a freshness in; ten seconds of `behind` from three answers are a hard reset."""
        self.set_condition(state, reason, False)
        if state == "stale":
            self.ledger.badge(self.name, state, reason)
        if state != "behind":
            self.behind.clear()
            return
        self.behind.append(time.monotonic())
        # A poll just after a click may meet a front that has not heard of it yet; that is over at the next one.
        if self.behind[-1] - self.behind[0] > BEHIND_PATIENCE:
            self.ledger.badge(self.name, state, reason)
        elif self.ledger.is_calm:
            self.ledger.counts["behind for a moment"] += 1
        if len(self.behind) >= 3 and self.behind[-1] - self.behind[0] >= LOST_AFTER:
            self.ledger.counts["hard resets"] += 1
            self.ledger.violate("I1", f"{self.name} had to forget {self.copy.text}: fronts stay behind")
            self.copy.forget_version()
            self.behind.clear()

    def lost(self):
        """Nothing is heard: the page shows "reconnecting"."""
        self.set_condition(self.state, self.reason, True)

    def set_condition(self, state, reason, is_lost):
        was = self.is_fresh
        self.state, self.reason, self.is_lost = state, reason, is_lost
        if was and not self.is_fresh:
            self.not_fresh_since = time.monotonic()

    def first_after(self, mark, since):
        """When a version newer than `mark` was first shown after `since`; None if not yet."""
        return next((at for at, shown in self.applied if at >= since and shown > mark), None)

    @property
    def headers(self):
        return {"Cookie": self.cookie} if self.cookie else {}


class Poller(Viewer):
    """Asks in a steady rhythm, each time whichever front takes it."""

    interval = 0.25

    async def run(self):
        await asyncio.sleep(random.random() * self.interval)
        failures = 0
        while True:
            started = time.monotonic()
            try:
                await self.poll()
                failures = 0
            except TROUBLE:
                failures += 1
                if failures > 1:
                    self.lost()
            pause = min(2.0, 0.25 * 2 ** failures) * random.random() if failures else self.interval
            await asyncio.sleep(max(0.02, started + pause - time.monotonic() if not failures else pause))

    async def poll(self):
        shown = self.copy.version  # Meanwhile the answer to an event may bring more than the one to this.
        query = f"?client={self.client}" + (f"&since={self.copy.text}" if self.copy.text else "")
        answer = await web.ask(self.port, "GET", f"/api/pages/{self.page}{query}", headers=self.headers, within=POLL_TIMEOUT)
        if answer.status == 404:
            self.ended = 404
        if answer.status not in (200, 304):
            raise OSError(f"status {answer.status}")
        self.ended = None
        if answer.status == 200:
            self.take(answer.json, shown)
        self.told(answer.headers.get("page-state", "ok"), "Page-State")


class SocketViewer(Viewer):
    """Keeps one socket open and opens another whenever it ends or falls silent."""

    socket = None
    synced = 0.0

    async def run(self):
        attempt = 0
        while True:
            spoke = False
            try:
                self.socket = await WebSocket.open(
                    "127.0.0.1", self.port, f"/api/pages/{self.page}/socket", self.headers, FIRST_FRAME)
                self.say({"type": "hello", "protocol": 1, "client": self.client} | self.since())
                patience = FIRST_FRAME
                while True:
                    text = await asyncio.wait_for(self.socket.receive(), patience)
                    if not spoke:
                        self.connected()
                    spoke, patience, attempt = True, SILENCE, 0
                    self.receive(json.loads(text))
            except TROUBLE as error:
                self.note_end(error)
            finally:
                if self.socket:
                    self.socket.abort()
                self.socket = None
            await asyncio.sleep(self.pause(attempt))
            attempt += 1

    def pause(self, attempt):
        """Seconds before the next try to connect, by full jitter."""
        return random.random() * (0.5 if attempt == 0 else min(10, 0.25 * 2 ** attempt))

    def connected(self):
        """The first frame has come over a new socket."""
        self.ended = None
        self.set_condition(self.state, self.reason, False)

    def note_end(self, error):
        self.lost()
        self.last_end, self.ended_at = repr(error), time.monotonic()
        code = getattr(error, "code", None)
        self.ledger.counts[f"close {code}" if code else type(error).__name__] += 1
        if code is not None and 4500 <= code <= 4999:
            self.ended = code

    def since(self):
        return {"since": self.copy.text} if self.copy.text else {}

    def say(self, message):
        if self.socket:
            self.socket.send(json.dumps(message))

    def receive(self, message):
        kind = message.get("type")
        if kind in ("full", "delta", "rebase"):
            if self.take(message) and time.monotonic() - self.synced > SYNC_PAUSE:
                self.synced = time.monotonic()
                self.say({"type": "sync"} | self.since())
        elif kind == "status":
            self.told(message["state"], message.get("reason", ""))
        elif kind == "ping":
            self.say({"type": "pong"})
        elif kind == "ack":
            self.acknowledged(message)

    def acknowledged(self, message):
        """Only a clicker has a use for it."""
