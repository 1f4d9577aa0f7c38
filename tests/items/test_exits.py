"""The exits of catastrophic debt: a waiver by the decision-maker, and a refusal. The third is a commitment."""

from datetime import UTC, date, datetime, timedelta

import pytest

from triage.boards.category import Category
from triage.clock import at, today
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.items.state import State
from triage.items.waiver import LONGEST, Waiver
from triage.refusal import Refused

HTMX = {"HX-Request": "true"}
LATER = today("UTC") + timedelta(days=30)
WAIVER = {"until": LATER.isoformat(), "reason": "The migration begins in May"}


@pytest.fixture
def dire(item, people):
    """D-1, catastrophic. Lea decides for Harbor."""
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    return item


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_waive_and_who_may_ask_for_it(as_, dire, who, status):
    assert as_(who).post("/items/1/waiver", data=WAIVER).status_code == status
    assert (Waiver.running(dire) is not None) == (who == "lea")
    assert (Waiver.standing(dire) is not None) == (status == 303)


def test_a_waiver_stands_on_the_card_and_on_the_items_page(lea, dire):
    day = f"{LATER.day} {LATER:%b %Y}"
    assert "needs an exit" in lea.get("/boards/1").text
    before = lea.get("/items/1").text
    assert "Needs an exit" in before
    assert all(exit in before for exit in (">Commit</button>", ">Refuse…</button>", ">Waive until…</button>"))
    lea.post("/items/1/waiver", data=WAIVER)
    board = lea.get("/boards/1").text
    assert "needs an exit" not in board
    assert f"waived until {day}" in board
    page = lea.get("/items/1").text
    assert f"Waived until {day} by Lea: The migration begins in May" in page
    assert "Needs an exit" not in page
    event = db.session.query(Event).filter_by(action="waiver.granted").one()
    assert sentence(event) == f"Lea waived D-1 Session table has no index until {day}"
    assert (event.item_id, event.why) == (1, WAIVER["reason"])


def test_who_is_not_the_decision_maker_is_told_who_is(max_, dire, people):
    assert "Lea, the decision-maker" in max_.get("/items/1/waiver").text
    with pytest.raises(Refused, match="Only the decision-maker can let catastrophic debt stand: ask Lea"):
        Waiver.grant(dire, LATER, "Why", by=people["max"])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("until", "", "Choose a day"),
        ("until", "1234567890", "Choose a day"),
        ("until", "soon", "Choose a day"),
        ("until", "2001-01-01", "ends on a day after today"),
        ("until", "2999-01-01", "at most five years"),
        ("reason", "  ", "Reason is empty"),
        ("reason", "x" * 1001, "1001 characters"),
    ],
)
def test_a_waiver_that_will_not_do_comes_back_with_all_that_was_typed(lea, dire, field, value, sentence):
    answer = lea.post("/items/1/waiver", data=WAIVER | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert WAIVER["reason"] in answer.text or field == "reason"
    assert Waiver.running(dire) is None


@pytest.mark.parametrize(
    ("until", "is_granted"),
    [
        (date(2026, 3, 2), False),
        (date(2026, 3, 3), True),
        (date(2026, 3, 2) + LONGEST, True),
        (date(2026, 3, 3) + LONGEST, False),
    ],
)
def test_a_waiver_ends_after_the_teams_today_and_within_five_years(dire, people, until, is_granted):
    dire.board.team.time_zone = "Asia/Tokyo"
    with at(datetime(2026, 3, 1, 20, tzinfo=UTC)):  # in Tokyo it is the second
        if is_granted:
            Waiver.grant(dire, until, "Why", by=people["lea"])
        else:
            with pytest.raises(Refused, match="after today"):
                Waiver.grant(dire, until, "Why", by=people["lea"])


def test_a_waiver_runs_through_its_last_day_and_then_the_card_needs_an_exit_again(lea, dire, people):
    with at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        Waiver.grant(dire, date(2026, 3, 3), "Why", by=people["lea"])
        db.session.commit()
    for moment, runs in ((datetime(2026, 3, 3, 23, 59, tzinfo=UTC), True), (datetime(2026, 3, 4, tzinfo=UTC), False)):
        with at(moment):
            assert (Waiver.running(dire) is not None) == runs
            board = lea.get("/boards/1").text
            assert ("waived until 3 Mar 2026" in board) == runs
            assert ("needs an exit" in board) != runs


def test_only_open_catastrophic_debt_is_waived(item, people):
    with pytest.raises(Refused, match="D-1 is inbox, and only catastrophic debt needs a waiver"):
        Waiver.grant(item, LATER, "Why", by=people["lea"])
    item.rate(Category.CATASTROPHIC, by=people["max"])
    item.refuse(by=people["max"], why="Reverted in 4f2a")
    with pytest.raises(Refused, match="refused already"):
        Waiver.grant(item, LATER, "Why", by=people["lea"])


def test_a_verb_grants_no_waiver_without_a_reason_or_to_the_command_line(dire, people):
    with pytest.raises(Refused, match="Say why"):
        Waiver.grant(dire, LATER, " ", by=people["lea"])
    with pytest.raises(Refused, match="ask Lea"):
        Waiver.grant(dire, LATER, "Why", by=None)
    dire.board.team.decider = None
    with pytest.raises(Refused, match="ask a lead to name one"):
        Waiver.grant(dire, LATER, "Why", by=None)


def test_a_second_waiver_ends_the_first(dire, people):
    first = Waiver.grant(dire, LATER, "Why", by=people["lea"])
    second = Waiver.grant(dire, LATER + timedelta(days=7), "Later", by=people["lea"])
    db.session.commit()
    assert first.ended_at is not None
    assert Waiver.running(dire) is second


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_take_a_waiver_back(as_, dire, people, who, status):
    Waiver.grant(dire, LATER, "Why", by=people["lea"])
    db.session.commit()
    person = as_(who)
    assert person.post("/waivers/1/end").status_code == status
    db.session.expire_all()
    assert (Waiver.running(dire) is None) == (status == 303)
    if status == 303:
        assert "was taken back already" in person.post("/waivers/1/end").text


def test_a_waiver_says_nothing_about_what_is_catastrophic_no_more(lea, dire, people):
    Waiver.grant(dire, LATER, "Why", by=people["lea"])
    dire.rate(Category.CHEAP, by=people["lea"])
    db.session.commit()
    assert "aived until" not in lea.get("/boards/1").text
    assert "Waived until" not in lea.get("/items/1").text


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_refuse(as_, dire, who, status):
    assert as_(who).post("/items/1/refusal", data={"reason": "Reverted in 4f2a"}).status_code == status
    db.session.refresh(dire)
    assert dire.is_open != (status == 303)


def test_a_refused_item_leaves_the_board_and_says_what_was_undone(max_, dire):
    assert max_.post("/items/1/refusal", data={"reason": "Reverted in 4f2a"}, headers=HTMX).status_code == 204
    db.session.refresh(dire)
    assert (dire.state, dire.closed_why) == (State.REFUSED, "Reverted in 4f2a")
    assert 'id="item-1"' not in max_.get("/boards/1").text
    assert "Reverted in 4f2a" in max_.get("/items/1").text
    answer = max_.post("/items/1/refusal", data={"reason": "Again"})
    assert (answer.status_code, "refused already" in answer.text) == (422, True)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_refusing_asks_what_was_undone(max_, dire, people, headers):
    assert "What was undone?" in max_.get("/items/1/refusal", headers=headers).text
    answer = max_.post("/items/1/refusal", data={"reason": " "}, headers=headers)
    assert answer.status_code == 422
    assert "Reason is empty" in answer.text
    with pytest.raises(Refused, match="Say what was undone"):
        dire.refuse(by=people["max"], why=" ")
    db.session.refresh(dire)
    assert dire.is_open
