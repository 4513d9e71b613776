"""Stands between two programs and does to their connection what networks do.

`delay`, `throttle`, `cut` (one way or both, without a word to either side), `drop_push` (loses published messages
without a gap in the bytes), `reset` and `half_close`. Commanded in process by whoever started it.
"""
import asyncio
import contextlib
import socket
import struct

CHUNK = 65536
UP, DOWN = "up", "down"  # to the server, to the client


class FaultProxy:
    """Listens on a port of its own and connects each client to `target`."""

    def __init__(self, target, reads_redis=True):
        self.target, self._reads_redis = target, reads_redis
        self.port = None
        self.dropped = 0
        self._delay = 0.0
        self._rate, self._is_swift = None, asyncio.Event()
        self._open = {UP: asyncio.Event(), DOWN: asyncio.Event()}
        self._drops = []
        self._trap, self.is_tripped = None, False
        self._pairs = set()
        self._tasks = set()
        self._server = None
        self.heal()

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def stop(self):
        """Ends every connection and everything that belongs to one."""
        self._server.close()
        self.reset()
        for task in self._tasks:
            task.cancel()

    # What it can do.

    def heal(self):
        """Ends every fault; what was held back by a cut arrives now, late, as it would in a network."""
        self._delay, self._rate, self._drops, self._trap = 0.0, None, [], None
        self._is_swift.set()
        for way in self._open.values():
            way.set()

    def delay(self, seconds):
        """Holds every chunk, in both directions, for that long."""
        self._delay = seconds

    def throttle(self, bytes_per_second):
        """Lets no more than that through, per connection and direction."""
        self._rate = bytes_per_second
        self._is_swift.clear()

    def cut(self, *ways):
        """Lets nothing through in these directions (both if none is named); connections stay open."""
        for way in ways or (UP, DOWN):
            self._open[way].clear()

    def cut_after(self, word):
        """Lets the next request that holds this word through, and no other after it."""
        self._trap, self.is_tripped = word, False

    def drop_push(self, channel, count=1):
        """Loses the next `count` messages published on channels that end in `channel`."""
        self._drops += [channel.encode()] * count

    def reset(self):
        """Ends every connection with RST on both sides."""
        for pair in list(self._pairs):
            for writer in pair:
                abort(writer)

    def half_close(self):
        """Tells every client that the server sends no more, and takes no notice of the rest."""
        for client, _ in self._pairs:
            if client.can_write_eof() and not client.is_closing():
                client.write_eof()

    @property
    def connections(self):
        return len(self._pairs)

    # How it does it.

    async def _serve(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        try:
            server = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.target), 2)
            await self._join((reader, writer), server)
        except (OSError, asyncio.TimeoutError):
            abort(writer)
        except asyncio.CancelledError:
            pass  # The driver ends.
        finally:
            self._tasks.discard(asyncio.current_task())

    async def _join(self, client, server):
        pair = (client[1], server[1])
        self._pairs.add(pair)
        ways = [asyncio.ensure_future(self._pipe(UP, client[0], server[1])),
                asyncio.ensure_future(self._pipe(DOWN, server[0], client[1]))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self._pairs.discard(pair)
            for end in pair:
                end.close()

    async def _pipe(self, way, reader, writer):
        pushes = PushFilter(self._takes) if way == DOWN and self._reads_redis else None
        try:
            while chunk := await reader.read(CHUNK):
                if self._delay:
                    await asyncio.sleep(self._delay)
                await self._open[way].wait()
                writer.write(pushes.pass_on(chunk) if pushes else chunk)
                await writer.drain()
                if way == UP and self._trap and self._trap in chunk:
                    self._trap, self.is_tripped = None, True
                    self.cut(UP)
                if self._rate:
                    await self._rest(len(chunk) / self._rate)
            await self._open[way].wait()
        except (OSError, RuntimeError):
            abort(writer)

    async def _rest(self, seconds):
        """A chunk may cost half a minute: all of it would outlast the fault."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._is_swift.wait(), seconds)

    def _takes(self, channel):
        for wanted in self._drops:
            if channel.endswith(wanted):
                self._drops.remove(wanted)
                self.dropped += 1
                return True
        return False


class PushFilter:
    """Cuts a stream of Redis answers at their ends and leaves out the pushes that `takes(channel)` wants."""

    def __init__(self, takes):
        self._takes = takes
        self._kept = b""

    def pass_on(self, chunk):
        data, at, out = self._kept + chunk, 0, []
        while (end := end_of_value(data, at)) is not None:
            value = data[at:end]
            if not (value.startswith(b"*3\r\n$7\r\nmessage\r\n") and self._takes(value.split(b"\r\n")[4])):
                out.append(value)
            at = end
        self._kept = data[at:]
        return b"".join(out)


def end_of_value(data, at):
    """Where the RESP value that starts at `at` ends, or None if more must come."""
    line = data.find(b"\r\n", at)
    if line < 0:
        return None
    kind, end = data[at:at + 1], line + 2
    if kind == b"$":
        length = int(data[at + 1:line])
        end = end if length < 0 else end + length + 2
        return end if end <= len(data) else None
    if kind == b"*":
        for _ in range(max(0, int(data[at + 1:line]))):
            end = end_of_value(data, end)
            if end is None:
                return None
    return end


def abort(writer):
    """Closes with RST."""
    connection = writer.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
