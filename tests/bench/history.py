"""The history page after 26 sprints with 5 000 items and 200 000 events, beside one after 6 sprints with 100 items."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from math import log
from pathlib import Path
from random import Random
from statistics import median

from tests.bench.people import Person
from tests.bench.servers import serving
from tests.bench.table import Line, compared, in_turns
from tests.bench.world import World
from triage.clock import today

ROUNDS = 60
SIZES = ((6, 100), (13, 700), (26, 5_000))  # sprints, items
EVENTS, COMMITMENTS, ENTRIES = 40, 3, 30  # of an item; of a sprint; of interest in a sprint
SPRINT = timedelta(days=14)
TURNS = ("inbox", "cheap", "expensive", "paid")
EVENT = (
    "team_id, board_id, item_id, version, at, by_id, action, subject_id, subject, why, what, turned_from, turned_into"
)


def measure(world: World) -> list[Line]:
    database = world.copy("history")
    paths = [f"/boards/{fill(database, *size)}/history?sprints={size[0]}" for size in SIZES]
    with serving(database) as server:
        person = Person(server, world.cookies[0])
        small, middle, large = in_turns(ROUNDS, *(partial(person.seconds, path) for path in paths))
    steepness = log(median(large) / median(small)) / log(SIZES[-1][1] / SIZES[0][1])
    return [
        compared("history, 13 sprints and 700 items: p50 beside 6 sprints and 100 items", middle, small, ""),
        compared("history, 26 sprints, 5 000 items, 200 000 events: p50 beside the same", large, small, "≤ 3"),
        Line("… so it grows as the items to the power of", f"{steepness:.2f}"),
    ]


def fill(database: Path, sprints: int, items: int) -> int:
    """A board whose items came evenly over so many sprints; its id."""
    random = Random(items)
    monday = today("UTC") - timedelta(days=today("UTC").weekday())
    begin, length = datetime.combine(monday - SPRINT * (sprints - 1), time(9), UTC), SPRINT * sprints - SPRINT / 2
    with closing(sqlite3.connect(database)) as connection, connection:
        one = connection.execute
        team = one("SELECT team_id FROM board WHERE id = 1").fetchone()[0]
        one("UPDATE team SET first_sprint_on = ? WHERE id = ?", (str(monday - SPRINT * (SIZES[-1][0] - 1)), team))
        behind = SIZES[-1][0] - one("SELECT max(number) FROM sprint WHERE team_id = ?", (team,)).fetchone()[0]
        one("UPDATE sprint SET number = -number - ? WHERE team_id = ?", (behind, team))
        one("UPDATE sprint SET number = -number WHERE team_id = ?", (team,))
        board = one(
            "INSERT INTO board (team_id, name, version, next_number, created_at) VALUES (?, ?, 1, ?, ?) RETURNING id",
            (team, f"After {sprints}", items + 1, str(begin - timedelta(hours=9))[:19] + ".000000"),
        ).fetchone()[0]
        columns = [row[1] for row in one("PRAGMA table_info(item)")]
        template = dict(zip(columns, one("SELECT * FROM item LIMIT 1").fetchone(), strict=True))
        first, happened = one("SELECT max(id) + 1 FROM item").fetchone()[0], []
        for n in range(items):
            turns = TURNS if n % 10 else TURNS[:-1]  # one in ten is not paid yet
            born = n / items
            ages = sorted(random.uniform(born, min(born + random.expovariate(8), 1)) for _ in turns[1:])
            life = [(begin + length * at, into) for at, into in zip([born, *ages], turns, strict=True)]
            state = {"state": "paid" if turns[-1] == "paid" else "open", "category": "expensive"}
            own = {"id": first + n, "number": n + 1, "board_id": board, "position": n, "reported_at": _text(life[0][0])}
            row = template | own | state
            one(f"INSERT INTO item VALUES ({', '.join('?' * len(row))})", list(row.values()))  # noqa: S608
            happened += [(at, first + n, was, now) for (_, was), (at, now) in pairwise([(None, None), *life])]
            others = range(EVENTS - len(turns))
            happened += [(begin + length * random.uniform(born, 1), first + n, None, None) for _ in others]
        marks = f"{team}, {board}, ?, 0, ?, 1, ?, 1, 'D-1', '', '{{}}', ?, ?"
        connection.executemany(
            f"INSERT INTO event ({EVENT}) VALUES ({marks})",  # noqa: S608
            [
                (id, _text(at), "item.rated" if now else "item.edited", was, now)
                for at, id, was, now in sorted(happened, key=lambda each: each[0])
            ],
        )
        for place in range(sprints):
            day = monday - SPRINT * (sprints - 1 - place)
            number = 26 - sprints + place + 1
            one(
                "INSERT INTO sprint (team_id, number, first_day, last_day) SELECT ?, ?, ?, ?"
                " WHERE NOT EXISTS (SELECT 1 FROM sprint WHERE team_id = ? AND number = ?)",
                (team, number, str(day), str(day + SPRINT - timedelta(days=1)), team, number),
            )
            for n in range(COMMITMENTS):
                one(
                    "INSERT INTO commitment (team_id, board_id, item_id, owner_id, sprint_id, done_when, size, verdict,"
                    " verdict_why, made_at) SELECT ?, ?, ?, 1, id, 'it is gone', 2, 'kept', '', ? FROM sprint"
                    " WHERE team_id = ? AND number = ?",
                    (team, board, first + (place * COMMITMENTS + n) % items, _text(begin), team, number),
                )
            for _ in range(ENTRIES):
                at, id = begin + length * ((place + random.random()) / sprints), first + random.randrange(items)
                one(
                    "INSERT INTO interest (team_id, board_id, item_id, by_id, at, minutes, note, link)"
                    " VALUES (?, ?, ?, 1, ?, 20, '', '')",
                    (team, board, id, _text(at)),
                )
    return int(board)


def _text(moment: datetime) -> str:
    """As SQLite keeps it."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
