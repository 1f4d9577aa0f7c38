"""The board as it was then: told from events, it is what a plain look at the board saw at the time."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.columns.test_cards import statements
from tests.meetings.conftest import walk
from triage import clock
from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import today
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.debtlog.exchange import export, plan
from triage.debtlog.reader import read
from triage.demo import Demo
from triage.events.models import Event
from triage.events.undo import undo
from triage.history.then import board_then, version_at
from triage.items.comments import Comment
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.splitting import split
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings.agenda import Phase as MeetingPhase
from triage.meetings.minutes import minutes_of
from triage.meetings.models import Meeting
from triage.refusal import Refused

HTMX = {"HX-Request": "true", "HX-Target": "section#then"}
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
IS_CATASTROPHIC = Item.category == Category.CATASTROPHIC


def seen(board):
    """What stands on the board now, by a plain look at the rows: category, title, size, promise and waiver."""
    items = select(Item.id, Item.number, Item.category, Item.title, Item.size)
    promises = select(Commitment.item_id, User.name, Sprint.number).join(Commitment.owner).join(Commitment.sprint)
    promised = {
        id: (name, sprint)
        for id, name, sprint in db.session.execute(promises.where(Commitment.verdict == Verdict.OPEN))
    }
    running = select(Waiver.item_id, Waiver.until).where(Waiver.runs_on(today(board.team.time_zone)))
    waived = dict(db.session.execute(running.join(Waiver.item).where(IS_CATASTROPHIC)).all())
    return {
        item.number: (item.category, item.title, item.size, *promised.get(item.id, ("", None)), waived.get(item.id))
        for item in db.session.execute(items.where(Item.board_id == board.id, Item.state == State.OPEN))
    }


def told(board, version, on=None):
    """The same, told from what happened."""
    then = board_then(board, version, on or today(board.team.time_zone))
    for items in then.columns.values():
        assert [item.number for item in items] == sorted(item.number for item in items)
    return {
        item.number: (item.category, item.title, item.size, item.owner, item.sprint, item.waived_until)
        for items in then.columns.values()
        for item in items
    }


def last_recorded(board, version):
    """A transaction that held the board and did nothing left no event."""
    events = select(func.max(Event.version)).where(Event.board_id == board.id, Event.version <= version)
    return db.session.scalar(events) or 0


class Player:
    """A board on which things happen by chance; each that is not refused is a version, and is looked at."""

    def __init__(self, name, team, people):
        self.people, self.now, self.n, self.pace = people, MONDAY, 0, timedelta(hours=1)
        self.saw, self.moments, self.exports = {}, {}, []
        with clock.at(self.now):
            self.board = Board.open(team, name, by=people["lea"])
            db.session.commit()
        self.look()

    def look(self):
        """What changes nothing makes no version."""
        self.saw.setdefault(self.board.version, seen(self.board))
        self.moments.setdefault(self.board.version, self.now)

    def play(self, act, a, b):
        self.n, self.now = self.n + 1, self.now + self.pace * (1 + b % 30)
        items = db.session.scalars(select(Item).where(Item.board_id == self.board.id).order_by(Item.number)).all()
        if not items and act not in {"report", "bring_in"}:
            act = "report"
        item, other = (items[a % len(items)], items[b % len(items)]) if items else (None, None)
        try:
            with clock.at(self.now):
                getattr(self, act)(item, other, a, b, self.people["lea" if a % 3 else "max"])
                db.session.commit()
                self.look()
        except Refused:
            db.session.rollback()

    def report(self, _item, _other, a, b, by):
        Item.report(self.board, ItemDraft(title=f"Debt {self.n}", why="Time", fix="Work", size=b or None), by=by)

    def rate(self, item, _other, _a, b, by):
        item.rate(list(Category)[b % 4], by=by)

    def order(self, item, _other, _a, b, by):
        item.step(("up", "down", "top", "bottom")[b % 4], by=by)

    def edit(self, item, _other, a, b, by):
        changes = ({"title": f"Called anew {self.n}"}, {"size": a / 2 or None}, {"why": f"Because {self.n}"})
        item.edit(item.draft.model_copy(update=changes[b % 3] | changes[a % 3]), by=by)

    def pay(self, item, _other, _a, _b, by):
        item.pay(by=by)

    def drop(self, item, _other, _a, _b, by):
        item.drop(by=by, why="Gone")

    def refuse(self, item, _other, _a, _b, by):
        item.refuse(by=by, why="Undone")

    def reopen(self, item, _other, _a, _b, by):
        item.reopen(by=by)

    def merge(self, item, other, _a, _b, by):
        item.merge(other, by=by)

    def split(self, item, _other, _a, _b, by):
        split(item, [f"One {self.n}", f"Two {self.n}"], by=by)

    def several(self, item, other, a, b, by):
        """In one transaction, so in one version."""
        self.rate(item, None, a, b, by)
        self.edit(item, None, a, b, by)
        item.drop(by=by, why="Gone")
        item.reopen(by=by)
        self.rate(other, None, b, a, by)

    def commit(self, item, _other, _a, b, by):
        sprint = Sprint.coming(self.board.team)[b % 3].number
        Commitment.make(item, CommitmentDraft(owner=by.id, sprint=sprint, done_when="Done", over=True), by=by)

    def judge(self, item, _other, _a, b, by):
        promise = Commitment.open_for(item)
        if promise is None:
            raise Refused("Nobody promised it.")
        promise.judge((Verdict.KEPT, Verdict.MISSED)[b % 2], by=by, why="So it went")

    def waive(self, item, _other, a, _b, by):
        Waiver.make(item, self.now.date() + timedelta(days=1 + a), "Until then", by=by)

    def talk(self, item, _other, a, b, by):
        Comment.write(item, "Yes", by=by)
        Interest.log(item, 5, by=by)

    def bring_in(self, _item, _other, a, b, by):
        """A log from elsewhere, or the board as it was exported some time ago."""
        text = f"# Debt\n\n- [ ] Open thing {self.n}\n- [x] Done thing {self.n}\n"
        if self.exports and a % 2:
            text = self.exports[b % len(self.exports)]
        else:
            self.exports.append(export(self.board))
        if not plan(self.board, read(text)).accept(by=by, source="TECH_DEBT.md"):
            raise Refused("Nothing is new.")

    def undo(self, _item, _other, a, _b, by):
        events = select(Event).where(Event.board_id == self.board.id, Event.undoes_id.is_(None))
        latest = db.session.scalars(events.order_by(Event.id.desc()).limit(6)).all()
        undo(latest[a % len(latest)], by=by)


ACTS = [name for name in vars(Player) if not name.startswith("_") and name not in {"look", "play"}]
acts = st.lists(
    st.tuples(st.booleans(), st.sampled_from([*ACTS, "undo", "undo"]), st.integers(0, 20), st.integers(0, 20)),
    min_size=30,
    max_size=70,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(acts)
def test_every_version_is_told_as_it_was_seen(board, people, acts):
    db.session.rollback()
    players = [Player(name, board.team, people) for name in ("One", "Two")]
    for is_first, *act in acts:
        players[is_first].play(*act)
    for player in players:
        assert set(player.saw) == set(range(1, player.board.version + 1))
        for version, saw in player.saw.items():
            assert told(player.board, version, player.moments[version].date()) == saw, version
            moment = player.moments[version]
            assert version_at(player.board, moment) == last_recorded(player.board, version)
            assert version_at(player.board, moment - timedelta(seconds=1)) == last_recorded(player.board, version - 1)


@pytest.fixture
def barm(in_app):
    return Demo("bread before breakfast", date(2026, 11, 19)).build()


def test_the_end_of_every_triage_is_told_as_its_minutes_tell_it(barm):
    meetings = db.session.query(Meeting).filter_by(board_id=barm.id).order_by(Meeting.id).all()
    assert len(meetings) == 5
    for meeting in meetings:
        minutes = must_agree(meeting)
        assert minutes.moved
        assert minutes.committed


def must_agree(meeting):
    """What the minutes of a meeting say of its end is what the board at that moment shows."""
    minutes = minutes_of(meeting)
    then = board_then(meeting.board, meeting.last_version, minutes.closed.date())
    items = {item.id: item for column in then.columns.values() for item in column}
    assert not {one.subject.id for one in minutes.ended} & items.keys()
    turns = select(Event.item_id, Event.turned_into).where(
        Event.board_id == meeting.board_id, Event.version <= meeting.last_version, Event.turned_into.is_not(None)
    )
    stands = dict(db.session.execute(turns.order_by(Event.id)).all())
    over = {id for id, is_ in stands.items() if is_ not in list(Category)}  # also what ended as it began
    listed = [*minutes.reported, *minutes.reopened_items, *minutes.later]
    assert {one.subject.id for one in listed} - over <= items.keys()
    for one in minutes.moved:
        assert one.subject.id in over or items[one.subject.id].category is one.now
    for one in [*minutes.moved, *minutes.committed, *minutes.verdicts, *minutes.exitless, *listed]:
        assert one.subject.id not in items or items[one.subject.id].category is one.subject.category
    settled = over | {one.subject.id for one in minutes.verdicts}  # in the meeting that committed to it
    for one in minutes.committed:
        assert one.subject.id in settled or (items[one.subject.id].owner, items[one.subject.id].sprint) == (
            one.owner,
            one.sprint,
        )
    exitless = {f"D-{item.number}" for item in items.values() if item.is_exitless}
    assert exitless == {line.subject.code for line in minutes.exitless}
    return minutes


def some(acts):
    return st.lists(st.tuples(st.sampled_from(acts), st.integers(0, 20), st.integers(0, 20)), min_size=8, max_size=25)


# What is undone later is not in the minutes any more.
NOT_UNDONE = [act for act in ACTS if act != "undo"]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(before=some(ACTS), during=some(ACTS), after=some(NOT_UNDONE))
def test_the_end_of_a_triage_in_any_history_is_told_as_its_minutes_tell_it(board, people, before, during, after):
    db.session.rollback()
    player = Player("Chance", board.team, people)
    for act in before:
        player.play(*act)
    with clock.at(player.now):
        meeting = Meeting.start(player.board, by=people["lea"])
        db.session.commit()
    player.pace = timedelta(seconds=10)
    for act in during:
        player.play(*act)
    with clock.at(player.now):
        walk(meeting, MeetingPhase.CLOSE)
        meeting.close(seen=meeting.turn, by=people["lea"])
        db.session.commit()
        must_agree(meeting)
    player.pace = timedelta(hours=1)
    for act in after:
        player.play(*act)
    with clock.at(player.now):
        must_agree(meeting)


def test_the_present_is_the_board_itself(barm):
    assert told(barm, barm.version, date(2026, 11, 19)).keys() == seen(barm).keys()
    assert board_then(barm, barm.version, date(2026, 11, 19)).sentence == (
        "Since then nothing was reported, moved or closed."
    )


# The page


@pytest.fixture
def past(board, people):
    """Two triages of Harbor, each of which found D-1 cheap; in between D-2 was paid and D-5 reported."""
    lea = people["lea"]
    team = board.team
    team.time_zone, team.first_sprint_on = "Europe/Berlin", date(2026, 1, 5)
    # The world's items were there before.
    board.created_at = MONDAY
    for event in db.session.query(Event).filter_by(board_id=board.id):
        event.at = MONDAY
    db.session.commit()
    with clock.at(MONDAY + timedelta(days=1)):
        first = held(board, lea)
    with clock.at(MONDAY + timedelta(days=2)):
        db.session.get_one(Item, 2).pay(by=lea)
        db.session.commit()
        item = db.session.get_one(Item, 1)
        item.rate(Category.INBOX, by=lea)
        item.edit(item.draft.model_copy(update={"title": "Called anew", "size": 3}), by=lea)
        Item.report(board, ItemDraft(title="Came later"), by=lea)
        db.session.commit()
    with clock.at(MONDAY + timedelta(days=14)):
        second = held(board, lea)
    with clock.at(MONDAY + timedelta(days=20)):
        yield first, second


def held(board, lea):
    meeting = Meeting.start(board, by=lea)
    db.session.commit()
    walk(meeting, MeetingPhase.SORT)
    item = db.session.get_one(Item, 1)
    item.rate(Category.CHEAP, by=lea)
    db.session.commit()
    walk(meeting, MeetingPhase.CLOSE)
    meeting.close(seen=meeting.turn, by=lea)
    db.session.commit()
    return meeting.id


def heading(answer):
    return re.search(r'<h1 id="then-name">([^<]+)</h1>', answer.text)[1]


def cards(answer, category):
    column = answer.text.partition(f'id="{category}-name"')[2].partition("</section>")[0]
    return [
        " ".join(re.sub("<[^>]+>", " ", card).split()) for card in column.split("<article")[1:] for card in ["<" + card]
    ]


def test_the_end_of_a_triage_says_how_it_was_and_what_became_of_it(lea, past):
    answer = lea.get(f"/boards/1/then?meeting={past[0]}")
    assert heading(answer) == "Harbor as it was on 6 Jan 2026, 10:00"
    assert cards(answer, "cheap") == ["D-1 Session table has no index"]
    assert cards(answer, "inbox") == [
        "D-2 Prices are hard-coded paid since",
        "D-3 Deploys by hand",
        "D-4 No request ids in the logs",
    ]
    assert "Since then 1 was paid down and 1 reported." in answer.text
    assert f'<a href="/meetings/{past[0]}/minutes">the triage of 6 Jan 2026</a>' in answer.text
    assert f'rel="next" href="/boards/1/then?meeting={past[1]}"' in answer.text
    assert 'rel="prev"' not in answer.text


def test_it_opens_at_the_end_of_the_last_triage(lea, past):
    answer = lea.get("/boards/1/then")
    assert heading(answer) == "Harbor as it was on 19 Jan 2026, 10:00"
    assert cards(answer, "cheap") == ["D-1 Called anew 3 days"]
    assert f'rel="prev" href="/boards/1/then?meeting={past[0]}"' in answer.text
    assert 'rel="next"' not in answer.text
    assert 'max="2" value="2"' in answer.text


def test_the_slider_leads_to_the_address_of_a_triage_and_in_place_it_says_it(lea, past):
    answer = lea.get("/boards/1/then?place=1")
    assert (answer.status_code, answer.location) == (303, f"/boards/1/then?meeting={past[0]}")
    answer = lea.get("/boards/1/then?place=1", headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="then"')
    assert f'data-address="/boards/1/then?meeting={past[0]}"' in answer.text


@pytest.mark.parametrize(
    ("query", "said", "shown"),
    [
        (
            "day=2025-12-24",
            "The board was opened on 5 Jan 2026: this is how it began.",
            "as it was on 5 Jan 2026, 10:00",
        ),
        ("day=2026-02-30", "Choose a day, or write it as 2027-03-31. It was left out.", "as it was on 19 Jan"),
        ("day=2026-01-26", "26 Jan 2026 is still to come: this is how the board is now.", "as it is now"),
        ("version=0", "The versions of a board begin with 1: this is how it began.", "as it was on 5 Jan 2026, 10:00"),
        ("version=-7", "The versions of a board begin with 1: this is how it began.", "as it was on 5 Jan 2026, 10:00"),
        ("version=1e9", "Version: “1e9” is not understood. It was left out.", "as it was on 19 Jan"),
        (f"version={10**30}", "The board has come to version", "as it is now"),
        ("meeting=first", "Meeting: “first” is not understood. It was left out.", "as it was on 19 Jan"),
        (f"meeting={10**30}", "It was left out.", "as it was on 19 Jan"),
        ("place=9", "2 triages on this board so far: this is the end of the nearest.", "as it was on 19 Jan"),
        ("place=-1", "2 triages on this board so far: this is the end of the nearest.", "as it was on 6 Jan"),
        ("place=x", "Place: “x” is not understood. It was left out.", "as it was on 19 Jan"),
    ],
)
def test_what_will_not_do_is_said_above_the_nearest_moment(lea, past, query, said, shown):
    answer = lea.get(f"/boards/1/then?{query}")
    assert answer.status_code == 200
    assert said in answer.text
    assert shown in heading(answer)


def test_today_is_the_board_as_it_is_now(lea, past):
    answer = lea.get("/boards/1/then?day=2026-01-25")
    assert heading(answer) == "Harbor as it is now"
    assert 'class="flash" role="alert"' not in answer.text.partition('<section id="then"')[2]


def test_a_triage_that_is_not_over_shows_the_present_and_another_boards_is_not_found(lea, past, board, people):
    other = Board.open(board.team, "Other one", by=people["lea"])
    theirs = Meeting.start(other, by=people["lea"])
    live = Meeting.start(board, by=people["lea"])
    planned = Meeting.plan(board, clock.now() + timedelta(days=9), by=people["lea"])
    db.session.commit()
    answer = lea.get(f"/boards/1/then?meeting={live.id}")
    assert "That triage is not over: this is how the board is now." in answer.text
    assert heading(answer) == "Harbor as it is now"
    answer = lea.get(f"/boards/1/then?meeting={planned.id}")
    assert "That triage has not begun: this is how the board is now." in answer.text
    assert lea.get(f"/boards/1/then?meeting={theirs.id}").status_code == 404
    assert lea.get("/boards/1/then?meeting=999999").status_code == 404


def test_a_triage_that_was_forgotten_open_ends_before_what_was_done_later(lea, past, board, people):
    forgotten = Meeting.start(board, by=people["lea"])
    db.session.commit()
    with clock.at(clock.now() + timedelta(days=1)):
        db.session.get_one(Item, 3).pay(by=people["lea"])
        db.session.commit()
        answer = lea.get(f"/boards/1/then?meeting={forgotten.id}")
    assert heading(answer) == "Harbor as it was on 25 Jan 2026, 13:00"
    assert "D-3 Deploys by hand paid since" in cards(answer, "inbox")


def test_without_a_triage_the_page_says_what_it_will_show(lea, board):
    answer = lea.get("/boards/1/then")
    assert "No triage was held on this board yet." in answer.text
    assert 'type="range"' not in answer.text
    assert "No triage was held on this board yet: this is how it is now." in lea.get("/boards/1/then?place=1").text


@pytest.mark.parametrize(
    ("zone", "day", "last", "first"),
    [
        ("Europe/Berlin", "2026-01-20", "2026-01-20T22:59:59", "2026-01-20T23:00:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T21:59:59", "2026-03-29T22:00:00"),  # 23 hours long
        ("Europe/Berlin", "2026-10-25", "2026-10-25T22:59:59", "2026-10-25T23:00:00"),  # 25 hours long
        ("America/Los_Angeles", "2026-06-01", "2026-06-02T06:59:59", "2026-06-02T07:00:00"),
        ("Pacific/Auckland", "2026-06-01", "2026-06-01T11:59:59", "2026-06-01T12:00:00"),
    ],
)
def test_a_day_ends_when_the_teams_day_does(lea, board, people, zone, day, last, first):
    board.team.time_zone, board.created_at = zone, MONDAY - timedelta(days=9)
    for event in db.session.query(Event).filter_by(board_id=board.id):
        event.at = MONDAY - timedelta(days=9)
    for title, moment in (("The last", last), ("The first", first)):
        with clock.at(datetime.fromisoformat(moment).replace(tzinfo=UTC)):
            Item.report(board, ItemDraft(title=title), by=people["lea"])
            db.session.commit()
    with clock.at(datetime.fromisoformat(first).replace(tzinfo=UTC) + timedelta(days=1)):
        answer = lea.get(f"/boards/1/then?day={day}")
    assert "as it was at the end of" in heading(answer)
    assert "D-5 The last" in cards(answer, "inbox")
    assert not any("The first" in card for card in cards(answer, "inbox"))


def test_a_waiver_that_ran_out_on_a_quiet_day_is_no_exit_at_its_end(lea, past, board, people):
    with clock.at(MONDAY + timedelta(days=15)):
        item = db.session.get_one(Item, 3)
        item.rate(Category.CATASTROPHIC, by=people["lea"])
        Waiver.grant(item, date(2026, 1, 21), "Until the new storage", by=people["lea"])
        db.session.commit()
    assert cards(lea.get("/boards/1/then?day=2026-01-21"), "catastrophic") == [
        "D-3 Deploys by hand waived until 21 Jan 2026"
    ]
    assert cards(lea.get("/boards/1/then?day=2026-01-22"), "catastrophic") == ["D-3 Deploys by hand needed an exit"]


def test_the_minutes_lead_to_the_board_as_it_was(lea, past, board, people):
    link = '<a class="button" href="/boards/1/then?meeting={}">The board as it was then</a>'
    assert link.format(past[0]) in lea.get(f"/meetings/{past[0]}/minutes").text
    live = Meeting.start(board, by=people["lea"])
    db.session.commit()
    assert "/then?meeting=" not in lea.get(f"/meetings/{live.id}/minutes").text


def test_it_takes_as_many_statements_however_much_happened(lea, past, board, people):
    few = statements(lambda: lea.get(f"/boards/1/then?meeting={past[0]}"))
    for n in range(8):
        item = Item.report(board, ItemDraft(title=f"One more {n}", why="Time", fix="Work"), by=people["lea"])
        item.rate(Category.EXPENSIVE, by=people["lea"])
        item.edit(item.draft.model_copy(update={"size": n + 1}), by=people["lea"])
        db.session.commit()
    for id in (3, 4):
        item = db.session.get_one(Item, id)
        item.edit(item.draft.model_copy(update={"title": f"Called anew {id}"}), by=people["lea"])
        item.pay(by=people["lea"])
        db.session.commit()
    assert statements(lambda: lea.get(f"/boards/1/then?meeting={past[0]}")) == few <= 12
