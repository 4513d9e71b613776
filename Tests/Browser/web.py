"""Speaks HTTP and WebSocket byte by byte, as browsers do and as attackers do."""
import base64
import dataclasses
import http.client
import json
import os
import re
import secrets
import socket
import struct
from urllib.parse import urlsplit

TIMEOUT = 12


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


def ask(base, method, path, body=None, headers=None) -> Answer:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=TIMEOUT)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


def get(base, path, headers=None) -> Answer:
    return ask(base, "GET", path, None, headers)


def raw(base, head: str, body=b"") -> Answer:
    """Sends bytes as they are and reads the first answer, even if the server does not want all of the body."""
    host = urlsplit(base).netloc
    with socket.create_connection((urlsplit(base).hostname, urlsplit(base).port), TIMEOUT) as connection:
        connection.sendall(head.replace("{host}", host).encode("latin-1"))
        try:
            for start in range(0, len(body), 65536):
                connection.sendall(body[start:start + 65536])
        except OSError:
            pass
        response = http.client.HTTPResponse(connection)
        response.begin()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


class Tab:
    """What a browser tab knows: its cookie, the page's token, and who it is."""

    def __init__(self, base, page="hello", session=None):
        self.base, self.page = base, page
        self.client = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        self.sequence = 0
        answer = get(base, f"/{page}", {"Cookie": session} if session else {})
        assert answer.status == 200, answer
        self.cookie = session or answer.headers["set-cookie"].split(";")[0]
        self.token = re.search(r'name="splitflap-csrf" content="([^"]+)"', answer.body.decode())[1]

    @property
    def path(self):
        return f"/api/pages/{self.page}"

    @property
    def headers(self):
        return {"Cookie": self.cookie, "Content-Type": "application/json", "Splitflap-CSRF": self.token}

    def poll(self, since=None, headers=None) -> Answer:
        query = f"?client={self.client}" + (f"&since={since}" if since else "")
        return get(self.base, self.path + query, {"Cookie": self.cookie} | (headers or {}))

    def event(self, **changes) -> dict:
        """The body of the next event, with some members changed; `...` leaves one out."""
        self.sequence += 1
        body = {"client": self.client, "seq": self.sequence, "lo": self.sequence, "component": "one"}
        body |= {"event": "click", "data": {}}
        return {name: value for name, value in (body | changes).items() if value is not ...}

    def post(self, body, headers=None) -> Answer:
        """Posts a body: an object, or bytes as they are. A header of `None` is left out."""
        sent = {name: value for name, value in (self.headers | (headers or {})).items() if value is not None}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return ask(self.base, "POST", self.path + "/events", data, sent)


class Refused(Exception):
    """The handshake was answered with something else than 101."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body!r}")
        self.status, self.body = status, body


class Socket:
    """A WebSocket whose every header and frame the test decides."""

    def __init__(self, base, page, cookie=None, origin="own"):
        address = urlsplit(base)
        self._socket = socket.create_connection((address.hostname, address.port), TIMEOUT)
        lines = [
            f"GET /api/pages/{page}/socket HTTP/1.1", f"Host: {address.netloc}", "Connection: Upgrade",
            "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        ]
        lines += [f"Origin: {base if origin == 'own' else origin}"] if origin is not None else []
        lines += [f"Cookie: {cookie}"] if cookie else []
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        self._file = self._socket.makefile("rb")
        status = int(self._file.readline().split()[1])
        headers = http.client.parse_headers(self._file)
        if status != 101:
            body = self._file.read(int(headers.get("Content-Length", 0)))
            self.end()
            raise Refused(status, body)

    def send(self, message):
        """A text frame; anything but text is sent as JSON."""
        data = (message if isinstance(message, str) else json.dumps(message)).encode()
        length = struct.pack("!B", 0x80 | len(data)) if len(data) < 126 else struct.pack("!BH", 0x80 | 126, len(data))
        mask = os.urandom(4)
        self._socket.sendall(b"\x81" + length + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)))

    def hello(self, client, **more):
        self.send({"type": "hello", "protocol": 1, "client": client} | more)

    def receive(self):
        """The next message, or the code of the close frame."""
        first, second = self._file.read(2)
        length = second & 0x7F
        if length >= 126:
            length = struct.unpack("!H" if length == 126 else "!Q", self._file.read(2 if length == 126 else 8))[0]
        data = self._file.read(length)
        if first & 0x0F == 8:
            return struct.unpack("!H", data[:2])[0] if data else 1005
        return json.loads(data)

    def next(self, kind):
        """The next message of that type; a close in between is an error."""
        while True:
            message = self.receive()
            assert not isinstance(message, int), f"closed with {message} while waiting for {kind}"
            if message["type"] == kind:
                return message

    def outcome(self):
        """The next acknowledgement that is final; `queued` says only that the event is safe."""
        while (ack := self.next("ack"))["state"] == "queued":
            pass
        return ack

    def code(self):
        """Reads on to the code with which the server closes."""
        while not isinstance(message := self.receive(), int):
            pass
        return message

    def end(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
