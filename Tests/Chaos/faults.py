"""The faults of the processes (SCENARIOS F1 to F8). Each coroutine injects one and gives the seconds to recovery."""
import asyncio
import dataclasses
import signal
import time
import typing


@dataclasses.dataclass
class Fault:
    name: str
    title: str
    goal: float | None
    limit: float | None
    run: typing.Callable
    is_short: bool


ALL = {}


def fault(name, title, goal=None, limit=None, short=False):
    """Puts a coroutine into the list under the number that the scenarios give it."""
    def add(run):
        ALL[name] = Fault(name, title, goal, limit or goal, run, short)
        return run
    return add


async def owner_of(drill):
    return await drill.stack.until(drill.stack.owner, "an owner")


async def give_ownership(drill, wanted):
    """Stops owners until the wanted producer has the shard."""
    while (owner := await owner_of(drill)) is not wanted:
        await owner.stop()
        await drill.stack.until(drill.stack.owner, "another owner")
        await drill.stack.start_producer(owner)
        await drill.all_fresh(10)


@fault("F1", "producer killed", 1.5, 2.5, short=True)
async def kill_owner(drill):
    owner = await owner_of(drill)
    since = time.monotonic()
    await owner.kill()
    # What it published before it died may still be under way to some viewers.
    return await drill.recovered(since, await drill.mark_with_store())


@fault("F2", "producer frozen 6 s, then awake", 1.5, 2.5, short=True)
async def freeze_owner(drill):
    owner = await owner_of(drill)
    since = time.monotonic()
    owner.signal(signal.SIGSTOP)
    await asyncio.sleep(0.1)
    try:
        taken = await drill.recovered(since, await drill.mark_with_store())
        await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    finally:
        owner.signal(signal.SIGCONT)
    await asyncio.sleep(1)
    if owner.said(r"lost a shard to another") is None:
        drill.ledger.violate("I4", f"{owner.name} woke up and did not say that it lost its shard")
    return taken


@fault("F3", "producer stopped", 0.3, 0.6, short=True)
async def stop_owner(drill):
    owner = await owner_of(drill)
    since = time.monotonic()
    # What it still commits while it stops is no recovery: the mark is its last version.
    code, took = await owner.stop()
    taken = await drill.recovered(since, await drill.mark_with_store())
    check_exit(drill, owner, code, took, 2.0)
    return taken


@fault("F4", "all producers dead for 6 s", 1.5, 2.5, short=True)
async def kill_all_producers(drill):
    since = time.monotonic()
    for producer in drill.stack.producers:
        await producer.kill()
    await drill.expect_badges(since)
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    mark = drill.mark()
    since = time.monotonic()
    await drill.stack.start_producer(drill.stack.producers[0])
    return await drill.recovered(since, mark)


@fault("F5", "rolling restart of the producers", 0.6, 0.6)
async def restart_in_turn(drill):
    slowest = 0.0
    for producer in drill.stack.producers:
        since = time.monotonic()
        code, took = await producer.stop()
        check_exit(drill, producer, code, took, 2.0)
        taken = await drill.recovered(since, await drill.mark_with_store())
        slowest = max(slowest, taken if taken is not None else 99)
        await drill.stack.start_producer(producer)
        await asyncio.sleep(1)
    return slowest


@fault("F6", "front killed", 1.0, 3.0, short=True)
async def kill_front(drill):
    front = drill.stack.fronts[-1]
    since = time.monotonic()
    await front.kill()
    return await drill.recovered(since, drill.mark())


@fault("F7", "front drained", 2.0, 2.0, short=True)
async def drain_front(drill):
    front = drill.stack.fronts[-1]
    there, before = drill.sockets(front), drill.ledger.counts["close 1012"]
    since = time.monotonic()
    code, took = await front.stop()
    check_exit(drill, front, code, took, 10.0)
    await asyncio.sleep(0.1)
    said = drill.ledger.counts["close 1012"] - before
    if said < len(there):
        drill.ledger.violate("exit", f"{front.name} said goodbye with 1012 to {said} of {len(there)} sockets")
    drill.notes.append(f"exit after {took:.1f} s, {len(there)} sockets moved")
    return await drill.recovered(since + took, drill.mark())


@fault("F8", "front frozen 10 s", 1.0, 1.0)
async def freeze_front(drill):
    front = drill.stack.fronts[-1]
    there = drill.sockets(front)
    since = time.monotonic()
    front.signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(10)
        left = await drill.recovered(since, drill.mark(), within=12.5, viewers=[v for v in there if v in drill.ticking])
        if left is None:
            drill.ledger.violate("I9", "viewers stayed on a frozen front for more than 12 s", timed=True)
        mark = drill.mark()
    finally:
        front.signal(signal.SIGCONT)
    return await drill.recovered(time.monotonic(), mark)


def check_exit(drill, program, code, took, within):
    if code != 0 or took > within:
        drill.ledger.violate(
            "exit", f"{program.name} ended with {code} after {took:.1f} s; 0 within {within} s is right", timed=code == 0)
