"""One HTTP request per connection, so that a balancer may send each to another front."""
import asyncio
import dataclasses
import json

from websocket import parse_head


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


async def ask(port, method, path, body=None, headers=None, within=10.0):
    """The answer, or `OSError` or `TimeoutError`."""
    return await asyncio.wait_for(_ask(port, method, path, body, headers or {}), within)


async def _ask(port, method, path, body, headers):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}"] if body is not None else []
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b""))
        status, answered = parse_head(await reader.readuntil(b"\r\n\r\n"))
        length = int(answered.get("content-length", 0))
        return Answer(status, answered, await reader.readexactly(length) if length else b"")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError) as error:
        raise ConnectionResetError("no whole answer") from error
    finally:
        writer.transport.abort()
