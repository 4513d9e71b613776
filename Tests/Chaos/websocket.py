"""A WebSocket client (RFC 6455) for asyncio: text frames, ping and close; no extensions."""
import asyncio
import base64
import hashlib
import os
import struct

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
LARGEST_MESSAGE = 16 << 20
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Closed(Exception):
    """The connection is over; `code` is the close frame's, or 1006 without one."""

    def __init__(self, code, reason=""):
        super().__init__(f"closed with {code} {reason}".strip())
        self.code, self.reason = code, reason


class Refused(Exception):
    """The handshake was answered with something else than 101."""

    def __init__(self, status, headers):
        super().__init__(f"refused with {status}")
        self.status, self.headers = status, headers


class WebSocket:
    """One open connection. `receive` gives texts until it raises `Closed`."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self._parts = []

    @classmethod
    async def open(cls, host, port, path, headers=None, within=2.5):
        """Connects and shakes hands, or raises `Refused`, `OSError` or `TimeoutError`."""
        return await asyncio.wait_for(cls._open(host, port, path, headers or {}), within)

    @classmethod
    async def _open(cls, host, port, path, headers):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            key = base64.b64encode(os.urandom(16))
            lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: Upgrade", "Upgrade: websocket",
                     "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key.decode()}", f"Origin: http://{host}:{port}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            status, answered = parse_head(await reader.readuntil(b"\r\n\r\n"))
            if status != 101:
                raise Refused(status, answered)
            expected = base64.b64encode(hashlib.sha1(key + MAGIC).digest()).decode()
            if answered.get("sec-websocket-accept") != expected:
                raise Refused(status, answered)
            return cls(reader, writer)
        except asyncio.IncompleteReadError as error:
            writer.transport.abort()
            raise ConnectionResetError("closed during the handshake") from error
        except BaseException:
            writer.transport.abort()
            raise

    @property
    def local_port(self):
        """Tells this connection from all others."""
        return (self._writer.get_extra_info("sockname") or (None, None))[1]

    def send(self, text):
        """Queues a masked text frame."""
        self._frame(TEXT, text.encode())

    async def receive(self):
        """The next text message."""
        while True:
            final, code, data = await self._read_frame()
            if code == PING:
                self._frame(PONG, data)
            elif code == CLOSE:
                self._frame(CLOSE, data[:2])
                number = struct.unpack("!H", data[:2])[0] if len(data) >= 2 else 1005
                raise Closed(number, data[2:].decode(errors="replace"))
            elif code != PONG:
                self._parts.append(data)
                if final:
                    message, self._parts = b"".join(self._parts), []
                    return message.decode()

    def close(self):
        """Says goodbye and leaves without waiting for the answer."""
        if not self._writer.is_closing():
            self._frame(CLOSE, struct.pack("!H", 1000))
            self._writer.close()

    def read_again(self):
        """Takes in what had to wait, after `pause_reading` of the transport."""
        self._writer.transport.resume_reading()

    def abort(self):
        """Ends the connection as a crash would."""
        self._writer.transport.abort()

    async def _read_frame(self):
        try:
            first, second = await self._reader.readexactly(2)
            length = second & 0x7F
            if length >= 126:
                form, size = ("!H", 2) if length == 126 else ("!Q", 8)
                length = struct.unpack(form, await self._reader.readexactly(size))[0]
            if second & 0x80 or first & 0x70 or length > LARGEST_MESSAGE:
                self.abort()
                raise Closed(1002, "a frame no server may send")
            return first & 0x80, first & 0x0F, await self._reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise Closed(1006) from error

    def _frame(self, code, data):
        if len(data) < 126:
            length = struct.pack("!B", 0x80 | len(data))
        elif len(data) < 65536:
            length = struct.pack("!BH", 0x80 | 126, len(data))
        else:
            length = struct.pack("!BQ", 0x80 | 127, len(data))
        mask = os.urandom(4)
        stretched = (mask * (len(data) // 4 + 1))[:len(data)]
        masked = (int.from_bytes(data, "big") ^ int.from_bytes(stretched, "big")).to_bytes(len(data), "big")
        if not self._writer.is_closing():
            self._writer.write(bytes([0x80 | code]) + length + mask + masked)


def parse_head(head):
    """Status and headers (names in lower case) of an HTTP answer."""
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(first.split(" ")[1]), {name.strip().lower(): value.strip() for name, value in headers.items()}
