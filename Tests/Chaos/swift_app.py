"""An installation of its own whose producers are a program with pages in Swift (Tests/Scenarios)."""
import asyncio
import contextlib
import re
import time

import keys
from clickers import SocketClicker
from ledger import Ledger
from stack import CLAIM, ROOT, Stack
from viewers import SocketViewer

APP = "Scenarios"
PAGE = "rough"
RESTART_AFTER = 0.3


def app_binary(stack):
    """The program beside the one under test, else that of the debug build; `None` if there is none."""
    places = (stack.binary.parent / APP, ROOT / ".build/debug" / APP)
    return next((place for place in places if place.exists()), None)


class SideLedger(Ledger):
    """Its own versions and contents; what is wrong is told to the ledger of the whole run."""

    def __init__(self, main):
        super().__init__()
        self.main, self.is_shaken = main, main.is_shaken

    def violate(self, invariant, text, timed=False):
        self.main.violate(invariant, f"Swift app: {text}", timed)


class AppStack(Stack):
    """A Redis, two producers with pages in Swift and the same definition files as ever, and a front. One shard."""

    def __init__(self, folder, app, ledger):
        folder.mkdir()
        super().__init__(folder, producers=2, fronts=1)
        self.app, self.proxies, self.ledger = app, {}, ledger
        self.viewers, self.tasks, self.deaths = [], [], []
        self.is_nursed = True
        for producer in self.producers:
            # Else a crashed process is kept for seconds while its own stack is written out.
            producer.environment |= {"SWIFT_BACKTRACE": "enable=no"}

    async def __aenter__(self):
        await self.start()
        self.viewers = [SocketViewer(f"app-socket-{index}", "curve", self.port, self.ledger) for index in range(5)]
        self.tasks = [asyncio.create_task(viewer.run()) for viewer in self.viewers]
        self.tasks += [asyncio.create_task(self.nurse(producer)) for producer in self.producers]
        await self.until(lambda: asyncio.sleep(0, all(one.is_fresh for one in self.viewers)), "viewers of the app")
        return self

    async def __aexit__(self, *_):
        self.is_nursed = False
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.end()

    @property
    def port(self):
        return self.ports[self.fronts[0].name]

    async def start_producer(self, producer):
        await producer.launch(self.app, "producer", self.dashboards, "--redis", self.redis_url(producer))
        await producer.says("dashboards of .* loaded")

    async def nurse(self, producer):
        """Starts it again whenever it ends, as a service manager does."""
        while self.is_nursed:
            await producer.child.wait()
            if self.is_nursed:
                self.deaths.append((producer.name, producer.child.returncode, time.monotonic()))
                await asyncio.sleep(RESTART_AFTER)
                await self.start_producer(producer)

    async def owner(self, page="fast"):
        if not await self.store.hget(keys.of_shard(0, "lease"), "o"):
            return None
        claims = [(int(fence), one) for one in self.producers if one.is_alive and (fence := one.said(CLAIM.format(0)))
                  and fence.isdigit()]
        return max(claims, key=lambda claim: claim[0])[1] if claims else None

    async def fence(self):
        return int(await self.store.hget(keys.of_shard(0, "lease"), "f") or 0)

    async def dead_letters(self):
        return await self.store.xlen(keys.of_shard(0, "dlq"))


class Hand(SocketClicker):
    """Somebody who presses the buttons of a Swift page by their words, one at a time, and waits for each answer.

    By socket: an Ajax caller is answered `queued` after ten seconds, just before a handler is given up.
    """

    @classmethod
    async def at(cls, app, page, may_fail=()):
        hand = cls(f"hand-{page}", page, app.port, app.ledger).begin([], 0.001, False)
        hand.may_fail = set(may_fail)
        hand.task = asyncio.create_task(hand.run())
        app.tasks.append(hand.task)
        await app.until(lambda: asyncio.sleep(0, hand.token and hand.copy.version), f"the page {page}")
        return hand

    def button(self, word):
        return next(name for name, one in self.copy.components.items() if re.match(word, str(one.get("text", ""))))

    async def press(self, word, within=30):
        """The seconds until the answer, and whether it is `applied`."""
        since, clicks, name = time.monotonic(), self.clicks, self.button(word)
        failed = clicks.failed.total()
        clicks.add(name)
        while clicks.waiting and time.monotonic() - since < within:
            await asyncio.sleep(0.01)
        return time.monotonic() - since, not clicks.waiting and clicks.failed.total() == failed


@contextlib.asynccontextmanager
async def swift_app(drill):
    """The installation, or `None` where its program was not built."""
    app = app_binary(drill.stack)
    if app is None:
        drill.notes.append("no program with pages in Swift here; nothing was tried")
        yield None
        return
    folder = drill.stack.folder / f"app-{time.monotonic_ns()}"
    async with AppStack(folder, app, SideLedger(drill.ledger)) as stack:
        yield stack
