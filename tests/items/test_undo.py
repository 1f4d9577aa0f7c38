"""Undoing what happened to an item: events.undo.undo() with the inverses in items/undo.py."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from triage.boards.category import Category
from triage.clock import today
from triage.commitments.bring_back import call_back, postpone
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import last_undoable, undo
from triage.items.drafts import BringBackDraft, ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item, Unexplained
from triage.items.splitting import split
from triage.items.spread import Spread
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.refusal import Refused, Stale

CAST = (1, 2, 3, 4)  # the items of Harbor's board
LATER = today("UTC") + timedelta(days=30)
COLUMNS = [column for column in Item.__table__.c if column.name != "version"]


def stand(ids=CAST):
    """The items as the database has them, and what else stands about them."""
    db.session.flush()
    items = db.session.execute(select(*COLUMNS).where(Item.id.in_(ids)).order_by(Item.id)).all()
    waivers = db.session.scalars(select(Waiver.id).where(Waiver.ended_at.is_(None)).order_by(Waiver.id)).all()
    return [tuple(item) for item in items], waivers, db.session.query(Interest).count()


def latest(item, action=""):
    """The last event of an item that is no undo."""
    events = db.session.query(Event).filter_by(item_id=item.id, undoes_id=None)
    if action:
        events = events.filter_by(action=action)
    return events.order_by(Event.id.desc()).first()


def edit(item, by, **values):
    item.edit(item.draft.model_copy(update=values), by=by)


@pytest.fixture
def settled(item, people):
    """D-1 in the middle of the inbox, with words, waived before: what each verb begins with."""
    max_, lea = people["max"], people["lea"]
    item.rate(Category.CATASTROPHIC, by=max_)
    Waiver.grant(item, LATER, "Why", by=lea)
    db.session.commit()
    item.rate(Category.INBOX, by=max_, after=3)
    edit(item, max_, why="A hurry", fix="An index", size=2.0, spread=Spread.BUILT_ON, tags=["auth"], paths=["a.py"])
    db.session.commit()
    return item


VERBS = {
    "rated": lambda item, by: item.rate(Category.EXPENSIVE, by=by, why="It spread"),
    "ordered": lambda item, by: item.rate(Category.INBOX, by=by, after=2),
    "ordered by a step": lambda item, by: item.step("top", by=by),
    "edited": lambda item, by: edit(
        item,
        by,
        title="Other",
        why="Other",
        size=None,
        spread=Spread.UNKNOWN,
        tags=["slow", "db"],
        paths=[],
        links=["https://example.com/1"],
    ),
    "paid": lambda item, by: item.pay(by=by, why="Done"),
    "dropped": lambda item, by: item.drop(by=by, why="Gone"),
    "refused": lambda item, by: item.refuse(by=by, why="Reverted"),
    "merged": lambda item, by: item.merge(db.session.get_one(Item, 2), by=by),
    "interest": lambda item, by: Interest.log(item, 40, by=by, note="The lock"),
    "waiver ended": lambda item, by: Waiver.running(item).take_back(by=by),
    "postponed": lambda item, by: postpone(item, BringBackDraft(trigger="before any change in auth"), by=by),
}


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_undone_stands_as_it_did_and_the_history_keeps_both(settled, people, verb):
    before, events = stand(), db.session.query(Event).count()
    VERBS[verb](settled, people["max"])
    db.session.commit()
    assert stand() != before
    done = latest(settled)
    undo(done, by=people["lea"])
    db.session.commit()
    assert stand() == before
    assert db.session.query(Event).count() == events + 2
    answer = db.session.query(Event).order_by(Event.id.desc()).first()
    assert (answer.undoes_id, answer.by.name, answer.item_id) == (done.id, "Lea", 1)
    assert settled.version == settled.board.version, "every screen is told"
    assert sentence(answer)


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_undone_twice_and_an_undo_is_not_undone(settled, people, verb):
    VERBS[verb](settled, people["max"])
    db.session.commit()
    done = latest(settled)
    undo(done, by=people["max"])
    db.session.commit()
    with pytest.raises(Refused, match="That was undone already"):
        undo(done, by=people["max"])
    with pytest.raises(Refused, match="This cannot be undone"):
        undo(db.session.query(Event).order_by(Event.id.desc()).first(), by=people["max"])


@pytest.mark.parametrize("verb", ["paid", "dropped", "refused", "merged"])
def test_a_reopening_undone_is_closed_as_it_was(settled, people, verb):
    VERBS[verb](settled, people["max"])
    db.session.commit()
    closed = (settled.state, settled.closed_at, settled.closed_why, settled.merged_into_id)
    settled.reopen(by=people["max"], why="Not yet")
    db.session.commit()
    undo(latest(settled, "item.reopened"), by=people["max"])
    db.session.commit()
    db.session.refresh(settled)
    assert (settled.state, settled.closed_at, settled.closed_why, settled.merged_into_id) == closed
    before = settled.position
    undo(latest(settled, f"item.{verb}"), by=people["max"])
    db.session.commit()
    assert settled.is_open
    assert settled.position != before, "where it stood when it was open, not at the top where it was reopened"


def test_a_report_taken_back_is_dropped(board, people):
    item = Item.report(board, ItemDraft(title="By mistake"), by=people["max"])
    db.session.commit()
    undo(latest(item), by=people["max"])
    db.session.commit()
    assert (item.state, item.closed_why) == (State.DROPPED, "Taken back")


def test_a_waiver_granted_is_taken_back_by_anyone_and_the_one_it_replaced_runs_again(item, people):
    item.rate(Category.CATASTROPHIC, by=people["max"])
    first = Waiver.grant(item, LATER, "Why", by=people["lea"])
    db.session.commit()
    Waiver.grant(item, LATER + timedelta(days=7), "Longer", by=people["lea"])
    db.session.commit()
    undo(latest(item), by=people["max"])
    db.session.commit()
    assert Waiver.running(item) is first


def test_all_that_one_press_did_is_undone_together(item, people):
    before = stand()
    item.explain(why="A hurry", fix="An index", by=people["max"])
    item.rate(Category.EXPENSIVE, by=people["max"])
    db.session.commit()
    undo(latest(item, "item.edited"), by=people["lea"])
    db.session.commit()
    assert stand() == before
    with pytest.raises(Refused, match="undone already"):
        undo(latest(item, "item.rated"), by=people["lea"])


@pytest.mark.parametrize(("who", "name"), [("lea", "Lea"), ("max", "You"), (None, "The command line")])
def test_what_somebody_changed_since_is_not_undone(item, people, who, name):
    item.rate(Category.CHEAP, by=people["max"])
    db.session.commit()
    edit(item, who and people[who], why="Because")
    db.session.commit()
    before = stand()
    with pytest.raises(Stale, match=f"{name} changed D-1 Session table has no index since"):
        undo(latest(item, "item.rated"), by=people["max"])
    assert stand() == before


def test_the_older_is_undone_after_the_newer(item, people):
    before = stand()
    for category in (Category.CHEAP, Category.CATASTROPHIC):
        item.rate(category, by=people["max"])
        db.session.commit()
    for category in (Category.CATASTROPHIC, Category.CHEAP):
        done = last_undoable(1, 2)
        assert done.what["now"] == category.label
        undo(done, by=people["lea"])
        db.session.commit()
    assert stand() == before


def test_undoing_skips_no_rule(item, people):
    item.explain(why="A hurry", fix="An index", by=people["max"])
    item.rate(Category.EXPENSIVE, by=people["max"])
    db.session.commit()
    item.rate(Category.CHEAP, by=people["max"])
    item.why = ""
    db.session.commit()
    with pytest.raises(Unexplained, match="write down why the shortcut was taken"):
        undo(latest(item), by=people["max"])


def test_a_reopening_is_undone_though_the_other_is_closed_by_now_but_not_into_a_circle(item, people):
    other = db.session.get_one(Item, 2)
    item.merge(other, by=people["max"])
    db.session.commit()
    item.reopen(by=people["max"])
    reopened = latest(item)
    db.session.commit()
    other.merge(item, by=people["max"])
    db.session.commit()
    with pytest.raises(Refused, match=r"D-2 was merged into D-1 since\. Undo that first"):
        undo(reopened, by=people["max"])
    other.reopen(by=people["max"])
    other.pay(by=people["max"])
    db.session.commit()
    undo(reopened, by=people["max"])
    db.session.commit()
    assert (item.state, item.merged_into) == (State.MERGED, other)


def test_a_card_whose_old_place_is_taken_goes_to_the_top(item, people):
    place = item.position
    item.rate(Category.CHEAP, by=people["max"])
    db.session.commit()
    db.session.get_one(Item, 2).position = place
    db.session.commit()
    undo(latest(item), by=people["max"])
    db.session.commit()
    assert item.board_column(Category.INBOX)[0] == item.id


def test_a_reordering_whose_old_place_is_taken_is_undone_all_the_same(item, people):
    """Otherwise the next press of undo would find it again."""
    place = item.position
    item.step("top", by=people["max"])
    db.session.commit()
    db.session.get_one(Item, 2).position = place
    db.session.commit()
    done = latest(item)
    undo(done, by=people["max"])
    db.session.commit()
    with pytest.raises(Refused, match="undone already"):
        undo(done, by=people["max"])


@pytest.mark.parametrize("action", ["item.imported", "team.founded"])
def test_what_has_no_inverse_is_refused(item, people, action):
    item.record("imported", by=None, source="DEBT.md")
    db.session.commit()
    with pytest.raises(Refused, match="This cannot be undone"):
        undo(db.session.query(Event).filter_by(action=action).first(), by=people["max"])


words = st.sampled_from(["", "One", "Two\nlines", "“Three” {x}"])
verbs = st.one_of(
    st.tuples(st.just("rate"), st.sampled_from(Category), st.sampled_from((None, *CAST))),
    st.tuples(st.just("step"), st.sampled_from(["up", "down", "top", "bottom"])),
    st.tuples(
        st.just("edit"),
        st.fixed_dictionaries(
            {},
            optional={
                "title": st.sampled_from(["Other", "Another"]),
                "why": words,
                "fix": words,
                "size": st.sampled_from([None, 0.0, 1.0, 2.5]),
                "spread": st.sampled_from(Spread),
                "tags": st.lists(st.sampled_from("abc"), unique=True),
                "paths": st.lists(st.sampled_from("abc"), unique=True),
            },
        ),
    ),
    st.tuples(
        st.sampled_from(
            ["pay", "drop", "refuse", "reopen", "log", "waive", "unwaive", "report", "postpone", "call", "split"]
        )
    ),
    st.tuples(st.just("merge"), st.sampled_from(CAST)),
)
presses = st.lists(st.tuples(st.sampled_from(CAST), st.lists(verbs, min_size=1, max_size=2)), max_size=12)


def act(item, by, verb, *how):
    match verb:
        case "rate":
            item.rate(how[0], by=by, after=how[1])
        case "step":
            item.step(*how, by=by)
        case "edit":
            edit(item, by, **how[0])
        case "drop" | "refuse":
            getattr(item, verb)(by=by, why="Because")
        case "pay" | "reopen":
            getattr(item, verb)(by=by)
        case "merge":
            item.merge(db.session.get_one(Item, how[0]), by=by)
        case "log":
            Interest.log(item, 5, by=by)
        case "waive":
            Waiver.grant(item, LATER, "Because", by=by)
        case "unwaive":
            running = Waiver.running(item)
            if running:
                running.take_back(by=by)
        case "postpone":
            postpone(item, BringBackDraft(day=LATER), by=by)
        case "call":
            call_back(item, by=by)
        case "split":
            split(item, ["One", "Two"], by=by)
        case "report":
            Item.report(item.board, ItemDraft(title="More"), by=by)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses)
def test_whatever_was_done_all_of_it_undone_in_turn_leaves_everything_as_it_was(board, people, presses):
    db.session.rollback()  # what the example before this one left, if it failed
    before, since = stand(), board.version + 1
    for id, acts in presses:
        for one in acts:
            with suppress(Refused):
                act(db.session.get_one(Item, id), people["lea"], *one)
        db.session.commit()
    while done := last_undoable(board.id, since):
        undo(done, by=people["max"])
        db.session.commit()
    db.session.expire_all()
    assert stand() == before
