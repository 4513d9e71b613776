"""The faults of what runs inside a producer: events, programs, sources and commands (SCENARIOS F38 to F41)."""
import asyncio
import contextlib
import time

import redis.exceptions

import keys
from clickers import AjaxClicker
from faults import fault, give_ownership, owner_of
from faults_of_redis import expect_same_owner, lease
from figures import processes_with
from rough_server import WAYS, RoughServer
from viewers import SocketViewer

PAGE = "rough"
SLIGHT, LATE = 0.1, 0.45  # Seconds for each way to Redis; effects pause 0.75 s after a beat was asked for.
EFFECT = """title: Rough
act: anyone
actions:
  go: {{ type: http, method: POST, url: "http://127.0.0.1:{port}/hang" }}
components: {{ go: {{ type: button, text: Go, action: go }} }}
"""
RUNS = 2.0  # Seconds a command may run.
MOST_MEBIBYTES = 64
NOT_FRESH = ("stale", "error")


@contextlib.asynccontextmanager
async def rough_page(drill, text):
    """A dashboard that is there for one fault, and a viewer of it."""
    path = drill.stack.dashboards / f"{PAGE}.yml"
    viewer = SocketViewer("socket-rough", PAGE, drill.stack.balancer.port, drill.ledger)
    drill.ledger.contents.pop(PAGE, None)
    path.write_text(text)
    task = asyncio.create_task(viewer.run())
    try:
        yield viewer
    finally:
        task.cancel()
        path.unlink()


def states(viewer):
    """The state of each component that has one."""
    return {name: value.get("state") for name, value in viewer.copy.components.items() if not name.startswith("@")}


async def all_in(viewer, wanted):
    found = states(viewer)
    return found if found and all(state in wanted for state in found.values()) else None


# Events.


@fault("F38", "producer ends each time it is handed a certain event", 5.0, 8.0, short=True)
async def poison(drill):
    """Three owners are killed between beginning the event and their first commit; the fourth must bury it."""
    stack, (first, second) = drill.stack, drill.stack.producers
    clicker = AjaxClicker("ajax-poison", "mine", stack.balancer.port, drill.ledger).begin(["one"], 0.001, True)
    clicker.may_fail = {"poison"}
    task = asyncio.create_task(clicker.run())
    buried = await stack.store.xlen(keys.dead_letters("mine"))
    try:
        await click_until(drill, clicker, "applied")
        await drill.settle_clicks()
        for producer in (first, second):
            await producer.kill()
        clicker.clicks.add("one")
        await stack.until(lambda: click_is_oldest(stack.store), "a click that waits")
        # The first may find that the script is not known any more (F44), and be cut off then.
        for _ in range(4):
            if await deliveries(drill) < 3:
                await die_with_event(drill, first)
        drill.notes.append(f"begun {await deliveries(drill)} times")
        since = time.monotonic()
        await stack.start_producer(second)
        await stack.until(lambda: has(clicker.clicks.failed), "the answer `failed poison`", 15)
        taken = time.monotonic() - since
        await expect_buried(drill, clicker, buried)
        return taken
    finally:
        task.cancel()
        drill.resume_clicks()


async def click_is_oldest(store):
    """Only the oldest event is buried: what fronts asked for before the click would be blamed instead."""
    stream = keys.events("mine")
    for entry, fields in await store.xrange(stream):
        if fields[b"kind"] == b"event":
            return True
        await store.xdel(stream, entry)
    return False


async def die_with_event(drill, producer):
    """A producer that is cut off the moment it begins events, and then killed."""
    proxy = drill.stack.proxies[producer.name]
    lease, stream = keys.lease("mine"), keys.events("mine")
    # The script's keys: of a producer that has just come, no other call has them both.
    proxy.cut_after(f"{lease}\r\n${len(stream)}\r\n{stream}\r\n".encode())
    await drill.stack.start_producer(producer)
    await drill.stack.until(lambda: asyncio.sleep(0, proxy.is_tripped), "a producer that begins events", 15)
    await asyncio.sleep(0.3)
    await producer.kill()
    # What was held back would still be carried out.
    proxy.reset()
    proxy.heal()


async def deliveries(drill):
    """How many owners began the event that waits."""
    try:
        waiting = await drill.stack.store.xpending_range(keys.events("mine"), "g", "-", "+", 10)
    except redis.exceptions.ResponseError:
        return 0
    return max((entry["times_delivered"] for entry in waiting), default=0)


async def click_until(drill, clicker, state):
    """One click that is answered like that."""
    await drill.stack.until(lambda: asyncio.sleep(0, clicker.token and clicker.copy.version), "the clicker's page", 10)
    before = sum(getattr(clicker.clicks, state).values())
    clicker.clicks.add(clicker.components[0])
    await drill.stack.until(lambda: asyncio.sleep(0, sum(getattr(clicker.clicks, state).values()) > before), state, 10)


async def has(counter):
    return sum(counter.values())


async def expect_buried(drill, clicker, before):
    """It is among the dead letters, without effect, and the next click counts as ever."""
    if await drill.stack.store.xlen(keys.dead_letters("mine")) != before + 1:
        drill.ledger.violate("I3", "the poison event is not among the dead letters")
    await click_until(drill, clicker, "applied")
    await asyncio.sleep(3 * clicker.interval)
    value = clicker.copy.value("one")
    if value != clicker.clicks.applied["one"]:
        counted = clicker.clicks.applied["one"]
        drill.ledger.violate("I3", f"{counted} clicks were applied, one is dead, and there is {value}")


# Effects.


@fault("F22e", "owner's beats are confirmed too late: effects outside pause", 1.0, 3.0)
async def pause_effects(drill):
    """There is no standby, so the owner keeps the lease; it cannot know that. A click of that time takes effect later."""
    stack, (owner, standby), proxy = drill.stack, drill.stack.producers, drill.stack.proxies["producer0"]
    await give_ownership(drill, owner)
    await standby.stop()
    async with RoughServer() as server, rough_page(drill, EFFECT.format(port=server.port)):
        clicker = AjaxClicker("ajax-effect", PAGE, stack.balancer.port, drill.ledger).begin(["go"], 0.001, False)
        task = asyncio.create_task(clicker.run())
        try:
            await click_until(drill, clicker, "applied")
            proxy.delay(SLIGHT)
            await expect_effects(drill, server, clicker, 1, "although its beats are confirmed in time")
            proxy.delay(LATE)
            await asyncio.sleep(2)
            await expect_effects(drill, server, clicker, 0, "although its beats are confirmed too late")
            proxy.heal()
            since, before = time.monotonic(), server.asked
            await stack.until(lambda: asyncio.sleep(0, server.asked > before), "the effect that waited", 10)
            return time.monotonic() - since
        finally:
            task.cancel()
            await stack.start_producer(standby)


async def expect_effects(drill, server, clicker, wanted, why):
    """One click more has so many effects within three seconds."""
    before = server.asked
    clicker.clicks.add("go")
    await asyncio.sleep(3)
    if (found := server.asked - before) != wanted:
        drill.ledger.violate("I4", f"a click has {found} effects at once, not {wanted}, {why}", timed=found < wanted)


# Programs.


@fault("F39", "a jq program and a command that never end", 10.0, 12.0, short=True)
async def loop_for_ever(drill):
    before = await lease(drill)
    text = f"""title: Rough
sources:
  jq: {{ type: counter, every: 1s, pick: "last(repeat(1))" }}
  spin: {{ type: command, run: [sh, -c, "while :; do :; done"], every: 1s, timeout: {RUNS:g}s }}
components: {{ jq: {{ type: number, from: jq }}, spin: {{ type: number, from: spin }} }}
"""
    since = time.monotonic()
    async with rough_page(drill, text) as viewer:
        found = await drill.stack.until(lambda: all_in(viewer, NOT_FRESH), "components that say so", 15)
        taken = time.monotonic() - since
        await asyncio.sleep(2)
        drill.note_others(since)
    await expect_same_owner(drill, before)
    drill.notes.append(", ".join(f"{name}: {state}" for name, state in found.items()))
    return taken


# Sources.


@fault("F40", "servers that hang, trickle, flood, swell and lie about length", 10.0, 12.0, short=True)
async def rough_sources(drill):
    """All answer well at first, so each component has a value to keep."""
    owner = await owner_of(drill)
    async with RoughServer() as server:
        async with rough_page(drill, sources_of(server)) as viewer:
            await drill.stack.until(lambda: all_in(viewer, (None,)), "values of all sources", 10)
            memory, since = owner.kilobytes, time.monotonic()
            server.is_good = False
            await drill.stack.until(lambda: all_in(viewer, NOT_FRESH), "components that all say that it is old", 20)
            taken = time.monotonic() - since
            lost = [name for name in states(viewer) if viewer.copy.value(name) != 42]
            grown = (owner.kilobytes - memory) // 1024
            drill.notes.append(f"{grown:+d} MiB")
            drill.note_others(since)
            if lost:
                drill.ledger.violate("I2", f"components lost the value they had: {lost}")
            if grown > MOST_MEBIBYTES:
                drill.ledger.violate("I8", f"rough servers cost the producer {grown} MiB")
            server.is_good, since = True, time.monotonic()
            await drill.stack.until(lambda: all_in(viewer, (None,)), "values after the servers are well again", 30)
            drill.notes.append(f"well again after {time.monotonic() - since:.1f} s")
    return taken


def sources_of(server):
    address = f"http://127.0.0.1:{server.port}"
    rows = [f"  {way}: {{ type: http, url: '{address}/{way}', every: 1s, pick: {{ value: .value }} }}" for way in WAYS]
    shown = [f"  {way}: {{ type: number, from: {way}.value }}" for way in WAYS]
    return "\n".join(["title: Rough", "sources:", *rows, "components:", *shown, ""])


# Commands.


@fault("F41", "commands that hang, and that start 100 others", RUNS + 1, RUNS + 2, short=True)
async def endless_commands(drill):
    """Each run is one generation of processes; all of it is gone a second after its time is over."""
    alone, many = "86399.125", "86399.25"
    fork = f"i=0; while [ $i -lt 100 ]; do sleep {many} & i=$((i+1)); done; wait"
    text = f"""title: Rough
sources:
  alone: {{ type: command, run: [sleep, "{alone}"], every: 1s, timeout: {RUNS:g}s }}
  many: {{ type: command, run: [sh, -c, "{fork}"], every: 1s, timeout: {RUNS:g}s }}
components: {{ alone: {{ type: number, from: alone }}, many: {{ type: number, from: many }} }}
"""
    started = time.monotonic()
    async with rough_page(drill, text) as viewer:
        taken = max(await asyncio.gather(lives(drill, alone, 1), lives(drill, many, 100)))
        await drill.stack.until(lambda: all_in(viewer, NOT_FRESH), "components that say so", 10)
        drill.note_others(started)
    await expect_gone(drill, alone, many)
    return taken


async def lives(drill, word, count):
    """How long the first generation of processes with that argument was there."""
    async def are_there():
        found = processes_with(word)
        return found if len(found) >= count else None
    first = await drill.stack.until(are_there, f"{count} processes", 10)
    since = time.monotonic()
    while first & processes_with(word) and time.monotonic() - since < 20:
        await asyncio.sleep(0.05)
    return time.monotonic() - since


async def expect_gone(drill, *words):
    """With the definition its processes are gone, too."""
    deadline = time.monotonic() + 5
    while left := set().union(*(processes_with(word) for word in words)):
        if time.monotonic() > deadline:
            drill.ledger.violate("I13", f"{len(left)} processes are left of a source that is gone")
            return
        await asyncio.sleep(0.1)
