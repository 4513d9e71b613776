"""The faults of the network (SCENARIOS F20 to F25)."""
import asyncio
import random
import time

from clickers import AjaxClicker
from faults import LOST, fault, give_ownership
from fault_proxy import DOWN, UP
from viewers import SocketViewer


@fault("F20", "one push lost silently, then silence", 0.5, 6.0, short=True)
async def lose_push(drill):
    """Only the page's heartbeat can tell the front: nothing else is published on that page."""
    for clicker in drill.clickers:
        clicker.is_clicking = False
    try:
        await drill.settle_clicks()
        await asyncio.sleep(0.5)
        return await click_unheard(drill)
    finally:
        drill.resume_clicks()


async def click_unheard(drill):
    proxy = drill.stack.proxies["front0"]
    clicker = next(one for one in drill.clickers if isinstance(one, AjaxClicker) and not one.is_own)
    mark, since = drill.mark(), time.monotonic()
    proxy.drop_push(":p:shared:d")
    clicker.clicks.add("one")
    watching = [viewer for viewer in drill.viewers if viewer.page == "shared"]
    taken = await drill.recovered(since, mark, viewers=watching)
    if not proxy.dropped:
        drill.notes.append("nothing was dropped")
    proxy.heal()
    return taken


async def lead_viewers_to(drill, front, least=4):
    """Opens sockets anew until some lead to this front: after other faults there may be none, and nobody to show a badge."""
    for _ in range(60):
        there = drill.sockets(front)
        if len(there) >= least and not drill.troubled(there):
            return there
        elsewhere = [one for one in drill.everybody if isinstance(one, SocketViewer) and one.socket and one not in there]
        if elsewhere and len(there) < least:
            random.choice(elsewhere).socket.abort()
        await asyncio.sleep(0.25)
    raise RuntimeError(f"only {len(drill.sockets(front))} sockets lead to {front.name}")


@fault("F21", "front cut from Redis for 10 s without a word", 1.0, 2.0, short=True)
async def cut_front(drill):
    front, proxy = drill.stack.fronts[0], drill.stack.proxies["front0"]
    there = await lead_viewers_to(drill, front)
    others = [viewer for other in drill.stack.fronts[1:] for viewer in drill.sockets(other)]
    since = time.monotonic()
    proxy.cut()
    await asyncio.sleep(4)
    # Only those who neither came nor went meanwhile tell something.
    still = drill.sockets(front)
    there, others = [one for one in there if one in still], [one for one in others if one not in still]
    drill.notes.append(f"{len(there)} sockets there, {len(others)} elsewhere")
    await drill.expect_badges(since, there)
    if touched := drill.troubled(others):
        drill.ledger.violate("I9", f"viewers of the other fronts show a badge: {touched}", timed=True)
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    if await drill.stack.ready(front):
        drill.ledger.violate("I9", "a front without its store still says that it is ready after 6 s", timed=True)
    await asyncio.sleep(max(0, since + 10 - time.monotonic()))
    mark = drill.mark()
    proxy.heal()
    return await drill.recovered(time.monotonic(), mark)


@fault("F21d", "front hears nothing from Redis for 6 s, one way", 1.0, 2.0)
async def deafen_front(drill):
    proxy = drill.stack.proxies["front0"]
    there = await lead_viewers_to(drill, drill.stack.fronts[0])
    since = time.monotonic()
    proxy.cut(DOWN)
    await drill.expect_badges(since, there)
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    mark = drill.mark()
    proxy.heal()
    return await drill.recovered(time.monotonic(), mark)


async def cut_owner(drill, *ways):
    owner, proxy = drill.stack.producers[0], drill.stack.proxies["producer0"]
    await give_ownership(drill, owner)
    losses = len(owner.said_all(LOST))
    proxy.cut(*ways)
    since = time.monotonic()
    taken = await drill.recovered(since, drill.mark())
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    proxy.heal()
    await asyncio.sleep(2)
    if len(owner.said_all(LOST)) == losses:
        drill.ledger.violate("I4", f"{owner.name} came back and did not say that it lost its shard")
    return taken


@fault("F22", "owner cut from Redis", 2.0, 3.0, short=True)
async def cut_owner_both_ways(drill):
    return await cut_owner(drill)


@fault("F22d", "owner hears nothing from Redis, but is heard", 2.0, 3.0)
async def deafen_owner(drill):
    return await cut_owner(drill, DOWN)


@fault("F22u", "owner is not heard by Redis, but hears", 2.0, 3.0)
async def mute_owner(drill):
    return await cut_owner(drill, UP)


@fault("F23", "every answer of Redis to one front and one producer 150 ms late", 1.0, 2.0)
async def delay_answers(drill):
    since = time.monotonic()
    for proxy in drill.stack.proxies.values():
        proxy.delay(0.15)
    taken = await drill.recovered(since, drill.mark())
    await asyncio.sleep(4)
    return taken


@fault("F24", "connections to Redis reset and half closed", 1.0, 2.0)
async def reset_connections(drill):
    since = time.monotonic()
    for proxy in drill.stack.proxies.values():
        proxy.reset()
    taken = await drill.recovered(since, drill.mark())
    for proxy in drill.stack.proxies.values():
        proxy.half_close()
    since = time.monotonic()
    second = await drill.recovered(since, drill.mark())
    return None if taken is None or second is None else max(taken, second)


@fault("F25", "front reads Redis at 2 kB/s for 8 s", 1.0, 6.0)
async def throttle_front(drill):
    proxy = drill.stack.proxies["front0"]
    proxy.throttle(2048)
    await asyncio.sleep(8)
    proxy.heal()
    return await drill.recovered(time.monotonic(), drill.mark())
