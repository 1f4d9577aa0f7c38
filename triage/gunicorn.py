"""How gunicorn serves us: threads, because each open board holds one for its stream."""

import gc
import signal
from types import FrameType
from typing import Any

from triage.config import load_settings

_settings = load_settings()

worker_class = "gthread"
workers = _settings.processes
threads = _settings.threads
control_socket_disable = True
keepalive = 75
graceful_timeout = 10
timeout = 60
# Workers keep the loaded application out of the collector's way: fewer long pauses.
preload_app = False


def post_worker_init(worker: Any) -> None:
    gc.collect()
    gc.freeze()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        _say_goodbye_first(worker, number)


def _say_goodbye_first(worker: Any, number: signal.Signals) -> None:
    """Open streams end at once, so that a restart takes a moment and not the whole graceful timeout."""
    before = signal.getsignal(number)

    def goodbye(number: int, frame: FrameType | None) -> None:
        worker.wsgi.extensions["bus"].close()
        if callable(before):
            before(number, frame)

    signal.signal(number, goodbye)
