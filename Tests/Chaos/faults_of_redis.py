"""The faults of the store (SCENARIOS F9 to F18, F42 to F44)."""
import asyncio
import shutil
import time

import redis.exceptions

import keys
from faults import fault, owner_of

SNAPSHOT = "yesterday"
REFUSED = 78


async def restart_redis(drill, away=1.0, between=None):
    """Kills Redis, changes what it finds when it starts, and starts it; gives the moment it is back."""
    stack = drill.stack
    await stack.redis.kill()
    if between:
        between(stack.folder / "appendonlydir")
    await asyncio.sleep(away)
    mark = drill.mark()
    await stack.start_redis()
    return time.monotonic(), mark


@fault("F9", "Redis killed, back after 1 s with its file", 0.5, 1.5, short=True)
async def kill_redis(drill):
    since, mark = await restart_redis(drill)
    return await drill.recovered(since, mark)


@fault("F9b", "Redis killed, back after 6 s", 0.5, 2.5)
async def kill_redis_for_long(drill):
    since = time.monotonic()
    await drill.stack.redis.kill()
    await drill.expect_badges(since)
    await asyncio.sleep(max(0, since + 6 - time.monotonic()))
    mark = drill.mark()
    await drill.stack.start_redis()
    return await drill.recovered(time.monotonic(), mark)


@fault("F10", "Redis back empty", 0.5, 1.5, short=True)
async def empty_redis(drill):
    since, mark = await restart_redis(drill, between=shutil.rmtree)
    return await drill.recovered(since, mark)


@fault("F11", "flush while running", 0.3, 1.0, short=True)
async def flush(drill):
    since = time.monotonic()
    await drill.stack.store.flushall()
    return await drill.recovered(since, drill.mark())


@fault("F12", "Redis back with an old file", 1.0, 2.0, short=True)
async def bring_back_old_file(drill):
    stack = drill.stack
    old = stack.folder / SNAPSHOT
    shutil.rmtree(old, ignore_errors=True)
    await stack.store.bgrewriteaof()
    await asyncio.sleep(1)
    shutil.copytree(stack.folder / "appendonlydir", old)
    await asyncio.sleep(3)

    def restore(folder):
        shutil.rmtree(folder)
        shutil.copytree(old, folder)
    since, mark = await restart_redis(drill, between=restore)
    return await drill.recovered(since, mark)


@fault("F15", "Redis stalls 3 s", 0.2, 0.5, short=True)
async def stall(drill):
    before = await lease(drill)
    try:
        await drill.stack.store.execute_command("DEBUG", "SLEEP", "3")
    except redis.exceptions.TimeoutError:
        pass
    taken = await drill.recovered(time.monotonic(), drill.mark())
    await expect_same_owner(drill, before)
    return taken


async def pause(drill, mode):
    before = await lease(drill)
    await drill.stack.store.execute_command("CLIENT", "PAUSE", "2500", mode)
    await asyncio.sleep(2.5)
    taken = await drill.recovered(time.monotonic(), drill.mark())
    await expect_same_owner(drill, before)
    return taken


@fault("F16a", "Redis paused 2.5 s, all", 0.2, 0.5)
async def pause_all(drill):
    return await pause(drill, "ALL")


@fault("F16w", "Redis paused 2.5 s, writes", 0.2, 0.5, short=True)
async def pause_writes(drill):
    return await pause(drill, "WRITE")


@fault("F17", "pub/sub connections killed", 0.3, 1.0, short=True)
async def kill_channels(drill):
    since = time.monotonic()
    await drill.stack.store.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    return await drill.recovered(since, drill.mark())


@fault("F18", "command connections killed", 0.5, 1.5, short=True)
async def kill_commands(drill):
    since = time.monotonic()
    await drill.stack.store.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    return await drill.recovered(since, drill.mark())


async def delete(drill, *keys):
    since = time.monotonic()
    await drill.stack.store.delete(*keys)
    return await drill.recovered(since, drill.mark())


@fault("F42m", "page's meta deleted", 1.0, 2.0, short=True)
async def delete_meta(drill):
    return await delete(drill, keys.page("fast", "m"), keys.page("shared", "m"))


@fault("F42c", "page's components deleted", 1.0, 2.0)
async def delete_components(drill):
    return await delete(drill, keys.page("fast", "c"), keys.page("shared", "c"))


@fault("F42x", "page's tombstones and private state deleted", 1.0, 2.0)
async def delete_tombstones(drill):
    return await delete(drill, keys.page("fast", "x"), keys.page("fast", "k"), keys.page("curve", "k"))


@fault("F42p", "lists of pages and set-up deleted, owner killed", 1.5, 2.5)
async def delete_lists(drill):
    """The next owner must find the pages all the same."""
    stack, owner = drill.stack, await owner_of(drill)
    since = time.monotonic()
    await stack.store.delete(keys.CONFIGURATION, *(keys.of_shard(number, "pages") for number in keys.every_shard()))
    await owner.kill()
    taken = await drill.recovered(since, await drill.mark_with_store())
    await stack.until(lambda: stack.store.hget(keys.CONFIGURATION, "shards"), "the store's set-up", 5)
    await stack.start_producer(owner)
    return taken


@fault("F42s", "configuration, floors, lists of pages and of producers deleted", 1.0, 2.0)
async def delete_what_is_shared(drill):
    parts = [keys.of_shard(number, part) for number in keys.every_shard() for part in ("floor", "pages")]
    return await delete(drill, keys.CONFIGURATION, keys.PRODUCERS, *parts)


@fault("F42v", "viewers' marks deleted while they click", 1.0, 2.0)
async def delete_marks(drill):
    """What is asked for again within the moment of the loss may count twice only if nobody remembers it; the owner does."""
    found = [key async for key in drill.stack.store.scan_iter("sf:*:cl:*", count=1000)]
    before = answered_anew(drill)
    for clicker in drill.clickers:
        clicker.clicks.marks_are_lost()
    taken = await delete(drill, *found)
    # Those that were on their way are sent again after a second.
    await asyncio.sleep(2)
    drill.notes.append(f"{len(found)} marks, {answered_anew(drill) - before} clicks answered anew")
    return taken


def answered_anew(drill):
    return sum(clicker.clicks.answered_anew for clicker in drill.clickers)


@fault("F42e", "event stream deleted", 1.0, 2.0, short=True)
async def delete_stream(drill):
    return await delete(drill, *(keys.of_shard(number, "ev") for number in keys.every_shard()))


@fault("F42l", "lease deleted", 1.0, 2.0, short=True)
async def delete_lease(drill):
    return await delete(drill, *(keys.of_shard(number, "lease") for number in keys.every_shard()))


async def garble(drill, write):
    pipe = drill.stack.store.pipeline(transaction=True)
    write(pipe)
    since = time.monotonic()
    await pipe.execute()
    return await drill.recovered(since, drill.mark())


@fault("F43t", "page keys of a wrong type", 1.0, 2.0)
async def change_types(drill):
    return await garble(drill, lambda pipe: pipe.delete(keys.page("fast", "m"), keys.page("curve", "c"))
                        .set(keys.page("fast", "m"), "no hash").rpush(keys.page("curve", "c"), "no", "hash"))


@fault("F43s", "tombstones, private state, floor, list of pages and events of a wrong type", 1.0, 2.0)
async def change_other_types(drill):
    wrong = [keys.page("fast", "x"), keys.page("fast", "k"), keys.of_shard(keys.shard(), "floor"),
             keys.of_shard(keys.shard(), "pages"), keys.events()]

    def write(pipe):
        pipe.delete(*wrong)
        for key in wrong:
            pipe.rpush(key, "no", "such", "type")
    return await garble(drill, write)


@fault("F43g", "garbage in page keys", 1.0, 2.0, short=True)
async def write_garbage(drill):
    return await garble(drill, lambda pipe: pipe.hset(keys.page("fast", "m"), "r", "abc")
                        .hset(keys.page("curve", "c"), "a", "\xff\xfe{").publish(keys.page("fast", "d"), "update x y z\n\xff"))


@fault("F43e", "garbage in the event stream", 1.0, 2.0)
async def write_garbage_events(drill):
    return await garble(drill, lambda pipe: pipe.xadd(keys.events(), {"what": "\xff"})
                        .publish(keys.heartbeat(), "no heartbeat"))


@fault("F43l", "lease of a wrong type", 1.0, 2.0)
async def change_lease_type(drill):
    return await garble(drill, lambda pipe: pipe.delete(keys.lease()).set(keys.lease(), "no hash"))


@fault("F44", "scripts flushed", 0.2, 0.5, short=True)
async def flush_scripts(drill):
    since = time.monotonic()
    await drill.stack.store.script_flush()
    return await drill.recovered(since, drill.mark())


async def lease(drill):
    """Owner and fence of every shard. Several may still be on their way to a producer that has just come."""
    found = await leases(drill)
    for _ in range(10 if keys.count > 1 else 0):
        await asyncio.sleep(1.5)
        before, found = found, await leases(drill)
        if before == found:
            break
    return found


async def leases(drill):
    return [await drill.stack.store.hmget(keys.of_shard(number, "lease"), "o", "f") for number in keys.every_shard()]


async def expect_same_owner(drill, before):
    now = await lease(drill)
    if now != before:
        drill.ledger.violate("I4", f"a stall caused a takeover: {before} became {now}", timed=True)


@fault("F34", "Redis that may throw pages away", 5.0, 10.0)
async def allow_eviction(drill):
    """A producer that starts refuses that and says why; the setting is put right again."""
    stack = drill.stack
    owner = await owner_of(drill)
    standby = next(one for one in stack.producers if one is not owner)
    await stack.store.config_set("maxmemory-policy", "allkeys-lru")
    try:
        await standby.stop()
        since = time.monotonic()
        await stack.launch_producer(standby)
        standby.expected.add(REFUSED)
        code = await asyncio.wait_for(standby.child.wait(), 15)
        taken = time.monotonic() - since
        if code != REFUSED or standby.said("noeviction") is None:
            drill.ledger.violate("exit", f"a producer ends with {code}, not {REFUSED} and the reason, for a wrong policy")
        return taken
    finally:
        await stack.store.config_set("maxmemory-policy", "noeviction")
