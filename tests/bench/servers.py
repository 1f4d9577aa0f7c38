"""Real gunicorn servers on free loopback ports: the application, and beside it the floor."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.config import ROOT

SECRET = "a secret that is used in benches only"
SETTINGS: dict[str, Any] = {"secret_key": SECRET, "https": False, "throttle": False}


@dataclass(frozen=True)
class Server:
    """A gunicorn and its workers."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """What its workers have used so far, in user and in system mode; 0 where the system has no /proc."""
        workers = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if not workers.exists():
            return 0.0
        stats = [Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2] for worker in workers.read_text().split()]
        return sum(int(ticks) for stat in stats for ticks in stat.split()[11:13]) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(database: Path, **more: object) -> Iterator[Server]:
    """The application on a database that exists; with a `database_url` the file only gives the log its name."""
    settings = SETTINGS | {"database_url": f"sqlite:///{database}"} | more
    with _gunicorn("wsgi:app", database, {f"TRIAGE_{name.upper()}": str(settings[name]) for name in settings}) as ours:
        yield ours


@contextmanager
def serving_floor(database: Path, frames: Path, compression: dict[str, Any]) -> Iterator[Server]:
    """The floor on the same database, behind the same settings of gunicorn and of compression."""
    floor = {"database": str(database), "frames": str(frames), "compression": compression}
    variables = {"TRIAGE_SECRET_KEY": SECRET, "BENCH_FLOOR": json.dumps(floor)}
    with _gunicorn("tests.bench.floor:app", database, variables) as server:
        yield server


@contextmanager
def _gunicorn(target: str, database: Path, variables: dict[str, str]) -> Iterator[Server]:
    log = database.with_suffix(f".{target.partition(':')[0]}.log")
    # The socket listens before gunicorn does: no port is lost to a race, and who comes early waits in the queue.
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener, log.open("wb") as output:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # for who comes before gunicorn sets it
        config = ["-c", "triage/gunicorn.py", "-b", f"fd://{listener.fileno()}"]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *config, target],
            cwd=ROOT,
            env=os.environ | variables,
            pass_fds=[listener.fileno()],
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        port = listener.getsockname()[1]
    try:
        yield Server(port, process)
    except Exception as error:
        error.add_note(f"{target} said:\n{log.read_text()[-4000:]}")
        raise
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # there is nothing to keep, and nobody to say goodbye to
        process.wait()
