"""The faults of the processes (SCENARIOS F1 to F8). Each coroutine injects one and gives the seconds to recovery."""
import asyncio
import dataclasses
import signal
import time
import typing

from store_ear import Ear

DROP_WITHIN = 0.5
LOST = r"lost a shard to another"
SLOWEST_POLL = 0.5


@dataclasses.dataclass
class Fault:
    name: str
    title: str
    goal: float | None
    limit: float | None
    run: typing.Callable
    is_short: bool
    # Complaints of one text in one log that this fault may cause: where each stands for a cause of its own.
    most_complaints: int = 0
    # In runs with `--minutes` only.
    is_long: bool = False


ALL = {}


def fault(name, title, goal=None, limit=None, **more):
    """Puts a coroutine into the list under the number that the scenarios give it."""
    def add(run):
        ALL[name] = Fault(name, title, goal, limit or goal, run, more.get("short", False), more.get("complaints", 0),
                          more.get("long", False))
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


@fault("F2", "producer frozen 6 s (30 s in a long run), then awake", 1.5, 2.5, short=True)
async def freeze_owner(drill):
    owner = await owner_of(drill)
    since = time.monotonic()
    owner.signal(signal.SIGSTOP)
    await asyncio.sleep(0.1)
    try:
        taken = await drill.recovered(since, await drill.mark_with_store())
        await asyncio.sleep(max(0, since + (30 if drill.is_long else 6) - time.monotonic()))
        ear, losses = await Ear.listen(drill), len(owner.said_all(LOST))
    finally:
        owner.signal(signal.SIGCONT)
    await expect_silence(drill, owner, ear, losses)
    return taken


async def expect_silence(drill, owner, ear, losses):
    """Who wakes up as a former owner drops what it has, and is not heard any more (I4)."""
    since = time.monotonic()
    while not (lost := len(owner.said_all(LOST)) > losses) and time.monotonic() - since < 3:
        await asyncio.sleep(0.01)
    took = time.monotonic() - since
    await asyncio.sleep(max(0, 1 - took))
    if old := await ear.stop():
        drill.ledger.violate("I4", f"{owner.name} woke up and published {old[:3]} in epochs that were over")
    if not lost:
        drill.ledger.violate("I4", f"{owner.name} woke up and did not say that it lost its shard")
        return
    late = "" if took <= DROP_WITHIN else f" (MISSED, {DROP_WITHIN:g} is the goal)"
    drill.notes.append(f"dropped its state {took:.2f} s after waking{late}, published nothing")


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
    await drill.expect_badges(since, within=3.0 + SLOWEST_POLL)
    drill.note_badges(since)
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    mark = drill.mark()
    since = time.monotonic()
    await drill.stack.start_producer(drill.stack.producers[0])
    return await drill.recovered(since, mark)


@fault("F5", "rolling restart of three producers", 0.6, 1.0)
async def restart_in_turn(drill):
    slowest = 0.0
    async with drill.stack.one_more_producer():
        await asyncio.sleep(1)
        for producer in drill.stack.producers:
            since = time.monotonic()
            code, took = await producer.stop()
            check_exit(drill, producer, code, took, 2.0)
            taken = await drill.recovered(since, await drill.mark_with_store())
            slowest = max(slowest, taken if taken is not None else 99)
            await drill.stack.start_producer(producer)
            await asyncio.sleep(1)
        # The third leaves as it came, and may be the owner.
        since = time.monotonic()
        await drill.stack.producers[-1].stop()
        await drill.recovered(since, await drill.mark_with_store())
    return slowest


@fault("F6", "front killed", 1.0, 3.0, short=True)
async def kill_front(drill):
    front = drill.stack.fronts[-1]
    since = time.monotonic()
    await front.kill()
    return await drill.recovered(since, drill.mark())


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
