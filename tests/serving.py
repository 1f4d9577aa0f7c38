"""A real server for tests that need one: gunicorn, as in production, one process on SQLite and two on PostgreSQL."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from flask import Flask

from triage.accounts.models import User, UserSession
from triage.config import ROOT, Settings
from triage.database import db


@contextmanager
def serving(database_url: str, port: int = 0, **settings: object) -> Iterator[str]:
    """The address of a server on a database that exists, up and ready; gone afterwards."""
    # The socket listens before the server is started: no port is lost to a race.
    with tempfile.TemporaryFile("w+") as log, socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        command = [sys.executable, "-m", "gunicorn", "-c", "triage/gunicorn.py", "-b", f"fd://{listener.fileno()}"]
        process = subprocess.Popen(
            [*command, "wsgi:app"],
            cwd=ROOT,
            env=os.environ | _variables(database_url, settings),
            pass_fds=[listener.fileno()],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.close()
        try:
            _wait_until_ready(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)
        output = _all_of(log)
    assert "Traceback" not in output, output


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


def _wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: IO[str], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=1)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.05)
        else:
            return
    process.kill()
    raise AssertionError(f"The server did not come up:\n{_all_of(log)}")


def _all_of(log: IO[str]) -> str:
    log.seek(0)
    return log.read()
