"""Putting an item off until a day, a sprint or a written trigger. POST /items/7/bring-back, POST /items/7/return."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.meetings.conftest import START, walk
from triage.boards.category import Category
from triage.clock import at
from triage.commitments.bring_back import call_back, has_come, postpone, written
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import undo
from triage.items.drafts import BringBackDraft
from triage.items.models import Item
from triage.meetings import focus, guards, votes
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.minutes import minutes_of
from triage.meetings.models import Meeting
from triage.refusal import Refused
from triage.rooms.attendance import Attendance
from triage.teams.models import Team

TRIGGER = "before any change in auth"


@pytest.fixture(autouse=True)
def monday(in_app):
    """The first Monday of sprint 2, at nine."""
    db.session.get_one(Team, 1).first_sprint_on = date(2026, 1, 5)
    db.session.commit()
    with at(START):
        yield


def until(**back):
    return BringBackDraft(**back)


def put_off(item, by, **back):
    postpone(item, until(**back), by=by)
    db.session.commit()


def did(action):
    return db.session.scalar(select(Event).where(Event.action == action).order_by(Event.id.desc()))


def meet(people, phase=Phase.INTAKE):
    meeting = Meeting.start(db.session.get_one(Item, 1).board, by=people["lea"])
    db.session.commit()
    walk(meeting, phase)
    return meeting


def asked(meeting):
    return [item.number for item in guards.candidates(meeting)]


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_put_an_item_off(as_, item, who, status):
    with at(datetime.now(UTC)):
        client = as_(who)
        day = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
        answer = client.post("/items/1/bring-back", data={"day": day, "sprint": "", "trigger": ""})
    assert answer.status_code == status
    db.session.refresh(item)
    assert bool(item.comes_back) == (status == 303)


@pytest.mark.parametrize(
    ("back", "words"),
    [
        ({"day": date(2026, 3, 2)}, "on 2 Mar 2026"),
        ({"sprint": 5}, "in sprint 5"),
        ({"trigger": TRIGGER}, "“before any change in auth”"),
    ],
)
def test_its_page_says_when_it_comes_back_and_how_often_it_was_put_off(max_, item, people, back, words):
    put_off(item, people["max"], **back)
    put_off(item, people["max"], **back)
    page = max_.get("/items/1").text
    assert f"Comes back {words}." in page
    assert "Postponed ×2." in page
    assert "<span>postponed ×2</span>" in max_.get("/boards/1").text
    assert sentence(did("item.postponed")) == f"Max put D-1 Session table has no index off, to come back {words}"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Fill in one of the three: a day, a sprint, or what must happen first."),
        ({"trigger": "   "}, "Fill in one of the three"),
        ({"day": "2026-03-02", "sprint": "5"}, "With two of them nobody knows which counts"),
        ({"day": "2026-01-19"}, "It comes back on a day after today, at most five years from now"),
        ({"day": "2025-12-01"}, "It comes back on a day after today"),
        ({"day": "2031-02-19"}, "at most five years from now"),
        ({"day": "soon"}, "Choose a day, or write it as 2027-03-31"),
        ({"sprint": "2"}, "Sprint 2 is the present one: name one from 3 to 132"),
        ({"sprint": "1"}, "Sprint 2 is the present one"),
        ({"sprint": "133"}, "Sprint 2 is the present one"),
        ({"sprint": "-1"}, "Sprint cannot be -1"),
        ({"sprint": "next"}, "“next” is not understood"),
        ({"trigger": "x" * 201}, "Trigger has 201 characters; 200 fit. Shorten it"),
    ],
)
def test_a_bring_back_that_will_not_do_comes_back_with_what_was_typed(max_, item, form, sentence):
    answer = max_.post("/items/1/bring-back", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    for typed in form.values():
        assert typed.strip() in answer.text
    db.session.refresh(item)
    assert (item.comes_back, item.postponed) == ("", 0)


def test_what_is_closed_is_not_put_off(item, people):
    item.pay(by=people["max"])
    with pytest.raises(Refused, match="D-1 is paid already"):
        postpone(item, until(sprint=5), by=people["max"])


def test_what_was_put_off_is_not_asked_about_before_its_day_and_is_on_it(item, people):
    put_off(item, people["max"], day=date(2026, 1, 20))
    assert asked(meet(people)) == [2, 3, 4]
    with at(START + timedelta(days=1)):
        assert has_come(item)
        assert asked(db.session.scalar(select(Meeting))) == [1, 2, 3, 4]


def test_the_day_is_the_teams(item, people):
    put_off(item, people["max"], day=date(2026, 1, 20))
    item.board.team.time_zone = "Pacific/Auckland"  # where it is the 20th already at noon
    db.session.commit()
    with at(START + timedelta(hours=3)):
        assert has_come(item)


def test_what_was_sorted_before_comes_up_again_for_the_sprint_it_was_put_off_to(item, people):
    item.rate(Category.CHEAP, by=people["max"])
    put_off(item, people["max"], sprint=3)
    first = meet(people)
    assert asked(first) == [2, 3, 4]
    walk(first, Phase.CLOSE)
    first.close(seen=first.turn, by=people["lea"])
    with at(START + timedelta(days=10)):  # in the second half of sprint 2 a triage commits to sprint 3
        assert has_come(item)
        assert asked(meet(people))[0] == 1


def test_after_a_unanimous_ballot_it_has_come_up_and_does_not_again(item, people):
    item.rate(Category.CHEAP, by=people["max"])
    put_off(item, people["max"], trigger=TRIGGER)
    call_back(item, by=people["max"])
    meeting = meet(people)
    for name in ("lea", "max"):
        votes.cast_ballot(Attendance.come(meeting, people[name]), item, Category.CHEAP)
    votes.reveal_ballots(meeting, seen=meeting.turn, by=people["lea"])
    db.session.commit()
    listed = {one.item_id: one for one in AgendaItem.all_of(meeting)}
    assert listed[1].standing is Standing.SETTLED
    assert (item.comes_back, item.postponed) == ("", 1)
    assert item not in guards.agenda_candidates(meeting)
    assert sentence(did("item.came_back")) == (
        "The triage took up D-1 Session table has no index again, put off to come back “before any change in auth”"
    )


def test_a_split_one_is_sorted_in_that_meeting_and_then_has_come_up(item, people):
    item.rate(Category.CHEAP, by=people["max"])
    put_off(item, people["max"], sprint=3)
    with at(START + timedelta(days=14)):
        meeting = meet(people, Phase.SORT)
        assert 1 in [one.item_id for one in AgendaItem.all_of(meeting) if one.standing is Standing.WAITING]
        db.session.refresh(item)
        assert item.comes_back == ""


def test_each_intake_lists_the_triggers_and_one_press_brings_one_up(lea, item, people):
    put_off(item, people["max"], trigger=TRIGGER)
    meeting = meet(people)
    assert asked(meeting) == [2, 3, 4]
    page = lea.get(f"/meetings/{meeting.id}").text
    assert f"“{TRIGGER}”" in page
    assert "It is time" in page
    assert lea.post("/items/1/return").status_code == 303
    db.session.refresh(item)
    assert asked(meeting) == [1, 2, 3, 4]
    assert written(item.board) == []
    assert "It is time" not in lea.get(f"/meetings/{meeting.id}").text
    assert sentence(did("item.called_back")) == (
        "Lea called D-1 Session table has no index back, which was to come “before any change in auth”"
    )


def test_what_was_not_put_off_is_not_called_back(max_, item):
    answer = max_.post("/items/1/return")
    assert answer.status_code == 422
    assert "D-1 was not put off, so there is nothing to call back" in answer.text


def test_what_comes_back_after_the_reveal_is_on_the_agenda(lea, item, people):
    put_off(item, people["max"], trigger=TRIGGER)
    meeting = meet(people)
    votes.reveal_ballots(meeting, seen=meeting.turn, by=people["lea"])
    call_back(item, by=people["max"])
    db.session.commit()
    assert "Back since the reveal: on the agenda." in lea.get(f"/meetings/{meeting.id}").text
    assert item in guards.agenda_candidates(meeting)


def test_putting_off_is_undone_to_what_it_was_before(item, people):
    put_off(item, people["max"], sprint=5)
    put_off(item, people["max"], day=date(2026, 3, 2))
    undo(did("item.postponed"), by=people["max"])
    db.session.commit()
    assert (item.comes_back, item.bring_back_on, item.postponed) == ("in sprint 5", None, 1)
    call_back(item, by=people["max"])
    db.session.commit()
    assert has_come(item)
    undo(did("item.called_back"), by=people["lea"])
    db.session.commit()
    assert (item.comes_back, item.bring_back_on) == ("in sprint 5", None)


def test_a_day_undone_is_a_day_again(item, people):
    put_off(item, people["max"], day=date(2026, 3, 2))
    put_off(item, people["max"], sprint=5)
    undo(did("item.postponed"), by=people["max"])
    db.session.commit()
    assert (item.comes_back, item.postponed) == ("on 2 Mar 2026", 1)


def test_what_is_put_off_while_it_is_sorted_leaves_the_agenda_and_the_minutes_say_so(lea, item, people):
    meeting = meet(people, Phase.SORT)
    assert "Bring back…" in lea.get(f"/meetings/{meeting.id}").text
    listed = AgendaItem.all_of(meeting)
    assert [one.item_id for one in focus.agenda(listed)] == [1, 2, 3, 4]
    put_off(item, people["max"], sprint=5)
    assert [one.item_id for one in focus.agenda(listed)] == [2, 3, 4]
    later = {line.subject.id: (line.words, line.note) for line in minutes_of(meeting).later}
    assert later[1] == ("put off", "To come back in sprint 5")
    undo(did("item.postponed"), by=people["lea"])
    db.session.commit()
    assert [one.item_id for one in focus.agenda(listed)] == [1, 2, 3, 4]


def test_catastrophic_debt_that_is_put_off_still_needs_its_exit(item, people):
    meeting = meet(people, Phase.SORT)
    item.rate(Category.CATASTROPHIC, by=people["max"])
    put_off(item, people["max"], sprint=5)
    assert 1 in [one.item_id for one in focus.agenda(AgendaItem.all_of(meeting))]
    assert item in guards.needing_exit(meeting)
