"""Runs faults one after the other against a stack full of viewers, and measures how long recovery takes."""
import asyncio
import collections
import dataclasses
import json
import signal
import time
import traceback

import keys
import log_lines
import pulse
import web
from clickers import AjaxClicker, SocketClicker
from figures import Figures
from ledger import Ledger
from log_lines import LogBook
from page_copy import PageCopy, content_hash
from viewers import Poller, SocketViewer
from vigil import Vigil

HELLOS = ["one", "two", "three"]
TICKING = ("fast", "curve")
GIVE_UP = 20.0
CONVERGED_WITHIN = 6.0
BADGE_WITHIN = 4.0
CALM = 1.5
FAR_SLACK = 2.0  # What a machine with two cores and a debug build may add to a tenth of a second.
SPARE_FDS = 24
# What a process may hold more at the end, with all viewers gone, than before the first came. Some things are made once,
# when first needed: the first command costs a producer two event polls with two descriptors each, the second nothing.
# A producer's handlers have 48 threads of their own from the first one on.
SPARE_AT_REST = {"fds": 6, "threads": 60, "store_connections": 1, "kilobytes": 96 << 10}


@dataclasses.dataclass
class Result:
    fault: str
    title: str
    goal: float | None
    limit: float | None
    recovery: float | None = None
    violations: int = 0
    took: float = 0.0
    note: str = ""
    # By how much later than in calm times others saw changes, in seconds (I11), and how many complaints went into logs.
    others_late: float | None = None
    complaints: int = 0

    @property
    def others_waited(self):
        """Whether I11 was missed; above `pulse.MOST_LATE` it is a violation besides."""
        return self.others_late is not None and self.others_late > pulse.GOAL

    @property
    def verdict(self):
        """A miss is told; one by far (no recovery at all, or three times the limit and 2 s more) fails the run."""
        if self.goal is None:
            return "-"
        if self.recovery is None or self.recovery > 3 * self.limit + FAR_SLACK:
            return "FAR"
        return "met" if self.recovery <= self.goal else "limit" if self.recovery <= self.limit else "MISSED"


class Drill:
    """The viewers, the ledger and the clock of a run. Faults are coroutines that get this."""

    def __init__(self, stack, scale=1, is_long=False):
        self.stack, self.scale, self.is_long = stack, scale, is_long
        self.ledger = Ledger()
        self.viewers, self.clickers, self.tasks = [], [], []
        self.baseline, self.rest, self.at_end = {}, {}, {}
        self.notes, self.others_late = [], None
        self.differences = collections.Counter()
        self.pulse = pulse.Pulse()
        self.vigil = Vigil(stack, self.ledger)
        self.ledger.is_shaken = self.vigil.is_shaken

    # Beginning and end.

    async def begin(self):
        """Starts everybody and waits until all show something fresh."""
        await asyncio.sleep(1)
        self.rest = self.figures()
        port = self.stack.balancer.port
        for page in (*TICKING, "shared"):
            self.viewers += [Poller(f"poll-{page}-{n}", page, port, self.ledger) for n in range(3 * self.scale)]
            self.viewers += [SocketViewer(f"socket-{page}-{n}", page, port, self.ledger) for n in range(5 * self.scale)]
        for page, is_own in (("mine", True), ("shared", False)):
            for kind, word in ((AjaxClicker, "ajax"), (SocketClicker, "socket")):
                self.clickers += [kind(f"{word}-{page}-{n}", page, port, self.ledger).begin(HELLOS, 2.0, is_own)
                                  for n in range(2 * self.scale)]
        self.tasks = [asyncio.create_task(self.watched(viewer)) for viewer in self.everybody]
        self.tasks.append(asyncio.create_task(self.vigil.run()))
        if await self.all_fresh(20) is None:
            raise RuntimeError(f"not everybody got a fresh page: {self.troubled()}")
        since = time.monotonic()
        await asyncio.sleep(3)
        self.pulse.rest(self.steady, since, time.monotonic())
        self.baseline = self.resources()

    async def watched(self, viewer):
        """A viewer that stumbles over an answer is a finding, too."""
        try:
            await viewer.run()
        except Exception:
            self.ledger.violate("driver", f"{viewer.name}: {traceback.format_exc(limit=-3)}")

    async def stop(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    @property
    def everybody(self):
        return self.viewers + self.clickers

    @property
    def ticking(self):
        return [viewer for viewer in self.viewers if viewer.page in TICKING]

    @property
    def steady(self):
        """The sockets on the page whose only source ticks evenly."""
        return [viewer for viewer in self.viewers if viewer.page == pulse.PAGE and isinstance(viewer, SocketViewer)]

    def sockets(self, front):
        """The socket viewers whose connection leads to that front now, and who have heard from it."""
        ends = self.stack.balancer.clients(self.stack.ports[front.name])
        return [viewer for viewer in self.everybody if isinstance(viewer, SocketViewer) and viewer.socket
                and viewer.socket.local_port in ends]

    # One fault.

    async def inject(self, fault):
        """One fault from calm to calm."""
        self.ledger.fault, self.ledger.is_calm, self.notes, self.others_late = fault.name, False, [], None
        result = Result(fault.name, fault.title, fault.goal, fault.limit)
        before = len(self.ledger.violations), sum(self.violations.values())
        print(f"{fault.name:5} {fault.title}", flush=True)
        since, book = time.monotonic(), LogBook(self.stack.programs)
        try:
            result.recovery = await asyncio.wait_for(fault.run(self), 150)
        except Exception as error:  # A fault that breaks the driver must not end the run.
            self.notes.append(f"driver: {type(error).__name__} {error}")
            self.ledger.violate("driver", f"{type(error).__name__} {error} {traceback.format_exc(limit=-2)}")
        for proxy in self.stack.proxies.values():
            proxy.heal()
        self.check_processes()
        await self.stack.revive()
        await self.calm_down()
        result.complaints, result.others_late = self.check_logs(book, fault), self.others_late
        result.violations = sum(self.violations.values()) - before[1]
        result.took = time.monotonic() - since
        result.note = "; ".join(self.notes)
        shown = "-" if result.recovery is None else f"{result.recovery:.2f} s"
        print(f"      {shown} {result.verdict} {result.note}", flush=True)
        return result

    @property
    def violations(self):
        return {name: count for name, count in self.ledger.counts.items() if name.startswith("I") and name[1:].isdigit()
                or name in ("crash", "exit", "refusal", "driver", "log")}

    async def calm_down(self):
        """All badges go (I2, I9), and while nothing is wrong none comes."""
        if await self.all_fresh(CONVERGED_WITHIN + 4) is None:
            self.ledger.violate(
                "I2", f"not fresh again {CONVERGED_WITHIN + 4} s after the fault: {self.troubled()}", timed=True)
            await self.all_fresh(30)
        await asyncio.sleep(0.5)
        if await self.all_fresh(2) is not None:
            since = time.monotonic()
            self.ledger.is_calm = True
            await asyncio.sleep(CALM)
            self.ledger.is_calm = False
            self.pulse.rest(self.steady, since, time.monotonic())
        await self.compare_with_store()

    def check_processes(self):
        for program in self.stack.programs:
            if program.child and not program.is_alive and program.child.returncode not in program.expected:
                self.ledger.violate("crash", f"{program.name} ended with {program.child.returncode}; see {program.log}")

    def check_logs(self, book, fault):
        """A cause is told once, or a few times; how often in all."""
        found = book.complaints()
        for (name, text), count in found.items():
            if count > max(log_lines.MOST, fault.most_complaints):
                self.ledger.violate("log", f"{name} says {count} times: {text[:100]}")
        return sum(found.values())

    # Measuring.

    def mark(self):
        """The newest version anybody shows, for each page."""
        return dict(self.ledger.newest)

    async def mark_with_store(self):
        """As `mark`, with what Redis holds by now: the last version of a writer that has just ended."""
        mark = self.mark()
        for page in TICKING:
            copy = await self.stored(page)
            mark[page] = max(mark.get(page, (0,)), copy.version if copy else (0,))
        return mark

    async def recovered(self, since, mark=None, within=GIVE_UP, viewers=None):
        """Seconds from `since` until each viewer of a ticking page shows a version newer than `mark`; None if never."""
        mark = mark or self.mark()
        waiting = list(self.ticking if viewers is None else viewers)
        last = since
        while waiting and time.monotonic() - since < within:
            for viewer in list(waiting):
                first = viewer.first_after(mark.get(viewer.page, (0,)), since)
                if first is not None:
                    waiting.remove(viewer)
                    last = max(last, first)
            await asyncio.sleep(0.01)
        if waiting:
            self.notes.append(f"{len(waiting)} viewers saw nothing new, e.g. {waiting[0].name}")
            return None
        return last - since

    async def all_fresh(self, within, viewers=None):
        """Seconds until nobody shows a badge; None if somebody still does."""
        started = time.monotonic()
        while any(not viewer.is_fresh for viewer in self.chosen(viewers)):
            if time.monotonic() - started > within:
                return None
            await asyncio.sleep(0.02)
        return time.monotonic() - started

    def troubled(self, viewers=None):
        """Who shows a badge, what it says and for how long it has."""
        now = time.monotonic()
        return [(viewer.name, "lost" if viewer.is_lost else viewer.state, viewer.reason, viewer.last_end,
                 round(now - viewer.not_fresh_since, 1))
                for viewer in self.chosen(viewers) if not viewer.is_fresh][:5]

    async def expect_badges(self, since, viewers=None, within=BADGE_WITHIN):
        """By 4 s after `since` each of them shows a badge (I9)."""
        await asyncio.sleep(max(0, since + within - time.monotonic()))
        asked = self.chosen(viewers)
        unaware = [viewer.name for viewer in asked if viewer.is_fresh]
        if unaware:
            self.ledger.violate("I9", f"{len(unaware)} of {len(asked)} viewers show no badge {within} s into an "
                                      f"outage: {unaware[:4]}", timed=True)

    def note_badges(self, since):
        """When the last viewer began to show one."""
        times = [viewer.not_fresh_since - since for viewer in self.everybody if not viewer.is_fresh]
        if times:
            self.notes.append(f"all with a badge after {max(times):.1f} s")

    def chosen(self, viewers):
        """Everybody, unless some are named; none is not everybody."""
        return self.everybody if viewers is None else viewers

    def note_others(self, since, viewers=None):
        """How late changes reached those who are not concerned (I11)."""
        now, more = self.pulse.compare(self.chosen(viewers) if viewers else self.steady, since, time.monotonic())
        if more is None:
            return
        self.others_late = max(more, self.others_late or more)
        self.notes.append(f"others' p99 {1000 * now:.0f} ms late, {1000 * more:+.0f} ms")
        if more > pulse.MOST_LATE:
            self.ledger.violate("I11", f"others had to wait {more:.1f} s longer than in calm times (p99)", timed=True)

    # Checks of the whole.

    def figures(self):
        """What each process holds now, by its name."""
        return {program.name: Figures.of(program.pid, self.stack.store_ports)
                for program in self.stack.programs if program.is_alive}

    def resources(self):
        sums = collections.Counter()
        for name, figures in self.figures().items():
            sums[f"{name.rstrip('0123456789')} fds"] += figures.fds
            sums[f"{name.rstrip('0123456789')} MiB"] += figures.kilobytes // 1024
        return dict(sums)

    async def check_fds(self, within=20.0):
        """With the same viewers there, descriptors come back to where they were (I13)."""
        def grown():
            now = self.resources()
            return {name: (before, now.get(name)) for name, before in self.baseline.items()
                    if name.endswith("fds") and now.get(name, 0) > before + SPARE_FDS}
        await self.settle(grown, within, "I13", "descriptors did not come back")

    async def check_rest(self, within=30.0):
        """With all viewers gone each process holds what it held before they came (I8, I13)."""
        def grown():
            self.at_end = self.figures()
            return {f"{name} {what}": (getattr(before, what), getattr(self.at_end[name], what))
                    for name, before in self.rest.items() if name in self.at_end
                    for what, spare in SPARE_AT_REST.items()
                    if getattr(self.at_end[name], what) > getattr(before, what) + spare + keys.count - 1}
        await self.settle(grown, within, "I13", "processes at rest hold more than before")

    async def settle(self, grown, within, invariant, text):
        deadline = time.monotonic() + within
        while left := grown():
            if time.monotonic() > deadline:
                self.ledger.violate(invariant, f"{text}: {left}")
                return
            await asyncio.sleep(0.5)

    async def compare_with_store(self):
        """What Redis holds at a version is what viewers showed at that version (I5)."""
        for page in (*TICKING, "shared"):
            copy = await self.stored(page)
            if copy and copy.text in self.ledger.contents.get(page, {}):
                self.ledger.shown(page, copy, "the store")

    async def stored(self, page):
        """The page as Redis holds it, read at one moment; None if it is not there."""
        pipe = self.stack.store.pipeline(transaction=True)
        meta, values = await pipe.hgetall(keys.page(page, "m")).hgetall(keys.page(page, "c")).execute()
        if not meta or not values:
            return None
        copy = PageCopy()
        text = f"{meta[b'g'].decode()}-{meta[b'n'].decode()}:{meta[b'r'].decode()}"
        parts = {name.decode(): json.loads(value.split(b" ", 1)[1]) for name, value in values.items()}
        copy.apply({"type": "full", "to": text, "components": parts})
        return copy

    async def settle_clicks(self, within=25.0):
        """No new clicks; all that were made get their answer."""
        for clicker in self.clickers:
            clicker.is_clicking = False
        deadline = time.monotonic() + within
        while any(clicker.clicks.waiting for clicker in self.clickers) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        for clicker in self.clickers:
            if clicker.clicks.waiting:
                self.ledger.violate("I3", f"{clicker.name} has no answer to {len(clicker.clicks.waiting)} clicks")

    def resume_clicks(self):
        for clicker in self.clickers:
            clicker.is_clicking = True

    async def count_clicks(self):
        """Every acknowledged click is in the state exactly once (I3)."""
        self.ledger.fault += "+count" if not self.ledger.fault.endswith("+count") else ""
        await self.settle_clicks()
        await asyncio.sleep(1.5)
        expected = collections.Counter()
        for clicker in self.clickers:
            if not clicker.is_own:
                expected.update(clicker.clicks.applied)
                continue
            for name in HELLOS:
                self.compare(clicker.name, name, clicker.clicks.applied[name], clicker.copy.value(name) or 0)
        shown = await self.stored("shared")
        for name in HELLOS:
            found = shown.value(name) if shown else None
            self.compare("shared", name, expected[name], found)
            if different := [viewer.name for viewer in self.viewers
                             if viewer.page == "shared" and viewer.copy.value(name) != found]:
                self.ledger.violate("I2", f"the store's shared.{name} is {found}, but not for {different[:4]}")

    def compare(self, where, name, acknowledged, found):
        """A difference is told once and taken for granted from then on."""
        known = self.differences[where, name]
        if found is None or acknowledged + known != found:
            self.ledger.violate(
                "I3", f"{where}.{name} shows {found}, but {acknowledged + known} clicks were acknowledged")
            self.differences[where, name] = (found or 0) - acknowledged

    async def compare_all(self):
        """With nobody writing any more, all viewers show exactly what the store holds (I2)."""
        for producer in self.stack.producers:
            producer.signal(signal.SIGSTOP)
        await asyncio.sleep(CONVERGED_WITHIN / 2)
        for page in (*TICKING, "shared"):
            copy = await self.stored(page)
            for viewer in self.everybody:
                if viewer.page == page and copy and (viewer.copy.text, content_hash(viewer.copy.components)) != (
                        copy.text, content_hash(copy.components)):
                    self.ledger.violate("I2", f"{viewer.name} shows {viewer.copy.text}, the store holds {copy.text}")
        for producer in self.stack.producers:
            producer.signal(signal.SIGCONT)

    # Acting.

    async def get(self, path, front=None):
        port = self.stack.ports[front.name] if front else self.stack.balancer.port
        return await web.ask(port, "GET", path)
