"""A waiver that somebody else asks for waits for the decision-maker."""

from datetime import UTC, date, datetime, timedelta

import pytest

from triage.boards.category import Category
from triage.clock import at, today
from triage.columns.cards import columns
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import last_undoable, undo
from triage.items.models import Item
from triage.items.waiver import Waiver
from triage.meetings import guards
from triage.meetings.models import Meeting
from triage.refusal import Refused

HTMX = {"HX-Request": "true", "HX-Target": "div#flash"}
LATER = today("UTC") + timedelta(days=30)
DAY = f"{LATER.day} {LATER:%b %Y}"


@pytest.fixture
def asked(item, people):
    """Max asks Lea to let D-1 stand."""
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    waiver = Waiver.ask(item, LATER, "The migration begins in May", by=people["max"])
    db.session.commit()
    return waiver


def card(item):
    db.session.expire_all()
    (found,) = [card for column in columns(item.board) for card in column.cards if f'id="item-{item.id}"' in card]
    return found


def told():
    return [sentence(event) for event in db.session.query(Event).filter(Event.action.startswith("waiver."))]


def test_it_waits_and_is_no_exit_before_it_is_granted(as_, item, asked):
    assert Waiver.running(item) is None
    assert f'class="alarm">waiver asked until {DAY}' in card(item)
    assert "needs an exit" not in card(item)
    page = as_("max").get("/items/1").text
    assert f"Max asks for a waiver until {DAY}: The migration begins in May" in page
    assert "It waits for Lea." in page
    assert "Needs an exit" in page
    assert "Grant it" not in page
    assert "Grant it" in as_("lea").get("/items/1").text
    assert told() == [f"Max asked for a waiver of D-1 Session table has no index until {DAY}"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_decision_maker_grants_it_with_one_press(lea, item, asked, headers):
    assert lea.post("/waivers/1/grant", headers=headers).status_code == (204 if headers else 303)
    db.session.refresh(asked)
    assert (asked.by.name, asked.is_asked) == ("Lea", False)
    assert Waiver.running(item) is asked
    assert f"waived until {DAY}" in card(item)
    assert f"Waived until {DAY} by Lea: The migration begins in May" in lea.get("/items/1").text
    assert told()[1] == f"Lea waived D-1 Session table has no index until {DAY}"
    answer = lea.post("/waivers/1/grant")
    assert (answer.status_code, "was granted already" in answer.text) == (422, True)


def test_or_declines_it_and_it_can_be_asked_for_anew(lea, item, asked, people):
    assert lea.post("/waivers/1/declining").status_code == 303
    assert "needs an exit" in card(item)
    assert Waiver.standing(item) is None
    assert told()[1] == f"Lea declined the waiver of D-1 Session table has no index until {DAY}"
    answer = lea.post("/waivers/1/grant")
    assert (answer.status_code, "was answered or taken back already" in answer.text) == (422, True)
    assert Waiver.ask(item, LATER, "Still", by=people["max"]).is_asked


@pytest.mark.parametrize("answer", ["grant", "declining"])
@pytest.mark.parametrize(("who", "status"), [("max", 422), ("obi", 403), ("zoe", 404)])
def test_nobody_else_answers_it(as_, item, asked, answer, who, status):
    said = as_(who).post(f"/waivers/1/{answer}")
    assert said.status_code == status
    assert ("The waiver of D-1 is Lea&#39;s to grant or to decline." in said.text) == (who == "max")
    db.session.refresh(asked)
    assert asked.is_asked


def test_who_asked_takes_it_back(max_, item, asked):
    assert max_.post("/waivers/1/end").status_code == 303
    assert "needs an exit" in card(item)
    assert told()[1] == "Max took back the request for a waiver of D-1 Session table has no index"


def test_one_is_asked_for_at_a_time_and_none_while_one_runs(item, asked, people):
    with pytest.raises(Refused, match=f"A waiver until {DAY} is asked for already: it waits for Lea."):
        Waiver.ask(item, LATER, "Why", by=people["max"])
    asked.agree(by=people["lea"])
    with pytest.raises(Refused, match=f"D-1 is waived until {DAY} already."):
        Waiver.ask(item, LATER, "Why", by=people["max"])


def test_the_decision_maker_may_grant_another_day_than_was_asked_for(item, asked, people, board):
    other = Waiver.grant(item, LATER - timedelta(days=7), "Not so long", by=people["lea"])
    db.session.commit()
    assert Waiver.standing(item) is other
    assert [words.split(" D-1")[0] for words in told()[1:]] == ["Lea declined the waiver of", "Lea waived"]
    undo(last_undoable(board.id, 0), by=people["max"])
    assert Waiver.standing(item) is asked
    assert asked.is_asked


@pytest.mark.parametrize("deed", ["ask", "grant", "decline", "take back"])
def test_each_is_undone_to_what_was_before(item, asked, people, board, deed):
    match deed:
        case "grant":
            asked.agree(by=people["lea"])
        case "decline":
            asked.decline(by=people["lea"])
        case "take back":
            asked.take_back(by=people["max"])
    db.session.commit()
    undo(last_undoable(board.id, 0), by=people["lea"])
    db.session.commit()
    assert Waiver.standing(item) is (None if deed == "ask" else asked)
    assert asked.is_asked == (deed != "ask")
    assert asked.by is None
    assert db.session.query(Event).filter(Event.undoes_id.is_not(None)).count() == 1


@pytest.mark.parametrize("answer", ["agree", "decline"])
def test_a_day_that_has_passed_is_not_granted_any_more(item, asked, people, answer):
    with at(datetime.combine(LATER, datetime.min.time(), UTC) + timedelta(days=1)):
        assert Waiver.standing(item) is None
        with pytest.raises(Refused, match=f"It was asked for until {DAY}, and that is over."):
            getattr(asked, answer)(by=people["lea"])
        assert Waiver.ask(item, LATER + timedelta(days=9), "Still", by=people["max"]).is_asked


def test_what_is_no_longer_catastrophic_or_open_is_not_waived_when_it_is_granted(item, asked, people):
    item.rate(Category.CHEAP, by=people["max"])
    with pytest.raises(Refused, match="D-1 is cheap, and only catastrophic debt needs a waiver"):
        asked.agree(by=people["lea"])
    item.pay(by=people["max"])
    with pytest.raises(Refused, match="paid already"):
        asked.agree(by=people["lea"])


def test_where_nobody_decides_any_more_it_says_who_can_name_somebody(max_, item, asked):
    item.board.team.decider = None
    db.session.commit()
    assert "It waits for a decision-maker" in max_.get("/items/1").text
    answer = max_.post("/waivers/1/grant")
    assert (answer.status_code, "Lea can name one on the team&#39;s page." in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("until", "", "Choose a day"),
        ("until", "31.12.2030", "Choose a day, or write it as 2027-03-31."),
        ("until", "2001-01-01", "A waiver ends on a day after today, at most five years from now."),
        ("until", today("UTC").isoformat(), "ends on a day after today"),
        ("until", (today("UTC") + timedelta(days=5 * 366)).isoformat(), "at most five years"),
        ("until", "9999-99-99", "Choose a day"),
        ("reason", " ", "Reason is empty"),
    ],
)
def test_asking_is_refused_as_granting_is_and_keeps_what_was_typed(max_, item, people, field, value, sentence):
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    answer = max_.post("/items/1/waiver", data={"until": LATER.isoformat(), "reason": "May"} | {field: value})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert Waiver.standing(item) is None


def test_waivers_that_ended_come_up_at_the_next_meeting_and_requests_do_not(board, people):
    dire = [db.session.get_one(Item, id) for id in (1, 2, 3, 4)]
    with at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        for item in dire:
            item.rate(Category.CATASTROPHIC, by=people["max"])
        Waiver.grant(dire[0], date(2026, 3, 3), "Why", by=people["lea"])
        Waiver.grant(dire[1], date(2026, 4, 1), "Why", by=people["lea"])
        Waiver.ask(dire[2], date(2026, 3, 3), "Why", by=people["max"])
        Waiver.ask(dire[3], date(2026, 4, 1), "Why", by=people["max"])
    with at(datetime(2026, 3, 9, 12, tzinfo=UTC)):
        meeting = Meeting.start(board, by=people["lea"])
        assert guards.candidates(meeting) == [dire[0]]
        assert {item.id for item in guards.exitless(meeting)} == {1, 3, 4}


def test_in_the_room_what_waits_stands_with_the_exits(as_, item, asked, people):
    meeting = Meeting.start(item.board, by=people["lea"])
    while meeting.phase != "sort":
        meeting.ballots_revealed_at = meeting.dots_revealed_at = meeting.started_at
        meeting.advance(seen=meeting.turn, by=people["lea"])
    meeting.focus = item
    db.session.commit()
    room = as_("lea").get("/meetings/1").text
    assert f"Max asks Lea for a waiver until {DAY}: The migration begins in May" in room
    assert 'formaction="/waivers/1/grant"' in room
    assert 'formaction="/waivers/1/declining"' in room
