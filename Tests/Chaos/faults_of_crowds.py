"""Ten thousand viewers on three fronts (SCENARIOS F6 and F29 at their full size); in long runs only."""
import asyncio
import contextlib
import resource
import time

from crowd import Crowd, Missing, need_files
from faults import fault
from store_ear import ReadCount

CROWD = 10_000
PAGE = "hall"


@contextlib.asynccontextmanager
async def crowds(drill):
    """A list of crowds that leave at the end, and how many viewers each is; fronts may have enough files meanwhile."""
    made, share = [], CROWD // len(drill.stack.fronts) + 1
    need_files(2 * share + 200)
    try:
        for front in drill.stack.fronts:
            _, hard = resource.prlimit(front.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(front.pid, resource.RLIMIT_NOFILE, (hard, hard))
        yield made, share
    finally:
        for crowd in made:
            await crowd.leave()


def where_there_is_room(run):
    """Says so where a machine has no room for a crowd."""
    async def tried(drill):
        try:
            return await run(drill)
        except Missing as why:
            drill.notes.append(f"{why}; nothing was tried")
            return 0.0
    return tried


@fault("F29x", f"{CROWD} viewers come at once to three fronts", 5.0, 10.0, long=True)
@where_there_is_room
async def arrive(drill):
    """At the pace that fronts take at most; each front reads the page once."""
    async with crowds(drill) as (made, share), ReadCount(drill.stack.store) as count:
        since = time.monotonic()
        made += await asyncio.gather(*(Crowd.open(drill, front, PAGE, share) for front in drill.stack.fronts))
        taken = max(crowd.took for crowd in made)
        await asyncio.sleep(3)
        drill.notes.append(f"the page was read {count.reads[PAGE]} times by {len(drill.stack.fronts)} fronts")
        if count.reads[PAGE] > len(drill.stack.fronts):
            drill.ledger.violate("I8", f"{count.reads[PAGE]} reads of one page for a crowd")
        if lost := [await crowd.closed() for crowd in made if await crowd.closed()]:
            drill.ledger.violate("refusal", f"{lost} viewers of a crowd were cut off")
        drill.note_others(since)
    return taken


@fault("F6x", f"front killed with a third of {CROWD} viewers", 1.0, 3.0, long=True)
@where_there_is_room
async def move(drill):
    """A browser tries again after up to half a second; here all begin at once, at the pace that fronts take at most."""
    async with crowds(drill) as (made, share):
        *staying, front = drill.stack.fronts
        made += await asyncio.gather(*(Crowd.open(drill, one, PAGE, share) for one in drill.stack.fronts))
        await asyncio.sleep(2)
        since, mark = time.monotonic(), drill.mark()
        await front.kill()
        moved = await asyncio.gather(*(Crowd.open(drill, one, PAGE, share // len(staying) + 1) for one in staying))
        taken = max(crowd.took for crowd in moved)
        others = await drill.recovered(since, mark)
        drill.notes.append(f"{share} moved; the other viewers after {others or 99:.2f} s")
        if lost := [await crowd.closed() for crowd in made[:-1] + moved if await crowd.closed()]:
            drill.ledger.violate("refusal", f"{lost} viewers of the living fronts were cut off")
        made += moved
    return taken
