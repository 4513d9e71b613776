"""Two balancers in front of several fronts: one of ours that tells what went where, and HAProxy."""
import asyncio
import itertools
import shutil
import threading

from processes import Program, free_port, until
from web import get

CONNECT_PATIENCE = 1.0


class RoundRobin:
    """Sends each request to the next front that takes it, over a connection that serves that one request.

    It reads no more of HTTP than the head of the request: `Connection` is replaced so that the front ends the
    connection with its answer, and a socket's upgrade is left as it is.
    """

    def __init__(self, ports):
        self.ports = list(ports)
        self.served = []
        self._turn = itertools.count()
        self._loop = asyncio.new_event_loop()
        self._tasks = set()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait(5)
        self.base = f"http://127.0.0.1:{self.port}"

    def last(self, part: str):
        """The port of the front that took the latest request whose path holds `part`."""
        return next((port for path, port in reversed(self.served) if part in path), None)

    def cut(self):
        """Ends every connection without a word, as a network does."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._tasks])

    def stop(self):
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join(5)

    def _end(self):
        for task in self._tasks:
            task.cancel()
        self._loop.call_later(0.05, self._loop.stop)

    def _run(self, started):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        self._loop.run_forever()
        server.close()

    async def _serve(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        front = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            front = await self._connect(head)
            if front is None:
                writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            front[1].write(single(head))
            ways = [asyncio.ensure_future(pipe(reader, front[1])), asyncio.ensure_future(pipe(front[0], writer))]
            await ways[1]
            ways[0].cancel()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(asyncio.current_task())
            for end in filter(None, (writer, front and front[1])):
                end.close()

    async def _connect(self, head):
        path = head.split(b" ", 2)[1].decode("latin-1")
        for _ in self.ports:
            port = self.ports[next(self._turn) % len(self.ports)]
            try:
                pair = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), CONNECT_PATIENCE)
            except (OSError, asyncio.TimeoutError):
                continue
            self.served.append((path, port))
            return pair
        return None


def single(head: bytes) -> bytes:
    """The head of a request that is the only one on its connection."""
    lines = head.split(b"\r\n")
    if any(line.lower().startswith(b"upgrade:") for line in lines):
        return head
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join(kept[:1] + [b"Connection: close"] + kept[1:])


async def pipe(reader, writer):
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass


CONFIGURATION = """
global
  maxconn 500
defaults
  mode http
  option http-server-close
  option redispatch
  retries 3
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
frontend browsers
  bind 127.0.0.1:{port}
{below}
  default_backend fronts
backend fronts
  balance roundrobin
  option httpchk GET /health/live
  default-server check inter 300ms fall 1 rise 1
{servers}
"""


BELOW = '''
  http-request redirect location {path}/ if {{ path {path} }}
  http-request deny deny_status 404 unless {{ path_beg {path}/ }}
  http-request replace-path {path}/(.*) /\\1
'''


class HAProxy(Program):
    """A real HAProxy with `balance roundrobin` and `option http-server-close`; `below`: the path under which all is served."""

    def __init__(self, ports, folder, below=""):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}{below}"
        self._below = below
        servers = "\n".join(f"  server front{index} 127.0.0.1:{port}" for index, port in enumerate(ports))
        path = folder / "haproxy.cfg"
        path.write_text(CONFIGURATION.format(
            port=self.port, servers=servers, below=BELOW.format(path=below) if below else ""))
        super().__init__(shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", path, folder=folder)
        until(self._answers, what="an answer of HAProxy")

    def _answers(self):
        try:
            return get(self.base, f"{self._below}/health/live").status == 200
        except OSError:
            return False
