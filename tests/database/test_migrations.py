"""Migrations run up, down and up again, and end where the models are."""

from pathlib import Path

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, select, update

from tests.retrospectives.conftest import hold_retrospectives
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.evidence import Evidence
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint, SprintDraft
from triage.config import ROOT
from triage.database import db
from triage.debtlog.exchange import plan
from triage.debtlog.reader import read
from triage.events.models import Event
from triage.events.undo import undo
from triage.items.models import Item
from triage.items.splitting import split
from triage.meetings.models import Meeting
from triage.retrospectives import notes
from triage.retrospectives.notes import Note
from triage.rooms.attendance import Attendance
from triage.rooms.models import Ritual


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


def test_going_back_forgets_what_the_code_of_then_has_no_sentence_for(in_app, people):
    lea, item = people["lea"], db.session.get_one(Item, 1)
    team = item.board.team
    number = Sprint.current(team).number
    commitment = Commitment.make(item, CommitmentDraft(owner=lea.id, sprint=number, done_when="Done"), by=lea)
    commitment.judge(Verdict.KEPT, by=lea)
    db.session.commit()
    for change, action in (
        (lambda: commitment.correct(Verdict.MISSED, by=lea, why="It came back"), "commitment.corrected"),
        (lambda: Evidence.give(item, "https://example.com/1", by=lea), "evidence.given"),
    ):
        change()
        db.session.commit()
        undo(db.session.query(Event).filter_by(action=action).one(), by=lea)
        db.session.commit()
    span = Sprint.calendar(team).sprint(number + 1)
    draft = SprintDraft(first_day=span.first_day, last_day=span.last_day, budget_percent=50)
    Sprint.change(team, number + 1, draft, by=lea)
    db.session.commit()
    actions = select(Event.action).distinct()
    new = {"evidence.given", "evidence.taken_back", "commitment.corrected", "commitment.uncorrected", "sprint.changed"}
    before = set(db.session.scalars(actions))
    assert new < before
    db.session.rollback()
    downgrade(revision="0005")
    upgrade()
    assert set(db.session.scalars(actions)) == before - new


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


def test_going_back_forgets_retrospectives_and_leaves_the_rest(in_app, people):
    held = hold_retrospectives(people["lea"], people["max"])
    vote = held["vote"]
    one, two, three = Note.all_of(vote)
    notes.same_as(vote, one, two)
    notes.add_dot(Attendance.come(vote, people["lea"]), three)
    Attendance.come_as_guest(vote, "Gil")
    triage = Meeting.start(db.session.get_one(Board, 1), by=people["lea"])
    Attendance.come_as_guest(triage, "Gil")
    db.session.commit()
    told = select(Event.action).where(Event.action.not_like("retrospective.%"), Event.action.not_like("process_ch%"))
    before = sorted(db.session.scalars(told))
    assert before.count("attendance.joined") == 2
    before.remove("attendance.joined")
    db.session.rollback()
    db.session.remove()
    downgrade(revision="0007")
    upgrade()
    assert sorted(db.session.scalars(select(Event.action))) == before
    assert [ritual.kind for ritual in db.session.scalars(select(Ritual))] == ["meeting"]
    assert [one.name for one in db.session.scalars(select(Attendance))] == ["Gil"]
