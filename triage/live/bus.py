"""The bus that carries doorbells: a condition variable in one process, LISTEN/NOTIFY between several.

A ring says which topic (a board, a team) has which version, nothing else, and only after the transaction that made it
is committed.
"""

import contextlib
import logging
import threading
import time
from collections import defaultdict
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from triage.config import Settings
from triage.database import Topic, db

CHANNEL = "triage"
RETRY_SECONDS = 0.5
CHECK_SECONDS = 5.0

log = logging.getLogger(__name__)


class Bus:
    """The latest version heard of each topic, and those who wait for a newer one."""

    def __init__(self) -> None:
        self._versions: dict[Topic, int] = defaultdict(int)
        self._waiting: dict[Topic, threading.Condition] = {}
        self._lock = threading.Lock()
        self.is_closed = False
        self.generation = 0

    def ring(self, topic: Topic, version: int) -> None:
        """A topic has a new version: wake those who watch it."""
        condition = self._condition(topic)
        with condition:
            self._versions[topic] = max(version, self._versions[topic])
            condition.notify_all()

    def heard(self, topic: Topic) -> int:
        """The latest version that was rung; 0 when none was yet."""
        return self._versions.get(topic, 0)

    def ring_all(self) -> None:
        """Wake everyone to look for themselves: after the bus was away nobody knows what was missed."""
        with self._lock:
            self.generation += 1
            conditions = list(self._waiting.values())
        for condition in conditions:
            with condition:
                condition.notify_all()

    def wait(self, topic: Topic, seen: int, generation: int, timeout: float) -> bool:
        """Sleep until there may be a newer version than `seen`; False when `timeout` seconds passed without.

        `generation` is what it was when the waiter last looked: a ring_all() since then wakes it at once.
        """
        condition = self._condition(topic)
        with condition:
            return condition.wait_for(
                lambda: self.is_closed or self._versions[topic] > seen or self.generation != generation, timeout
            )

    def close(self) -> None:
        """The process is going: let every stream say goodbye."""
        self.is_closed = True
        self.ring_all()

    def _condition(self, topic: Topic) -> threading.Condition:
        with self._lock:
            return self._waiting.setdefault(topic, threading.Condition())


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    bus = app.extensions["bus"] = Bus()
    if not settings.is_sqlite:
        app.extensions["listener"] = Listener(bus, settings.sqlalchemy_url.replace("+psycopg", ""))


def bus_of(app: Flask) -> Bus:
    """The bus of this process; on PostgreSQL its listener starts with the first who waits."""
    if "listener" in app.extensions:
        app.extensions["listener"].start()
    bus: Bus = app.extensions["bus"]
    return bus


@event.listens_for(db.session, "before_commit")
def notify(session: Session) -> None:
    """On PostgreSQL the ring is part of the transaction: it is delivered at commit, or not at all."""
    held: dict[Topic, int] = session.info.get("held", {})
    if held and session.get_bind().dialect.name == "postgresql":
        for (table, id), version in held.items():
            session.execute(
                text("select pg_notify(:channel, :ring)"), {"channel": CHANNEL, "ring": f"{table}:{id}:{version}"}
            )


@event.listens_for(db.session, "after_commit")
def ring(session: Session) -> None:
    """In this process the ring needs no detour."""
    from flask import current_app

    for topic, version in session.info.get("held", {}).items():
        current_app.extensions["bus"].ring(topic, version)


class Listener:
    """One connection per process that hears what other processes commit, and rings here."""

    def __init__(self, bus: Bus, url: str) -> None:
        self._bus, self._url = bus, url
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin listening, once. Not at import: gunicorn forks after the application is loaded."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._listen, name="doorbell", daemon=True)
                    self._thread.start()

    def _listen(self) -> None:
        while not self._bus.is_closed:
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._bus.ring_all()
                    self._hear(connection)
            except psycopg.Error as error:
                log.warning("doorbell lost, listening again: %s", error)
                time.sleep(RETRY_SECONDS)

    def _hear(self, connection: "psycopg.Connection[Any]") -> None:
        while not self._bus.is_closed:
            for notification in connection.notifies(timeout=CHECK_SECONDS):
                with contextlib.suppress(ValueError):
                    table, id, version = notification.payload.split(":")
                    self._bus.ring((table, int(id)), int(version))
            # A dead connection says nothing, like a quiet one: ask it.
            connection.execute("select 1")
