"""What is watched all the time beside the viewers: the machine's own stalls, the lease, and memory."""
import asyncio
import collections
import time

import redis.exceptions

import keys
from figures import kilobytes

STEP = 0.05
STALL = 0.4
EVERY = 0.25


class Vigil:
    """Runs beside a drill. `is_shaken` says whether times measured just now mean anything."""

    def __init__(self, stack, ledger):
        self.stack, self.ledger = stack, ledger
        self.stalls = collections.deque(maxlen=1000)
        self.peaks = collections.Counter()
        self.owners = {}

    async def run(self):
        await asyncio.gather(self.watch_machine(), self.watch_lease(), self.watch_memory())

    def is_shaken(self, within=6.0):
        """Whether the driver itself stood still lately: then whole seconds are missing in everybody's life."""
        return any(at > time.monotonic() - within for at, _ in self.stalls)

    async def watch_machine(self):
        while True:
            due = time.monotonic() + STEP
            await asyncio.sleep(STEP)
            if (late := time.monotonic() - due) > STALL:
                self.stalls.append((time.monotonic(), late))

    async def watch_lease(self):
        """Of one lineage each fence has one owner (I4)."""
        while True:
            await asyncio.sleep(EVERY)
            for number in keys.every_shard():
                try:
                    found = await self.stack.store.hmget(keys.of_shard(number, "lease"), "o", "f", "l")
                except (redis.exceptions.RedisError, OSError, asyncio.TimeoutError):
                    continue
                if None not in found:
                    self.note_owner(number, *(one.decode() for one in found))

    def note_owner(self, shard, owner, fence, lineage):
        known = self.owners.setdefault((shard, lineage, fence), owner)
        if known != owner:
            self.ledger.violate("I4", f"fence {fence} of shard {shard} belongs to {known} and to {owner}")

    async def watch_memory(self):
        while True:
            for program in self.stack.programs:
                if program.is_alive:
                    try:
                        self.peaks[program.name] = max(self.peaks[program.name], kilobytes(program.pid) // 1024)
                    except (OSError, TypeError):
                        pass  # It has just ended.
            await asyncio.sleep(1)
