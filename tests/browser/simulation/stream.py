"""An open stream of a room, as a browser holds it: it comes back by itself and says what it has heard last."""

import http.client
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

FINAL = {401, 403, 404, 410}


@dataclass(frozen=True)
class Message:
    """`id` is the last that came by then; `line` counts the connections: 1 is the first."""

    id: int
    event: str
    data: str
    line: int


class Stream:
    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.messages: list[Message] = []
        self.complaints: list[str] = []
        self.lines = 0
        self.status: int | None = None
        self.is_open = False
        self._port, self._path, self._cookie = port, path, cookie
        self._news = threading.Condition()
        self._is_closed = threading.Event()
        self._socket: socket.socket | None = None
        self._retry = 1.0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def has_turned(self, version: int) -> bool:
        """Was it told of a phase, a reveal or the close that came with this version of the board?"""
        return any(one.event == "turn" and int(one.data) >= version for one in self.messages)

    @property
    def last_id(self) -> int:
        return self.messages[-1].id if self.messages else 0

    def wait(self, until: Callable[["Stream"], object], what: str, seconds: float = 30) -> None:
        """Until this holds, looked at after each message and each change of the line."""
        with self._news:
            if not self._news.wait_for(lambda: until(self), seconds):
                heard = [(one.id, one.event, one.data[:60]) for one in self.messages[-5:]]
                raise AssertionError(f"{self._path}: {what} did not come in {seconds} s; last heard {heard}")

    def close(self) -> None:
        self._is_closed.set()
        self._hang_up()
        self._thread.join(10)

    def _listen(self) -> None:
        while not self._is_closed.is_set() and self.status not in FINAL:
            try:
                self._hear()
            except (OSError, ValueError, AttributeError, http.client.HTTPException):
                pass  # cut, refused or closed by us
            finally:
                self._change(is_open=False)
            self._is_closed.wait(self._retry)

    def _hear(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        connection.connect()
        self._socket = connection.sock
        if self._is_closed.is_set():
            return
        headers = {"Cookie": self._cookie, "Accept": "text/html, text/event-stream"}
        if self.messages:
            headers["Last-Event-ID"] = str(self.last_id)
        try:
            connection.request("GET", self._path, headers=headers)
            response = connection.getresponse()
            self.status = response.status
            if response.status == 200:
                self.lines += 1
                self._change(is_open=True)
                self._read(response)
        finally:
            connection.close()

    def _read(self, response: http.client.HTTPResponse) -> None:
        id, event, data = self.last_id, "", []
        for raw in response:
            name, _colon, value = raw.decode().rstrip("\n").partition(": ")
            match name:
                case "id":
                    id = int(value)
                case "event":
                    event = value
                case "data":
                    data.append(value)
                case "retry":
                    self._retry = int(value) / 1000
                case "" if not raw.strip():
                    if event or data:
                        self._take(Message(id, event, "\n".join(data), self.lines))
                    event, data = "", []

    def _take(self, message: Message) -> None:
        if message.id < self.last_id:
            self.complaints.append(f"{self._path}: {message.id} came after {self.last_id}")
        with self._news:
            self.messages.append(message)
            self._news.notify_all()

    def _change(self, *, is_open: bool) -> None:
        with self._news:
            self.is_open = is_open
            self._news.notify_all()

    def _hang_up(self) -> None:
        with suppress(OSError, AttributeError):
            self._socket.shutdown(socket.SHUT_RDWR)


def until(holds: Callable[[], object], what: str, seconds: float = 30) -> None:
    """For what no message tells, like rows of the database."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen in {seconds} s")
        time.sleep(0.05)
