"""Where the tests' own processes come from: one that has loaded everything, and is forked for each of them.

Loading the application takes a second, and most browser tests have a server of their own. The process that is forked
was started anew, not by pytest, and does nothing else (warm.py): nothing of a test comes along.
"""

import multiprocessing
import os
import socket
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

from gunicorn.app.wsgiapp import run

from triage.config import ROOT


def forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warm"])
    return context


def serve(listener: socket.socket, log: Path, variables: dict[str, str], arguments: list[str]) -> None:
    """As `gunicorn wsgi:app` in a session of its own; never comes back."""
    os.setsid()
    os.chdir(ROOT)
    os.environ.update(variables)
    output = os.open(log, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    sys.argv = ["gunicorn", "-c", "triage/gunicorn.py", "-b", f"fd://{listener.fileno()}", *arguments, "wsgi:app"]
    run()
