"""A browser's end of a stream."""

import contextlib
import http.client
import socket
import threading
from contextlib import contextmanager
from queue import Queue
from urllib.parse import urlsplit

from tests.serving import session_cookie


class Listener:
    """One open stream: its messages, as (event, id, data), in the order they came."""

    def __init__(self, server: str, cookie: str, path: str, **headers: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=10)
        self.connection.request("GET", path, headers={"Cookie": f"triage={cookie}", **headers})
        self.socket = self.connection.sock
        self.response = self.connection.getresponse()
        self.messages: Queue[tuple[str, str, str] | None] = Queue()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        event, id, data = "", "", []
        try:
            for raw in self.response:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("id: "):
                    id = line[4:]
                elif line.startswith("data: "):
                    data.append(line[6:])
                elif not line and (event or data):
                    self.messages.put((event, id, "\n".join(data)))
                    event, id, data = "", "", []
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.messages.put(None)

    def next(self, seconds: float = 5) -> tuple[str, str, str] | None:
        return self.messages.get(timeout=seconds)

    def close(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.response.close()
        self.connection.close()


@contextmanager
def listening(server, app, who="max", path="/boards/1/live?cards=1", **headers):
    listener = Listener(server, session_cookie(app, who), path, **headers)
    try:
        yield listener
    finally:
        listener.close()
