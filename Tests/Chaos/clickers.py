"""Viewers that click and keep each click until it is answered for good (R17)."""
import asyncio
import collections
import json
import random
import re
import time

import web
from page_copy import version
from viewers import TROUBLE, Poller, SocketViewer

PATIENCE = 1.0
QUEUED_PATIENCE = 10.0
POST_TIMEOUT = 15.0
WINDOW = 8
MOST_WAITING = 20


class Clicks:
    """Clicks in their order, each kept until `applied` or `failed`."""

    def __init__(self):
        self.sequence = 0
        self.waiting = []
        self.applied = collections.Counter()
        self.failed = collections.Counter()
        self.paused_until = 0.0
        self.applied_at = collections.OrderedDict()
        self.unmarked, self.answered_anew = 0, 0

    def marks_are_lost(self):
        """The store has forgotten what became of the clicks so far. One that is sent again is not done again, but its owner
        answers with the version of that moment."""
        self.unmarked = self.sequence

    def add(self, component):
        if len(self.waiting) < MOST_WAITING:
            self.sequence += 1
            self.waiting.append({"seq": self.sequence, "component": component, "sent": None, "queued": False, "times": 0})

    def due(self, now, window):
        """The events to send now, from the first that is due on, so that order is kept."""
        if now < self.paused_until:
            return []
        # By sequence: the store keeps the last 16 replies, so nobody may run further ahead of what it waits for.
        shown = [entry for entry in self.waiting if entry["seq"] < self.waiting[0]["seq"] + window]
        first = next((at for at, entry in enumerate(shown) if self.is_due(entry, now)), len(shown))
        chosen = [entry for entry in shown[first:] if not entry["queued"] or self.is_due(entry, now)]
        for entry in chosen:
            entry.update(sent=now, queued=False, times=entry["times"] + 1)
        return [self.message(entry) for entry in chosen]

    @staticmethod
    def is_due(entry, now):
        return entry["sent"] is None or now - entry["sent"] >= (QUEUED_PATIENCE if entry["queued"] else PATIENCE)

    def message(self, entry):
        return {"type": "event", "seq": entry["seq"], "lo": self.waiting[0]["seq"], "component": entry["component"],
                "event": "click", "data": {}}

    def answer(self, ack, now):
        """Takes an `ack` in; the entry that is done with, or None."""
        entry = next((entry for entry in self.waiting if entry["seq"] == ack["seq"]), None)
        if entry is None:
            return None
        if ack["state"] in ("applied", "failed"):
            self.waiting.remove(entry)
            counts = self.applied if ack["state"] == "applied" else self.failed
            counts[entry["component"]] += 1
            return entry
        if ack["state"] == "queued":
            entry.update(queued=True, sent=now)
        elif ack["state"] == "retry":
            self.again(entry["seq"], now + ack.get("after", 1))
        elif ack["state"] == "gap":
            self.again(ack.get("expected", 0), now + (0 if ack.get("expected") == self.waiting[0]["seq"] else 0.5))
        return None

    def is_in_order(self, entry, at):
        """Whether events were done in the order of their sequence, by the versions that carry them.

        The answer to one that was sent again after its mark was lost says nothing about when it was done.
        """
        sequence = entry["seq"]
        if sequence <= self.unmarked and entry["times"] > 1:
            self.answered_anew += 1
            return True
        fits = all((other < sequence and before <= at) or (other > sequence and at <= before)
                   for other, before in self.applied_at.items())
        self.applied_at[sequence] = at
        if len(self.applied_at) > 32:
            self.applied_at.popitem(last=False)
        return fits

    def again(self, sequence, at):
        """Everything from there on goes out anew."""
        self.paused_until = max(self.paused_until, at) if sequence else 0.0
        for entry in self.waiting:
            if entry["seq"] >= sequence:
                entry.update(sent=None, queued=False)


class Clicking:
    """What both transports share: the session, the rhythm, and the checks."""

    def begin(self, components, per_second, is_own):
        self.components, self.per_second, self.is_own = components, per_second, is_own
        self.clicks = Clicks()
        self.missing = collections.Counter()
        self.token = self.failure = None
        self.may_fail = set()
        self.is_clicking = True
        return self

    @property
    def ledger_page(self):
        return f"{self.page}/{self.name}" if self.is_own else self.page

    async def open_page(self):
        """Loads the HTML for its cookie and token, as a browser does."""
        while self.token is None:
            try:
                answer = await web.ask(self.port, "GET", f"/{self.page}", within=POST_TIMEOUT)
                token = re.search(rb'name="splitflap-csrf" content="([^"]+)"', answer.body)
                if answer.status == 200 and token:
                    self.cookie = answer.headers["set-cookie"].split(";")[0]
                    self.token = token[1].decode()
            except TROUBLE:
                pass
            await asyncio.sleep(0.1)

    async def click(self):
        while True:
            await asyncio.sleep((0.5 + random.random()) / self.per_second)
            if self.is_clicking:
                self.clicks.add(random.choice(self.components))

    def finish(self, ack):
        done = self.clicks.answer(ack, time.monotonic())
        if done and ack["state"] == "failed" and ack.get("reason") not in self.may_fail:
            self.ledger.counts[f"click failed: {ack.get('reason')}"] += 1
            if self.failure != ack.get("reason"):
                self.failure = ack.get("reason")
                self.ledger.violate("I3", f"{self.name}'s click {ack['seq']} failed: {self.failure}")
        if done and ack["state"] == "applied" and not self.clicks.is_in_order(done, version(ack["to"])):
            self.ledger.violate("I6", f"{self.name}'s click {done['seq']} was not done in its turn, but at {ack['to']}")
        return done


class AjaxClicker(Clicking, Poller):
    """Sends one click at a time as a POST; polls in between."""

    interval = 0.5

    async def run(self):
        await self.open_page()
        await asyncio.gather(self.click(), self.post_all(), super().run())

    async def post_all(self):
        while True:
            await asyncio.sleep(0.02)
            for message in self.clicks.due(time.monotonic(), 1):
                try:
                    await self.post(message)
                except TROUBLE:
                    self.clicks.again(message["seq"], time.monotonic() + random.random())

    async def post(self, message):
        body = {name: value for name, value in message.items() if name != "type"} | {"client": self.client}
        body |= {"since": self.copy.text} if self.copy.text else {}
        shown = self.copy.version
        headers = {"Cookie": self.cookie, "Content-Type": "application/json", "Splitflap-CSRF": self.token}
        answer = await web.ask(self.port, "POST", f"/api/pages/{self.page}/events", json.dumps(body).encode(), headers,
                               within=POST_TIMEOUT)
        if answer.status in (400, 401, 403, 413, 415, 422) and b'"ack"' not in answer.body:
            self.refused(answer)
        if b'"ack"' not in answer.body:
            raise OSError(f"status {answer.status}")
        self.answered(answer.json, shown)

    def refused(self, answer):
        """An event was not even looked at."""
        self.ledger.violate("I3", f"{self.name}'s click is refused: {answer.status} {answer.body[:120]!r}")

    def answered(self, answer, shown):
        """Own clicks are in what is shown next (I7)."""
        ack, update = answer["ack"], answer.get("update")
        if update:
            self.take(update, shown)
        done = self.finish(ack)
        if done and ack["state"] == "applied" and self.is_own and self.copy.version:
            value, counted = self.copy.value(done["component"]), self.clicks.applied[done["component"]]
            reached = self.copy.version >= version(ack["to"])
            if not reached:
                self.ledger.counts["applied without its update"] += 1
            elif counted - (value or 0) > self.missing[done["component"]]:
                # Each loss is told once.
                self.missing[done["component"]] = counted - (value or 0)
                self.ledger.violate(
                    "I7", f"{self.name} has {counted} clicks applied but {done['component']} shows {value}")


class SocketClicker(Clicking, SocketViewer):
    """Sends up to eight clicks at a time over its socket."""

    async def run(self):
        await self.open_page()
        await asyncio.gather(self.click(), self.send_all(), super().run())

    async def send_all(self):
        while True:
            await asyncio.sleep(0.05)
            if self.socket and not self.is_lost:
                for message in self.clicks.due(time.monotonic(), WINDOW):
                    self.say(message)

    def connected(self):
        super().connected()
        self.clicks.again(0, 0)

    def acknowledged(self, message):
        self.finish(message)
