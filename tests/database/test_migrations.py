"""Migrations run up, down and up again, and end where the models are."""

from pathlib import Path

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, select, update

from triage.boards.category import Category
from triage.config import ROOT
from triage.database import db
from triage.debtlog.exchange import plan
from triage.debtlog.reader import read
from triage.events.models import Event
from triage.items.models import Item
from triage.items.splitting import split


def test_up_down_up_ends_where_the_models_are(in_app):
    tables = set(inspect(db.engine).get_table_names())
    assert {"user", "team", "board", "item", "commitment", "event"} <= tables
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == tables
    check()


@pytest.mark.parametrize("path", sorted((ROOT / "migrations" / "versions").glob("*.py")), ids=lambda path: path.name)
def test_a_migrations_name_begins_with_a_number_and_a_verb(path: Path):
    number, verb, *_rest = path.stem.split("_")
    assert number.isdecimal()
    assert len(number) == 4
    assert verb in {"create", "add", "drop", "rename", "change", "move", "fill"}


def test_old_events_are_told_how_items_turned(in_app, people):
    lea, item = people["lea"], db.session.get_one(Item, 1)
    others = [db.session.get_one(Item, id) for id in (2, 3)]
    item.rate(Category.CHEAP, by=lea)
    item.rate(Category.CATASTROPHIC, by=lea)
    item.pay(by=lea)
    item.reopen(by=lea, why="It came back")
    item.drop(by=lea, why="Nobody minds")
    others[0].merge(others[1], by=lea)
    split(others[1], ["One half", "The other half"], by=lea)
    plan(item.board, read("- [ ] Dates are strings\n- [x] No backups\n")).accept(by=lea, source="DEBT.md")
    db.session.commit()
    turns = select(Event.id, Event.item_id, Event.turned_from, Event.turned_into).order_by(Event.id)
    as_recorded = db.session.execute(turns).all()
    assert {row.turned_into for row in as_recorded} >= {"cheap", "catastrophic", "paid", "dropped", "merged", None}
    assert {row.turned_from for row in as_recorded} >= {"inbox", "paid", "elsewhere", None}
    db.session.execute(update(Event).values(turned_from=None, turned_into=None))
    db.session.commit()
    downgrade(revision="0005")
    upgrade()
    assert db.session.execute(turns).all() == as_recorded
