"""A real server for tests that need one: gunicorn, as in production, one process on SQLite and two on PostgreSQL."""

import os
import re
import signal
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from flask import Flask

from tests.forking import forks, serve
from triage.accounts.models import User, UserSession
from triage.config import Settings
from triage.database import db


class Server:
    """It can be stopped, or killed as by a power cut, and started again at the same address.

    `is_recording`: it notes what it answers.
    """

    def __init__(self, database_url: str, port: int = 0, *, is_recording: bool = False, **settings: object) -> None:
        self._variables = _variables(database_url, settings)
        self._arguments = ["--access-logfile=-", "--access-logformat=%(s)s %(m)s %(U)s"] if is_recording else []
        self._log = tempfile.NamedTemporaryFile("w+")  # noqa: SIM115 - until close()
        self._process: BaseProcess | None = None
        self.port = port
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Up and ready when it returns."""
        # The socket listens before the server is started: no port is lost to a race.
        with socket.create_server(("127.0.0.1", self.port), backlog=128) as listener:
            self.port = listener.getsockname()[1]
            about = (listener, Path(self._log.name), self._variables, self._arguments)
            self._process = forks().Process(target=serve, args=about)
            self._process.start()
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """As a new version is rolled out: what is under way ends, and streams say goodbye."""
        if self._process:
            self._process.terminate()
            self._process.join(timeout=20)
            self._process = None

    def kill(self) -> None:
        """As a power cut does: master and workers at once, whatever they are doing."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.join(timeout=20)
            self._process = None

    def close(self) -> None:
        try:
            self.stop()
        finally:
            with suppress(ProcessLookupError):
                self.kill()
            self.output = self._read_log()
            self._log.close()
        assert "Traceback" not in self.output, self.output

    def answers(self) -> list[tuple[int, str]]:
        """The status and the request of everything it has answered: (303, "POST /meetings/1/phase")."""
        lines = re.findall(r"^(\d{3}) ([A-Z]+ /.*)$", self._read_log(), re.MULTILINE)
        return [(int(status), request) for status, request in lines]

    def _wait_until_ready(self, process: BaseProcess, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and process.is_alive():
            try:
                urllib.request.urlopen(f"{self.address}/readyz", timeout=1)  # noqa: S310 - our own address
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.kill()
        raise AssertionError(f"The server did not come up:\n{self._read_log()}")

    def _read_log(self) -> str:
        # By another handle's offset: the server goes on writing at its own.
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0).decode()


@contextmanager
def serving(database_url: str, port: int = 0, **settings: object) -> Iterator[str]:
    """The address of a server on a database that exists, up and ready; gone afterwards."""
    server = Server(database_url, port, **settings)
    try:
        yield server.address
    finally:
        server.close()


def session_cookie(app: Flask, name: str) -> str:
    """A session cookie as signing in would set it."""
    with app.app_context():
        _session, token = UserSession.begin(User.by_email(f"{name}@example.com"), device="test window")
        db.session.commit()
    with app.test_request_context():
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return str(serializer.dumps({"_user_id": token, "_fresh": True, "_permanent": True}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _variables(database_url: str, settings: dict[str, object]) -> dict[str, str]:
    """Every setting is said, so that a developer's .env has none to add."""
    chosen: dict[str, Any] = {name: field.default for name, field in Settings.model_fields.items()}
    chosen |= {"database_url": database_url, "secret_key": "a secret that is used in tests only"}
    chosen |= {"https": False, "throttle": False, "threads": 40}
    chosen |= {"processes": 1 if database_url.startswith("sqlite") else 2} | settings
    return {
        f"TRIAGE_{name.upper()}": ",".join(value) if isinstance(value, list) else str(value)
        for name, value in chosen.items()
    }
