"""An HTTP server that answers well until told otherwise, and then in every bad way there is (SCENARIOS F40)."""
import asyncio
import gzip

GOOD = b'{"value": 42}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SWOLLEN = gzip.compress(b" " * (64 << 20) + GOOD)


class RoughServer:
    """Each path is a way to be bad; `port` is where it listens."""

    def __init__(self):
        self.port, self.is_good = None, True
        self.asked = 0
        self._server, self._writers = None, set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader, writer):
        self._writers.add(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.asked += 1
                way = head.split(b" ")[1].strip(b"/").decode()
                if self.is_good:
                    writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD)
                else:
                    await WAYS[way](writer)
                    return
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()


async def hang(_):
    await asyncio.sleep(3600)


async def trickle(writer):
    """Something every half second, so that no time limit between two bytes helps."""
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    await drip(writer, b" ")


async def drip_header(writer):
    writer.write(HEAD)
    await drip(writer, b"X-More: 1\r\n")


async def drip(writer, what):
    while True:
        writer.write(what)
        await writer.drain()
        await asyncio.sleep(0.5)


async def flood(writer):
    writer.write(HEAD + b"Connection: close\r\n\r\n")
    while True:
        writer.write(b" " * 65536)
        await writer.drain()


async def promise_more(writer):
    """A length that never comes true."""
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\n" + GOOD)
    await writer.drain()


async def promise_less(writer):
    writer.write(HEAD + b"Content-Length: 5\r\n\r\n" + GOOD + b"HTTP/1.1 200 OK\r\n\r\n")
    await writer.drain()


async def promise_the_moon(writer):
    writer.write(HEAD + b"Content-Length: 10737418240\r\n\r\n")
    await flood(writer)


async def swell(writer):
    """A few kilobytes that become 64 MiB."""
    writer.write(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(SWOLLEN) + SWOLLEN)
    await writer.drain()
    await asyncio.sleep(1)


async def babble(writer):
    writer.write(b"\x00\xff no HTTP \r\n\r\n")
    await writer.drain()


WAYS = {
    "hang": hang, "trickle": trickle, "header": drip_header, "flood": flood, "more": promise_more, "less": promise_less,
    "moon": promise_the_moon, "swell": swell, "babble": babble,
}
