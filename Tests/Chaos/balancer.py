"""A round-robin TCP balancer that asks each front for its readiness, as the ones in production do."""
import asyncio

from web import ask

CONNECT_PATIENCE = 1.0
CHECK_EVERY = 0.3
CHECK_PATIENCE = 1.0
CHUNK = 65536


class Balancer:
    """Sends each connection to the next front in turn; to any of them while none is ready."""

    def __init__(self):
        self.port = None
        self.fronts = []
        self.ready = set()
        self._turn = 0
        self._pairs = set()
        self._server = None
        self._check = None

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port or 0, backlog=2048)
        self.port = self._server.sockets[0].getsockname()[1]
        self._check = asyncio.ensure_future(self._watch())
        return self

    def stop(self):
        if self._server:
            self._check.cancel()
            self._server.close()
        self.cut()

    def cut(self):
        """Ends every connection at once, as its death would."""
        for pair in list(self._pairs):
            for writer in pair:
                writer.transport.abort()

    def clients(self, front):
        """The client ports whose connections lead to that front's port now."""
        return {client.get_extra_info("peername")[1] for client, server in self._pairs
                if (server.get_extra_info("peername") or (None, None))[1] == front}

    async def _watch(self):
        while True:
            await asyncio.gather(*(self._ask(port) for port in self.fronts))
            await asyncio.sleep(CHECK_EVERY)

    async def _ask(self, port):
        try:
            is_ready = (await ask(port, "GET", "/health/ready", within=CHECK_PATIENCE)).status == 200
        except (OSError, asyncio.TimeoutError):
            is_ready = False
        (self.ready.add if is_ready else self.ready.discard)(port)

    async def _serve(self, reader, writer):
        front = await self._connect()
        if front is None:
            writer.transport.abort()
            return
        pair = (writer, front[1])
        self._pairs.add(pair)
        try:
            await asyncio.gather(pipe(reader, front[1]), pipe(front[0], writer))
        except asyncio.CancelledError:
            pass  # The driver ends.
        finally:
            self._pairs.discard(pair)
            for end in pair:
                end.transport.abort()

    async def _connect(self):
        choice = [port for port in self.fronts if port in self.ready] or list(self.fronts)
        for _ in choice:
            self._turn += 1
            port = choice[self._turn % len(choice)]
            try:
                return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), CONNECT_PATIENCE)
            except (OSError, asyncio.TimeoutError):
                continue
        return None


async def pipe(reader, writer):
    try:
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
