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
    before = signal.getsignal(signal.SIGTERM)

    def say_goodbye(number: int, frame: FrameType | None) -> None:
        """Open streams end at once, so that a restart takes a moment and not the whole graceful timeout."""
        worker.wsgi.extensions["bus"].is_closed = True
        worker.wsgi.extensions["bus"].ring_all()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, say_goodbye)
