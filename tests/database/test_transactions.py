"""Eight people at once: nothing is lost, nothing doubled, nobody is told that the database is locked."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db, reading
from triage.events.models import Event
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.refusal import Busy

PEOPLE, TIMES = 8, 12

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def at_once(app, work):
    """Each of eight threads does its work as a process of its own would: with a session of its own."""
    gate = threading.Barrier(PEOPLE)

    def run(person: int):
        gate.wait()
        for time in range(TIMES):
            with app.app_context():
                work(person, time)
                db.session.commit()

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(run, range(PEOPLE)))


def test_reports_at_once_get_numbers_without_gaps_and_none_twice(app):
    def report(person: int, time: int) -> None:
        board = db.session.get_one(Board, 1)
        board.hold()
        Item.report(board, ItemDraft(title=f"{person} {time}"), by=None)

    at_once(app, report)
    with app.app_context():
        items = db.session.query(Item).filter_by(board_id=1).all()
        assert sorted(item.number for item in items) == list(range(1, 5 + PEOPLE * TIMES))
        assert len({item.position for item in items}) == len(items)


def test_moves_at_once_all_count_and_share_no_place(app):
    def move(person: int, time: int) -> None:
        item = db.session.get_one(Item, person % 4 + 1)
        item.hold()
        item.rate(list(Category)[1 + 2 * (time % 2)], by=None, after=(person + 1) % 4 + 1)

    at_once(app, move)
    with app.app_context():
        board = db.session.get_one(Board, 1)
        items = db.session.query(Item).filter_by(board_id=1).all()
        assert len({(item.category, item.position) for item in items}) == 4
        versions = [event.version for event in db.session.query(Event).filter_by(board_id=1).order_by(Event.id)]
        assert versions == sorted(versions), "in the order of the commits"
        assert max(versions) <= board.version
        assert max(item.version for item in items) == max(versions)


def test_a_version_is_made_once_per_transaction_and_none_is_left_out(app):
    def report_two(person: int, time: int) -> None:
        board = db.session.get_one(Board, 1)
        board.hold()
        for title in ("one", "two"):
            Item.report(board, ItemDraft(title=title), by=None)

    at_once(app, report_two)
    with app.app_context():
        versions = [
            version for (version,) in db.session.query(Event.version).filter_by(board_id=1, action="item.reported")
        ]
        made = sorted(set(versions) - {1})
        assert made == list(range(2, 2 + PEOPLE * TIMES))
        assert all(versions.count(version) == 2 for version in made)


def test_a_transaction_that_fails_leaves_nothing_behind(in_app, board):
    version, events = board.version, db.session.query(Event).count()
    Item.report(board, ItemDraft(title="Never saved"), by=None)
    db.session.rollback()
    assert db.session.get_one(Board, 1).version == version
    assert db.session.query(Event).count() == events
    assert db.session.query(Item).filter_by(title="Never saved").count() == 0


@on_sqlite
def test_reading_takes_no_write_lock(in_app):
    """While one request writes, pages are still read."""
    db.session.get_one(Board, 1).hold()
    answers = []

    def look() -> None:
        with in_app.app_context(), reading():
            answers.append(db.session.get_one(Board, 1).name)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join(timeout=3)
    assert answers == ["Harbor"]


@on_sqlite
def test_sqlite_locked_by_another_program_says_so_and_loses_nothing(as_, app):
    max_ = as_("max")
    with app.app_context():
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA busy_timeout=100")
        db.engine.dispose()
        app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]["timeout"] = 0.1
        path = db.engine.url.database
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = max_.post("/boards/1/items", data={"title": "While it is locked"})
    finally:
        other.rollback()
        other.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Nothing of yours was lost" in answer.text
    assert max_.post("/boards/1/items", data={"title": "While it is locked"}).status_code == 303


@on_sqlite
def test_a_turn_that_does_not_come_is_said(in_app, monkeypatch):
    monkeypatch.setattr("triage.database.BUSY_SECONDS", 0.05)
    db.session.get_one(Board, 1).hold()
    refusals = []

    def write() -> None:
        with in_app.app_context():
            try:
                db.session.get_one(Board, 1)
            except Busy as refusal:
                refusals.append(refusal.sentence)

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(timeout=3)
    assert refusals == ["Many people are saving at once. Nothing of yours was lost: send it again in a moment."]
