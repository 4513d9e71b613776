"""The faults of definition files (SCENARIOS F47 and F48)."""
import asyncio
import time

from faults import fault, owner_of
from stack import DASHBOARDS
from viewers import SocketViewer

MISTAKE = r"fast\.yml:\d+:\d+: error"


@fault("F47", "broken definition saved while running", 2.0, 2.0, short=True)
async def break_definition(drill):
    path = drill.stack.dashboards / "fast.yml"
    owner = await owner_of(drill)
    before = len(owner.said_all(MISTAKE))
    since = time.monotonic()
    path.write_text(DASHBOARDS["fast"] + "  e: { type: numbr, from: a }\n")
    try:
        await drill.stack.until(lambda: said_more(owner, before), "a message with file, line and column", 5)
        told = time.monotonic() - since
        if await drill.recovered(time.monotonic(), drill.mark()) is None:
            drill.ledger.violate("I2", "the old definition did not stay alive")
    finally:
        path.write_text(DASHBOARDS["fast"])
    await asyncio.sleep(1)
    return told


async def said_more(program, before):
    return len(program.said_all(MISTAKE)) > before


@fault("F48", "definition removed, then back", 2.0, 2.0, short=True)
async def remove_definition(drill):
    path = drill.stack.dashboards / "spare.yml"
    watcher = SocketViewer("socket-spare", "spare", drill.stack.balancer.port, drill.ledger)
    task = asyncio.create_task(watcher.run())
    try:
        await drill.stack.until(lambda: shows(watcher), "the spare page", 5)
        since = time.monotonic()
        path.unlink()
        await drill.stack.until(lambda: ended(watcher), "close code 4504", 10)
        taken = time.monotonic() - since
        path.write_text(DASHBOARDS["spare"])
        # A definition that comes back starts from its first values.
        drill.ledger.muted.add("spare")
        await drill.stack.until(lambda: shows(watcher), "the page back", 15)
        return taken
    finally:
        task.cancel()
        path.write_text(DASHBOARDS["spare"])


async def shows(viewer):
    return viewer.is_fresh and viewer.copy.version


async def ended(viewer):
    return viewer.ended == 4504
