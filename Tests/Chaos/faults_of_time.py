"""The faults of clocks, of browsers that sleep, and of versions that meet (I12, SCENARIOS F49 and F50)."""
import asyncio
import json
import os
import pathlib
import re
import signal
import time

import keys
import web
from faults import fault, give_ownership, owner_of
from faults_of_redis import expect_same_owner, lease
from figures import descendants
from stack import DAY
from viewers import SocketViewer
from websocket import Closed, WebSocket

JUMPS = (3600, -3600, 20_000 * DAY, -10_000 * DAY)
CHROMIUM = os.environ.get("SPLITFLAP_CHROMIUM", "/usr/bin/chromium")
SLEEP = 20.0  # Longer than any silence a front or a browser puts up with.


@fault("I12", "wall clocks of a front and of the owner jump by an hour and by decades", 0.5, 1.0, short=True)
async def move_clocks(drill):
    """Nobody may notice."""
    stack = drill.stack
    if not stack.clocks:
        drill.notes.append("no compiler here; nothing was tried")
        return await drill.recovered(time.monotonic(), drill.mark())
    await give_ownership(drill, stack.producers[1])
    await drill.all_fresh(10)
    await asyncio.sleep(1)
    before = await lease(drill)
    try:
        drill.ledger.is_calm = True
        for seconds in JUMPS:
            stack.move_clocks(seconds)
            await asyncio.sleep(1.2)
    finally:
        stack.move_clocks()
    taken = await drill.recovered(time.monotonic(), drill.mark())
    drill.ledger.is_calm = False
    await expect_same_owner(drill, before)
    return taken


# A laptop that sleeps.

# The wall clock of the page can be put forward, as it is when a lid is opened again.
CLOCK = """{ const now = Date.now; window.lidClosedFor = 0; Date.now = () => now() + window.lidClosedFor; }"""
TYPE = """() => {
  window.neverReloaded = true;
  const field = document.createElement("input");
  document.body.append(field);
  field.focus();
}"""
LOOK = """() => ({
  value: Number((document.querySelector('[data-component="a"] .number-value')?.ariaLabel ?? "").replace(/[^0-9]/g, "")),
  field: document.activeElement?.value, neverReloaded: window.neverReloaded,
  badge: document.querySelector("#status")?.innerText,
  tone: document.querySelector("#status")?.dataset.tone,
})"""


@fault("F49", f"laptop asleep {SLEEP:g} s as if for an hour; meanwhile another owner and another front", 1.0, 3.0)
async def close_the_lid(drill):
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        async_playwright = None
    if async_playwright is None or not pathlib.Path(CHROMIUM).exists():
        drill.notes.append("no browser here; nothing was tried")
        return 0.0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            page = await browser.new_page()
            await page.add_init_script(CLOCK)
            await page.goto(f"http://127.0.0.1:{drill.stack.balancer.port}/curve")
            return await sleep_and_wake(drill, page)
        finally:
            await browser.close()


async def sleep_and_wake(drill, page):
    await drill.stack.until(lambda: looks_well(page), "a page in the browser", 15)
    await page.evaluate(TYPE)
    await page.keyboard.type("half a sent")
    frozen = [pid for pid in descendants(os.getpid()) if "chrom" in pathlib.Path(f"/proc/{pid}/comm").read_text()]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        await change_the_world(drill)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    since = time.monotonic()
    await page.evaluate("() => { window.lidClosedFor = 3_600_000; }")
    newest = (await drill.stored("curve")).value("a")
    await drill.stack.until(lambda: looks_well(page, newest), "new values in the browser that woke up", 15)
    taken = time.monotonic() - since
    await page.keyboard.type("ence")
    seen = await page.evaluate(LOOK)
    if not seen["neverReloaded"] or seen["field"] != "half a sentence":
        drill.ledger.violate("I1", f"the browser that woke up lost what it had: {seen}")
    return taken


async def looks_well(page, at_least=1):
    seen = await page.evaluate(LOOK)
    return seen if seen["tone"] == "good" and seen["value"] >= at_least else None


async def change_the_world(drill):
    """While the lid is closed: another owner and with it another epoch, and a front that starts anew."""
    started = time.monotonic()
    owner = await owner_of(drill)
    await owner.kill()
    await drill.stack.fronts[-1].stop()
    await asyncio.sleep(2)
    await drill.stack.revive()
    await asyncio.sleep(max(0, started + SLEEP - time.monotonic()))


# Versions that meet.


@fault("F50", "words of a later version in every message and key; another binary in turn where there is one", 2.0, 3.0,
       short=True)
async def mix_versions(drill):
    """What a later version would add is not understood and does no harm."""
    await expect_refusal(drill)
    since, before = time.monotonic(), await lease(drill)
    later = LaterViewer("socket-later", "curve", drill.stack.balancer.port, drill.ledger)
    task = asyncio.create_task(later.run())
    try:
        await write_unknown_words(drill)
        taken = await drill.recovered(since, drill.mark(), viewers=[*drill.ticking, later])
        await drill.all_fresh(5)
        await expect_same_owner(drill, before)
    finally:
        task.cancel()
    if drill.stack.other_binary is None:
        drill.notes.append("messages and keys only")
        return taken
    return max(taken, await roll(drill, drill.stack.other_binary), await roll(drill, drill.stack.binary))


class LaterViewer(SocketViewer):
    """Speaks as a later version might: more members, and messages nobody knows."""

    def say(self, message):
        super().say(message | {"later": {"than": ["now"]}})
        if message["type"] == "hello":
            super().say({"type": "later", "what": 1})


async def expect_refusal(drill):
    """A protocol that is not spoken here is refused as such, for good."""
    viewer = await WebSocket.open("127.0.0.1", drill.stack.balancer.port, "/api/pages/curve/socket")
    viewer.send(json.dumps({"type": "hello", "protocol": 999, "client": "A" * 22}))
    try:
        while True:
            await asyncio.wait_for(viewer.receive(), 5)
    except Closed as closed:
        if closed.code != 4505:
            drill.ledger.violate("driver", f"another protocol is answered {closed.code}, not 4505")
    finally:
        viewer.abort()


async def write_unknown_words(drill):
    """Fields in every hash, an entry of an unknown kind, a heartbeat with more words, an event with more members."""
    store = drill.stack.store
    for key in (keys.CONFIGURATION, keys.lease(), keys.page("fast", "m"), keys.page("curve", "m")):
        await store.hset(key, "later", "1")
    await store.xadd(keys.events("curve"), {"kind": "later", "page": "curve", "what": "x"})
    await store.publish(keys.page("fast", "d"), "later 1-1:1")
    shell = await web.ask(drill.stack.balancer.port, "GET", "/shared")
    token = re.search(rb'name="splitflap-csrf" content="([^"]+)"', shell.body)[1].decode()
    cookie = shell.headers["set-cookie"].split(";")[0]
    headers = {"Cookie": cookie, "Content-Type": "application/json", "Splitflap-CSRF": token}
    body = {"client": "A" * 22, "seq": 1, "lo": 1, "component": "none", "event": "click", "data": {}, "later": [1]}
    answer = await web.ask(
        drill.stack.balancer.port, "POST", "/api/pages/shared/events", json.dumps(body).encode(), headers)
    if b'"unknown_component"' not in answer.body:
        drill.ledger.violate(
            "driver", f"an event with an unknown member is answered {answer.status} {answer.body[:200]!r}")


async def roll(drill, binary):
    """Every process in turn becomes one of that binary; the slowest recovery."""
    stack, slowest = drill.stack, 0.0
    stack.binary, kept = binary, stack.binary
    try:
        for program in (*stack.producers, *stack.fronts):
            since = time.monotonic()
            await program.stop()
            slowest = max(slowest, await drill.recovered(since, drill.mark()) or 99)
            await (stack.start_front if program in stack.fronts else stack.start_producer)(program)
            await asyncio.sleep(1.5)
    finally:
        stack.binary = kept
    return slowest
