"""The series against a slow and obvious recomputation: every event, one after the other, by what it says it did."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage import clock
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.debtlog.exchange import plan
from triage.debtlog.reader import read
from triage.events.models import Event
from triage.events.undo import last_undoable, undo
from triage.history.facts import Facts
from triage.history.promises import kept
from triage.history.story import History
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.splitting import split
from triage.refusal import Refused
from triage.teams.models import Team
from triage.web.kept import Kept

SPRINTS = 5
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # the clocks of New York and Lisbon change within the next five sprints
CLOSED = {"item.paid": "paid", "item.dropped": "dropped", "item.refused": "refused", "item.merged": "merged"}
WORSE = ["cheap", "expensive", "catastrophic"]
OPEN = ["inbox", *WORSE]

acts = st.one_of(
    st.tuples(st.just("rate"), st.sampled_from(list(Category))),
    st.tuples(st.sampled_from(["report", "pay", "drop", "refuse", "reopen", "undo", "split", "import", "cost"])),
    st.tuples(st.just("merge"), st.integers(1, 6)),
    st.tuples(st.just("size"), st.sampled_from([None, 0.5, 8])),
)
hours = st.integers(0, 24 * 14 * SPRINTS - 1)
presses = st.tuples(hours, st.integers(1, 5), acts)
histories = st.lists(presses, min_size=15, max_size=50).map(lambda history: sorted(history, key=lambda one: one[0]))
zones = st.sampled_from(["UTC", "Europe/Lisbon", "America/New_York", "Pacific/Kiritimati"])


def act(board: Board, number: int, by: object, what: str, *more: object) -> None:
    item = db.session.query(Item).filter_by(board_id=board.id, number=number).one_or_none()
    if item is None or what == "report":
        Item.report(board, ItemDraft(title="More", why="a", fix="b", size=1.5), by=by)
        return
    match what:
        case "rate":
            item.rate(more[0], by=by)
        case "pay":
            item.pay(by=by)
        case "drop":
            item.drop(by=by, why="It went")
        case "refuse":
            item.refuse(by=by, why="Undone")
        case "reopen":
            item.reopen(by=by)
        case "merge":
            item.merge(Item.numbered(board, more[0]), by=by)
        case "split":
            split(item, ["One", "Two"], by=by)
        case "size":
            item.edit(item.draft.model_copy(update={"size": more[0]}), by=by)
        case "cost":
            Interest.log(item, 10, by=by)
        case "import":
            text = f"- [ ] Brought {board.next_number}\n- [x] Brought and done {board.next_number}\n"
            plan(board, read(text)).accept(by=by, source="DEBT.md")
        case "undo":
            if done := last_undoable(board.id, 1):
                undo(done, by=by)


@pytest.fixture
def harbor(board, people):
    """A team whose first sprint began on a Monday in spring, and an empty board of it."""
    with clock.at(MONDAY - timedelta(days=1)):
        team = Team.found("Clocks", by=people["lea"])
        team.first_sprint_on = MONDAY.date()
        board = Board.open(team, "Clocks", by=people["lea"])
        db.session.commit()
    return board


def play(board, by, history):
    for hour, number, one in history:
        with clock.at(MONDAY + timedelta(hours=hour)):
            try:
                act(board, number, by, *one)
                db.session.commit()
            except Refused:
                db.session.rollback()


def ends_of(team):
    zone = ZoneInfo(team.time_zone)
    spans = [Sprint.calendar(team).sprint(number) for number in range(1, SPRINTS + 1)]
    return [datetime.combine(span.last_day + timedelta(days=1), time.min, zone) for span in spans]


def states_at(events, end, begin=None):
    """How each item stood: by the words of its events, undone or not; and how after its first one since `begin`."""
    stands, category, first = {}, {}, {}
    for event in events:
        if event.at >= end:
            continue
        id, what, was = event.item_id, event.what, stands.get(event.item_id)
        match event.action:
            case "item.reported":
                category[id] = stands[id] = "inbox"
            case "item.split_off" | "item.imported":
                item = db.session.get(Item, id)
                firsts = (e for e in events if e.item_id == id and e.id > event.id and e.action == "item.rated")
                moved = next(firsts, None)
                category[id] = moved.what["was"].lower() if moved else str(item.category)
                stands[id] = category[id]
                if event.action == "item.imported" and "done" in item.title:
                    stands[id] = "paid"
            case "item.rated":
                category[id] = stands[id] = what["now"].lower()
            case "item.reopened":
                stands[id] = category[id]
            case action if action in CLOSED:
                stands[id] = CLOSED[action]
        if begin and event.at >= begin and stands.get(id) != was:
            first.setdefault(id, stands[id])
    return stands, first


def slowly(board, ends, until):
    """For each sprint: taken on, paid down, dropped or refused, brought in, worsened, open, and the median age."""
    events = db.session.query(Event).filter_by(board_id=board.id).order_by(Event.id).all()
    from_log = {event.item_id for event in events if event.action == "item.imported"}
    pieces = {event.item_id for event in events if event.action == "item.split_off"}
    told, before, begin = [], {}, MONDAY - timedelta(days=99)
    for end in ends:
        now, first = states_at(events, end, begin)
        taken, paid, gone, brought, worsened = set(), set(), set(), set(), set()
        for id, is_ in now.items():
            was = before.get(id)
            is_new_here = was is None and (id in from_log or id in pieces)
            if is_new_here and id in from_log and is_ in OPEN:
                brought.add(id)
            # The same debt in another shape counts as if it had been here before, as it came.
            began = first[id] if is_new_here or (was == "merged" and id in first) else was
            if began == is_:
                continue
            if began in [None, "paid", "dropped", "refused"] and is_ in ["paid", *OPEN]:
                taken.add(id)
            if is_ == "paid":
                paid.add(id)
            if began in OPEN and is_ in ["dropped", "refused"]:
                gone.add(id)
            if began in WORSE and is_ in WORSE and WORSE.index(is_) > WORSE.index(began):
                worsened.add(id)
        items = [db.session.get(Item, id) for id, is_ in now.items() if is_ in OPEN]
        ages = [(min(end, until) - item.reported_at).total_seconds() / 86400 for item in items]
        size = sum(item.size or 0 for item in items)
        open_now = Counter(is_ for is_ in now.values() if is_ in OPEN)
        told.append((taken, paid, gone, brought, worsened, open_now, size, median(ages) if ages else None))
        before, begin = now, end
    return told


def quickly(told):
    return [
        (
            set(one.life.taken),
            set(one.life.paid),
            set(one.life.gone),
            set(one.life.brought),
            set(one.life.worsened),
            Counter({name: each.count for name, each in one.open.items() if each.count}),
            sum(each.size for each in one.open.values()),
            one.median_age,
        )
        for one in told
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, zone=zones, shown=st.tuples(st.integers(1, SPRINTS), st.integers(1, SPRINTS)).map(sorted))
def test_every_series_is_what_the_events_say_one_by_one(harbor, people, history, zone, shown):
    board, (first, last) = harbor, shown
    clear(board)
    board.team.time_zone = zone
    db.session.commit()
    looked = len(history) // 2  # what is kept of a first look must not show in a second
    play(board, people["lea"], history[:looked])
    with clock.at(MONDAY + timedelta(hours=history[looked][0])):
        assert Facts(board.team, [board], 1, Sprint.current(board.team).number).told
    play(board, people["lea"], history[looked:])
    until = MONDAY + timedelta(days=14 * SPRINTS - 1)
    with clock.at(until):
        facts = Facts(board.team, [board], first, last)
        ends = ends_of(board.team)
        early = first - facts.before
        expected = slowly(board, ends, until)[early - 1 : last]
        growths = [len(taken) - len(paid) - len(gone) for taken, paid, gone, *_others in expected]
        assert [told.life.growth() for told in facts.told] == growths
        for found, wanted in zip(quickly(facts.told), expected, strict=True):
            assert found[:-2] == wanted[:-2]
            assert found[-2:] == pytest.approx(wanted[-2:])
        stood, _first = states_at(
            db.session.query(Event).filter_by(board_id=board.id).order_by(Event.id), ends[last - 1]
        )
        assert facts.open_at_end == {id: is_ for id, is_ in stood.items() if is_ in OPEN}
        logged = db.session.query(Interest).filter_by(board_id=board.id).all()
        begins = [MONDAY - timedelta(days=99), *ends]
        costs = [
            sum(one.minutes for one in logged if begin <= one.at < end)
            for begin, end in zip(begins, ends, strict=False)
        ]
        assert facts.interest == costs[early - 1 : last]


def clear(board):
    """What the example before this one left."""
    db.session.rollback()
    for name in ("lives", "things"):  # outside of tests nothing that happened is taken out of the history
        current_app.extensions[name] = Kept()
    for table in (Interest, Event, Commitment):
        db.session.query(table).filter_by(board_id=board.id).delete()
    db.session.query(Item).filter_by(board_id=board.id).update({"merged_into_id": None, "split_from_id": None})
    db.session.query(Item).filter_by(board_id=board.id).delete()
    db.session.query(Sprint).filter_by(team_id=board.team_id).delete()
    board.next_number, board.version = 1, 0
    db.session.commit()
    db.session.expire_all()


verdicts = st.sampled_from([verdict for verdict in Verdict if verdict is not Verdict.OPEN])
promises = st.lists(
    st.tuples(hours, st.integers(1, 4), st.sampled_from(["judge", "correct"]), verdicts), max_size=25
).map(lambda history: sorted(history, key=lambda one: one[0]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=promises, zone=zones)
def test_what_was_kept_is_what_the_events_say_with_every_correction(harbor, people, history, zone):
    board, lea = harbor, people["lea"]
    clear(board)
    board.team.time_zone, board.team.decider = zone, lea
    db.session.commit()
    play(board, lea, [(0, 9, ("report",))] * 4)
    for hour, number, what, verdict in history:
        with clock.at(MONDAY + timedelta(hours=hour)):
            try:
                promise(board, number, lea, what, verdict)
                db.session.commit()
            except Refused:
                db.session.rollback()
    says = {}
    for one in (
        db.session.query(Event).filter(Event.board_id == board.id, Event.subject_id.is_not(None)).order_by(Event.id)
    ):
        if one.action in ("commitment.kept", "commitment.partly_kept", "commitment.missed", "commitment.dropped"):
            says[one.subject_id] = one.what["sprint"], one.action.partition(".")[2].removesuffix("_kept")
        elif one.action == "commitment.corrected":
            says[one.subject_id] = one.what["sprint"], one.what["now"]
    with clock.at(MONDAY + timedelta(days=14 * SPRINTS - 1)):
        found = kept(History(Facts(board.team, [board], 1, SPRINTS)))
    told = [(row[0], row[4]) for row in found.tables[0].rows if row[4] != "open"]
    assert sorted(told) == sorted(says.values())
    share = sum(verdict == "kept" for _sprint, verdict in says.values())
    assert not says or found.sentence.startswith(f"{share} of {len(says)} commitment")


def promise(board, number, lea, what, verdict):
    item = Item.numbered(board, number)
    standing = Commitment.open_for(item)
    if what == "correct":
        last = db.session.query(Commitment).filter_by(item_id=item.id).order_by(Commitment.id.desc()).first()
        if last:
            last.correct(verdict, by=lea, why="It was not so")
    elif standing:
        standing.judge(verdict, by=lea, why="Because")
    else:
        sprint = Sprint.current(board.team).number
        draft = CommitmentDraft(owner=lea.id, sprint=sprint, done_when="It is gone", size=1, over=True)
        Commitment.make(item, draft, by=lea)
