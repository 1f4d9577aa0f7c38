"""A real server for tests that need one: gunicorn, as in production, one process on SQLite and two on PostgreSQL."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from triage.accounts.models import User, UserSession
from triage.database import db

ROOT = Path(__file__).parent.parent


@contextmanager
def serving(database_url: str, port: int = 0, **settings: object) -> Iterator[str]:
    """The address of a server on a database that exists, up and ready; gone afterwards."""
    port = port or free_port()
    chosen = {
        "database_url": database_url,
        "secret_key": "a secret that is used in tests only",
        "https": "false",
        "throttle": "false",
        "threads": 40,
        "processes": 1 if database_url.startswith("sqlite") else 2,
        **settings,
    }
    environment = os.environ | {f"TRIAGE_{name.upper()}": str(value) for name, value in chosen.items()}
    command = [sys.executable, "-m", "gunicorn", "-c", "triage/gunicorn.py", "-b", f"127.0.0.1:{port}", "wsgi:app"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process)
        yield address
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=20)
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


def _wait_until_ready(address: str, process: "subprocess.Popen[str]", seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=1)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.05)
        else:
            return
    process.kill()
    raise AssertionError(f"The server did not come up:\n{process.communicate()[0]}")
