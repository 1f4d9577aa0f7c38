"""Somebody at a board: one keep-alive connection with a session cookie, on a bare socket that costs little."""

import re
import socket
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode

from tests.bench.servers import Server

TIMEOUT = 30
BROWSERS_ACCEPT = "gzip, deflate, br, zstd"


@dataclass(frozen=True)
class Answer:
    """`body` as it came over the wire; `seconds` from the first byte sent to the last received."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


class Person:
    def __init__(self, server: Server, cookie: str) -> None:
        self._host, self._cookie, self._csrf = f"127.0.0.1:{server.port}", cookie, ""
        self._socket, self.sent_at = _connect(server), 0.0

    def fileno(self) -> int:
        return self._socket.fileno()

    def get(self, path: str, encoding: str = "identity") -> Answer:
        return self.ask(self._head("GET", path, f"Accept: text/html\r\nAccept-Encoding: {encoding}\r\n"))

    def seconds(self, path: str, encoding: str = "identity") -> float:
        return self.get(path, encoding).seconds

    def open(self, path: str) -> Answer:
        """Get a page as it is, and keep its token and cookie for the forms on it."""
        answer = self.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        if token := re.search(r'name="csrf_token" value="([^"]+)"', answer.body.decode()):
            self._csrf = token[1]
        if "set-cookie" in answer.headers:
            self._cookie = answer.headers["set-cookie"].partition(";")[0]
        return answer

    def post(self, path: str, **form: object) -> Answer:
        """Send a form as htmx does."""
        return self.ask(self.form(path, **form))

    def region(self, path: str, target: str) -> bytes:
        """A GET as htmx makes it for one element of the page."""
        asked = f"HX-Request: true\r\nHX-Request-Type: partial\r\nHX-Target: {target}\r\n"
        return self._head("GET", path, f"Accept: text/html\r\nAccept-Encoding: {BROWSERS_ACCEPT}\r\n{asked}")

    def form(self, path: str, **form: object) -> bytes:
        body = urlencode({"csrf_token": self._csrf} | form)
        return self._head(
            "POST",
            path,
            "Accept: text/html\r\nAccept-Encoding: br\r\nHX-Request: true\r\nHX-Request-Type: partial\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n",
        ) + body.encode("ascii")

    def ask(self, request: bytes) -> Answer:
        self.send(request)
        return self.answer()

    def send(self, request: bytes) -> None:
        self.sent_at = perf_counter()
        self._socket.sendall(request)

    def answer(self) -> Answer:
        received = self._receive()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        status, headers = _read_head(received[:end])
        parts, missing = [received[end + 4 :]], int(headers.get("content-length", 0)) - (len(received) - end - 4)
        while missing > 0:
            parts.append(self._receive())
            missing -= len(parts[-1])
        return Answer(status, headers, b"".join(parts), perf_counter() - self.sent_at)

    def close(self) -> None:
        self._socket.close()

    def _receive(self) -> bytes:
        received = self._socket.recv(1 << 18)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received

    def _head(self, method: str, path: str, more: str) -> bytes:
        return f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nCookie: {self._cookie}\r\n{more}\r\n".encode("ascii")


class Watcher:
    """An open live stream. It has a fileno(), so select() says when there is something to hear."""

    def __init__(self, server: Server, cookie: str, path: str) -> None:
        self._socket = _connect(server)
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        self._socket.sendall(f"{head}Accept: text/event-stream\r\nCookie: {cookie}\r\n\r\n".encode("ascii"))
        received = b""
        while b"retry:" not in received:
            chunk = self._socket.recv(1 << 16)
            if not chunk or not received.startswith(b"HTTP/1.1 200"[: len(received)]):
                raise RuntimeError(f"the stream did not open: {received[:200]!r}")
            received += chunk
        self._received = b""

    def fileno(self) -> int:
        return self._socket.fileno()

    def hear(self) -> list[bytes]:
        """The messages that are complete by now; signs of life are none."""
        received = self._socket.recv(1 << 18)
        if not received:
            raise ConnectionError("the server ended the stream")
        self._received += received
        *complete, self._received = self._received.split(b"\n\n")
        return [message for message in complete if b"id: " in message]

    def close(self) -> None:
        self._socket.close()


def _connect(server: Server) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _read_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _colon, value in fields}
