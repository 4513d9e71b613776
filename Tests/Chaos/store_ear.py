"""Listens at Redis: to what is published, and to what is asked."""
import asyncio
import collections
import contextlib
import re

import redis.exceptions

CHANNEL = re.compile(r"^sf:\{s\d+\}:p:(.+):d$")
UPDATE = re.compile(rb"^(?:update \S+|moved) (\d+)-")
READ = re.compile(r'"?HGETALL"? "?sf:\{s\d+\}:p:([^" ]+):c"?$', re.IGNORECASE)


class Ear:
    """Hears updates of epochs older than those that pages had when it began to listen."""

    def __init__(self):
        self._old, self._epochs = [], {}

    @classmethod
    async def listen(cls, drill):
        ear = cls()
        ear._channel = drill.stack.store.pubsub()
        await ear._channel.psubscribe("sf:*")
        for page in ("fast", "curve", "shared"):
            copy = await drill.stored(page)
            ear._epochs[page] = copy.version[0] if copy else 0
        ear._task = asyncio.create_task(ear._hear())
        return ear

    async def _hear(self):
        with contextlib.suppress(redis.exceptions.RedisError, OSError):
            async for message in self._channel.listen():
                page = CHANNEL.match(str(message["channel"], "latin-1")) if message["type"] == "pmessage" else None
                update = UPDATE.match(message["data"]) if page else None
                if update and int(update[1]) < self._epochs.get(page[1], 0):
                    self._old.append((page[1], int(update[1])))

    async def stop(self):
        """The pages and epochs of what was published too late."""
        self._task.cancel()
        await self._channel.aclose()
        return self._old


class ReadCount:
    """How often whole pages were read while it was there, by page. Used in an `async with`."""

    def __init__(self, store):
        self._store, self.reads = store, collections.Counter()

    async def __aenter__(self):
        self._monitor = self._store.monitor()
        await self._monitor.__aenter__()
        self._task = asyncio.create_task(self._count())
        return self

    async def __aexit__(self, *_):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(Exception):
            await self._monitor.connection.disconnect()

    async def _count(self):
        async for asked in self._monitor.listen():
            # The script that reads a page asks for its components so; nothing else does but the driver itself.
            if asked["client_type"] == "lua" and (page := READ.search(asked["command"])):
                self.reads[page[1]] += 1
