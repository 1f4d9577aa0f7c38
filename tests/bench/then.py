"""The board at a past moment, on a board of 5 000 items and 200 000 events: beside the page of a board of 200 items."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert

from tests.bench.people import Person
from tests.bench.servers import SETTINGS, serving
from tests.bench.table import Line, compared, in_turns
from tests.bench.world import World, item, query
from triage import create_app
from triage.boards.models import Board
from triage.database import db
from triage.items.models import Item

ITEMS, EVENTS = 5_000, 200_000
ROUNDS = 40
# How far into its history the board is looked at.
MOMENTS = {"early": 0.1, "in the middle": 0.5, "late": 0.95}
# How an item stands after each of its turns; one in ten is not paid yet.
TURNS = ("inbox", "cheap", "expensive", "paid")
COLUMNS = ("item_id", "version", "at", "action", "subject", "what", "turned_from", "turned_into")


def measure(world: World) -> list[Line]:
    database, present = world.copy("then"), world.boards[200]
    past = fill(database)
    with serving(database) as server:
        person = Person(server, world.cookies[0])
        pages = [f"/boards/{past}/then?version={int(EVENTS * share)}" for share in MOMENTS.values()]
        for path in (f"/boards/{present}", *pages):
            person.open(path)
        board, *found = in_turns(ROUNDS, *(partial(person.seconds, path) for path in (f"/boards/{present}", *pages)))
    opened = [len(standing(database, past, int(EVENTS * share))) for share in MOMENTS.values()]
    return [
        compared(
            f"{ITEMS} items, {EVENTS} events, the board then, {when}, {count} open: p50 beside 200 now",
            seconds,
            board,
            "≤ 100 ms",
        )
        for when, count, seconds in zip(MOMENTS, opened, found, strict=True)
    ]


def fill(database: Path) -> int:
    """A board that has seen so much; its id."""
    app = create_app(database_url=f"sqlite:///{database}", **SETTINGS)
    with app.app_context():
        some = db.session.get_one(Board, 1)
        board = Board.open(some.team, "Years", by=some.team.committers[0])
        ids = list(db.session.scalars(insert(Item).returning(Item.id), [item(board, n) for n in range(ITEMS)]))
        board_id, team_id = board.id, board.team_id
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    with closing(sqlite3.connect(database)) as connection, connection:
        marks = ", ".join(f":{name}" for name in COLUMNS)
        connection.executemany(
            f"INSERT INTO event (team_id, board_id, by_id, subject_id, why, {', '.join(COLUMNS)})"  # noqa: S608
            f" VALUES ({team_id}, {board_id}, 1, :item_id, '', {marks})",
            events(ids),
        )
        turns = "SELECT turned_into FROM event WHERE item_id = item.id AND turned_into IS NOT NULL"
        last = f"({turns} ORDER BY id DESC LIMIT 1)"
        paid = f"CASE {last} WHEN 'paid' THEN"
        connection.execute(
            f"UPDATE item SET version = ?, state = {paid} 'paid' ELSE 'open' END,"  # noqa: S608
            f" category = {paid} 'expensive' ELSE {last} END WHERE board_id = ?",
            (EVENTS, board_id),
        )
        connection.execute("UPDATE board SET version = ? WHERE id = ?", (EVENTS, board_id))
    return board_id


def events(ids: list[int]) -> Iterator[dict[str, Any]]:
    """Items come evenly over time and live for a while; meanwhile people edit, commit and log what they cost."""
    random, moments = Random(5), []
    for n, id in enumerate(ids):
        begin = n / len(ids)
        turns = TURNS if n % 10 else TURNS[:-1]
        life = sorted(random.uniform(begin, min(begin + random.expovariate(8), 1)) for _ in turns[1:])
        moments += [(at, id, turn) for at, turn in zip([begin, *life], turns, strict=True)]
        others = EVENTS // ITEMS - len(turns)
        moments += [(random.uniform(begin, life[-1]), id, "") for _ in range(others)]
    stood: dict[int, str] = {}
    for version, (_at, id, turn) in enumerate(sorted(moments), 1):
        event = dict.fromkeys(COLUMNS) | {"item_id": id, "version": version, "subject": f"D-{id} Session table"}
        event["at"] = f"20{version // 10_000 + 10}-01-01 00:00:{version % 10_000 / 10_000 * 60:09.6f}"
        was = stood.get(id)
        if turn:
            stood[id] = turn
            action = "item.reported" if was is None else "item.paid" if turn == "paid" else "item.rated"
            what: dict[str, Any] = {}
            event |= {"turned_from": was, "turned_into": turn}
        else:
            action, what = random.choice(OTHERS)
        yield event | {"action": action, "what": json.dumps(what)}


OTHERS = (
    ("item.edited", {"fields": ["title"], "changes": {"title": ["Session table", "Session table has no index"]}}),
    ("item.edited", {"fields": ["size"], "changes": {"size": [None, 2.5]}}),
    *[("item.edited", {"fields": ["why"], "changes": {"why": ["There was no time. " * 9, "There was no time. " * 12]}})]
    * 3,
    *[("item.ordered", {"category": "Cheap", "position": 4096})] * 3,
    *[("comment.written", {})] * 4,
    *[("interest.logged", {"minutes": 20})] * 4,
    ("commitment.made", {"owner": "Ada", "sprint": 7, "done_when": "it is gone", "size": 2, "over": ""}),
    ("commitment.kept", {"owner": "Ada", "sprint": 7}),
)


def standing(database: Path, board_id: int, version: int) -> list[Any]:
    """The items that were open at a version, told forwards."""
    last = "SELECT max(id) FROM event WHERE board_id = ? AND version <= ? AND turned_into IS NOT NULL GROUP BY item_id"
    return query(
        database,
        f"SELECT item_id FROM event WHERE id IN ({last}) AND turned_into <> 'paid'",  # noqa: S608
        board_id,
        version,
    )
