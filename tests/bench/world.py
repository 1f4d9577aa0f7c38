"""What the benches measure on: a team of twelve with boards of different sizes, in a scratch database."""

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert

from tests.bench.servers import SETTINGS
from triage import create_app
from triage.accounts.models import User, UserSession
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import now
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.models import Item
from triage.items.placing import GAP
from triage.items.spread import Spread
from triage.teams.models import Team
from triage.teams.roles import MEMBER

SIZES = (10, 60, 200, 1000)
PEOPLE = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "Jun", "Kim", "Lou")
WHATS = ("Session table", "Invoice export", "Price list", "Search index", "Mail queue", "Release script", "Audit log")
TROUBLES = ("has no index", "is filled by hand", "knows about three customers by name", "cannot be tested alone")
TAGS = ("billing", "infrastructure", "security", "frontend")

_copies = count()


@dataclass(frozen=True)
class Crew:
    """Boards of a team, by their size, and what lets its people in."""

    boards: dict[int, int]
    cookies: list[str]


@dataclass(frozen=True)
class World:
    """The database that each bench copies, and who may come in."""

    database: Path
    boards: dict[int, int]
    cookies: list[str]
    compression: dict[str, Any]

    def copy(self, name: str) -> Path:
        """A fresh one each time: beside an older file of the same name its write-ahead log could lie."""
        return Path(shutil.copy(self.database, self.database.with_name(f"{name}-{next(_copies)}.db")))


def build(folder: Path) -> World:
    database = folder / "world.db"
    app = create_app(database_url=f"sqlite:///{database}", **SETTINGS)
    with app.app_context():
        upgrade()
        crew = found(app, "Harbor", SIZES)
        db.session.remove()
        db.engine.dispose()
    compression = {name: value for name, value in app.config.items() if name.startswith("COMPRESS_")}
    return World(database, crew.boards, crew.cookies, compression)


def found(app: Flask, name: str, sizes: Iterable[int]) -> Crew:
    """A team of twelve with four sprints behind it, and boards of these sizes."""
    people = [_person(who, name) for who in PEOPLE]
    db.session.add_all(people)
    db.session.flush()
    team = Team.found(name, by=people[0])
    team.first_sprint_on -= timedelta(weeks=8)
    for person in people[1:]:
        team.join(person, MEMBER)
    boards = {size: _board(team, size, people) for size in sizes}
    cookies = [_cookie(app, person) for person in people]
    db.session.commit()
    return Crew(boards, cookies)


def query(database: Path, sql: str, *values: object) -> list[Any]:
    """Rows, or values where a row holds only one; read beside the server."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(sql, values).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]


def add_history(database: Path, board_id: int, items: int = 50_000, events: int = 200_000) -> None:
    """Years of it, on the same board: closed items, a comment on each, and four events."""
    with closing(sqlite3.connect(database)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(item)")]
        changed = {
            "id": "(SELECT max(id) FROM item) + n",
            "number": "(SELECT max(number) FROM item) + n",
            "state": "'paid'",
            "closed_at": "reported_at",
            "version": "0",
        }
        count = "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < ?)"
        values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
        connection.execute(
            f"{count} INSERT INTO item ({', '.join(columns)}) SELECT {values} FROM count,"  # noqa: S608
            " (SELECT * FROM item WHERE board_id = ? LIMIT 1)",
            (items, board_id),
        )
        connection.execute(
            f"{count} INSERT INTO event"  # noqa: S608
            " (team_id, board_id, item_id, version, at, by_id, action, subject_id, subject, why, what)"
            " SELECT 1, ?, (SELECT max(id) FROM item) - n % ?, 0, '2026-01-01 00:00:00.000000', 1, 'item.edited', n,"
            " 'D-1 Session table has no index', '', '{\"fields\": [\"title\"]}' FROM count",
            (events, board_id, items),
        )
        connection.execute(
            f"{count} INSERT INTO comment (team_id, board_id, item_id, by_id, at, text)"  # noqa: S608
            " SELECT 1, ?, (SELECT max(id) FROM item) - n % ?, 1, '2026-01-01 00:00:00.000000', 'It is slow again'"
            " FROM count",
            (items, board_id, items),
        )


def _person(name: str, team: str) -> User:
    """Without a password that fits: hashing one takes its time, and nobody here types one."""
    return User(email=f"{name}.{team}@example.com".lower(), name=name, password_hash="none", created_at=now())


def _board(team: Team, size: int, people: list[User]) -> int:
    board = Board.open(team, f"{team.name} {size}", by=people[0])
    db.session.flush()
    ids = list(db.session.scalars(insert(Item).returning(Item.id), [item(board, n) for n in range(size)]))
    board.next_number = size + 1
    sprint = Sprint.numbered(team, Sprint.current(team).number)
    db.session.execute(
        insert(Commitment),
        [
            {
                "team_id": team.id,
                "board_id": board.id,
                "item_id": id,
                "owner_id": people[id % len(people)].id,
                "sprint_id": sprint.id,
                "done_when": "it is gone",
                "size": 2,
                "made_at": now(),
            }
            for id in ids[::8]
        ],
    )
    return board.id


def item(board: Board, n: int) -> dict[str, Any]:
    """Explained, so that it may go to any column."""
    return {
        "team_id": board.team_id,
        "board_id": board.id,
        "number": n + 1,
        "title": f"{WHATS[n % 7]} {n} {TROUBLES[n % 4]}",
        "why": "There was no time before the launch.",
        "fix": "Write it anew beside the old one, then move the customers over.",
        "category": list(Category)[n % 4],
        "position": (n + 1) * GAP,
        "size": (None, 1, 2.5, 8)[n // 4 % 4],
        "spread": list(Spread)[n // 4 % 4],
        "tags": list(TAGS[: n // 4 % 3]),
        "reported_at": now() - timedelta(days=n % 90),
        "version": 0,
    }


def _cookie(app: Flask, person: User) -> str:
    """What signing in would set."""
    _session, token = UserSession.begin(person, device="bench")
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = serializer.dumps({"_user_id": token, "_fresh": True, "_permanent": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"
