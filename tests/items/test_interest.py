"""Interest: "this cost me 40 minutes today". POST /items/7/interest."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event as sql_event

from triage.clock import at
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.items.interest import Interest, interest_by_item
from triage.items.models import Item
from triage.refusal import Refused

HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Week:
    since: date
    last_day: date


JUNE = [Week(date(2026, 6, day), date(2026, 6, day + 6)) for day in (1, 8, 15)]


def log(item, minutes, moment, by):
    with at(moment):
        return Interest.log(item, minutes, by=by)


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_log_interest(as_, in_app, who, status):
    assert as_(who).post("/items/1/interest", data={"minutes": "40"}).status_code == status
    assert db.session.query(Interest).count() == (status == 303)


def test_time_lost_stands_on_the_items_page_with_its_line_and_link(max_, item):
    form = {"minutes": "1h30", "note": "The <lock> again", "link": "https://example.com/1"}
    assert max_.post("/items/1/interest", data=form).status_code == 303
    max_.post("/items/1/interest", data={"minutes": "15m"})
    entry = db.session.query(Interest).first()
    assert (entry.item, entry.minutes, entry.by.name) == (item, 90, "Max")
    page = max_.get("/items/1").text
    assert "Interest: 1 h 45 min" in page
    assert "1 h 30 min, Max: The &lt;lock&gt; again" in page
    assert 'href="https://example.com/1"' in page
    event = db.session.query(Event).filter_by(action="interest.logged").first()
    assert sentence(event) == "Max lost 90 min to D-1 Session table has no index"
    assert (event.item_id, event.version, event.why) == (1, item.version - 1, "The <lock> again")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("minutes", "half an hour", "Write the time as 45m"),
        ("minutes", "", "Write the time as 45m"),
        ("minutes", "0", "from 1 minute to 100 hours"),
        ("note", "x" * 201, "Note has 201 characters; 200 fit"),
        ("link", "javascript:alert(1)", "A link begins with https://"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_interest_that_will_not_do_comes_back_with_all_that_was_typed(max_, in_app, field, value, sentence, headers):
    form = {"minutes": "40", "note": "The lock again", "link": "https://example.com/1"} | {field: value}
    answer = max_.post("/items/1/interest", data=form, headers=headers)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.count("<dialog") == 1
    assert answer.headers.get("HX-Retarget") == ("#ask" if headers else None)
    assert "The lock again" in answer.text or field == "note"
    assert db.session.query(Interest).count() == 0


def test_the_dialog_closes_where_it_was_opened(max_, in_app):
    form = max_.get("/items/1/interest", headers=HTMX)
    assert form.text.lstrip().startswith("<ask-dialog>")
    answer = max_.post("/items/1/interest", data={"minutes": "40"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")


def test_a_paid_debt_costs_nothing_any_more(item, people):
    item.pay(by=people["max"])
    with pytest.raises(Refused, match=r"D-1 is paid already\. Reopen it first"):
        Interest.log(item, 40, by=people["max"])


def test_interest_taken_back_leaves_only_its_history(item, people):
    Interest.log(item, 40, by=people["max"]).take_back(by=people["lea"])
    db.session.commit()
    assert Interest.of(item) == []
    event = db.session.query(Event).filter_by(action="interest.taken_back").one()
    assert sentence(event) == "Lea took back 40 min of interest on D-1 Session table has no index"


def test_interest_is_summed_by_item_and_sprint(board, item, people):
    other = db.session.get_one(Item, 2)
    for one, minutes, day in ((item, 10, 1), (item, 20, 7), (item, 40, 15), (other, 5, 8), (other, 1, 30)):
        log(one, minutes, datetime(2026, 6, day, 12, tzinfo=UTC), people["max"])
    log(item, 9, datetime(2026, 5, 31, 12, tzinfo=UTC), people["max"])
    db.session.commit()
    assert interest_by_item(board, JUNE) == {1: [30, 0, 40], 2: [0, 5, 0]}
    assert interest_by_item(board, []) == {}


@pytest.mark.parametrize(
    ("zone", "found"), [("UTC", [7, 0, 0]), ("Asia/Tokyo", [0, 7, 0]), ("America/Lima", [7, 0, 0])]
)
def test_a_sprints_days_are_the_teams(board, item, people, zone, found):
    board.team.time_zone = zone
    log(item, 7, datetime(2026, 6, 7, 20, tzinfo=UTC), people["max"])
    db.session.commit()
    assert interest_by_item(board, JUNE) == {1: found}


def test_what_a_merged_item_cost_counts_for_the_one_that_goes_on(board, people):
    one, two, three = (db.session.get_one(Item, id) for id in (1, 2, 3))
    for item, minutes in ((one, 1), (two, 10), (three, 100)):
        log(item, minutes, datetime(2026, 6, 1, 12, tzinfo=UTC), people["max"])
    one.merge(two, by=people["max"])
    two.merge(three, by=people["max"])
    db.session.commit()
    assert interest_by_item(board, JUNE) == {3: [111, 0, 0]}
    assert {entry.minutes for entry in Interest.of(three)} == {1, 10, 100}
    assert Interest.of(one) == []
    two.reopen(by=people["max"])
    db.session.commit()
    assert interest_by_item(board, JUNE) == {2: [11, 0, 0], 3: [100, 0, 0]}


def test_interest_is_read_in_one_query(board, item, people):
    log(item, 7, datetime(2026, 6, 7, 20, tzinfo=UTC), people["max"])
    db.session.commit()
    asked = []

    def listen(_connection, _cursor, statement, *_more):
        asked.append(statement.split()[0])

    assert board.team
    sql_event.listen(db.engine, "before_cursor_execute", listen)
    try:
        interest_by_item(board, JUNE)
    finally:
        sql_event.remove(db.engine, "before_cursor_execute", listen)
    assert [verb for verb in asked if verb != "BEGIN"] == ["WITH"]
