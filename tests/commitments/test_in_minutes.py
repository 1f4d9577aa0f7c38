"""What minutes say of a verdict later: what shows that it was kept, and what it was corrected to."""

from datetime import timedelta

import pytest

from tests.commitments.conftest import MONDAY
from tests.meetings.conftest import walk
from triage import clock
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.evidence import Evidence
from triage.commitments.models import Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.undo import undo
from triage.items.models import Item
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting

LINK = "https://git.example.com/harbor/pull/12"
PATHS = ("/meetings/1/minutes", "/meetings/1/minutes.md")


@pytest.fixture
def judged(commit, people, as_):
    """In the triage of sprint 2, D-1 was kept and D-2 missed; it is closed."""
    kept, missed = commit(1), commit(2)
    db.session.commit()
    with clock.at(MONDAY + timedelta(days=14)):
        meeting = Meeting.start(db.session.get_one(Board, 1), by=people["lea"])
        walk(meeting, Phase.CLOSE)
        kept.judge(Verdict.KEPT, by=people["max"], why="It was quick")
        missed.judge(Verdict.MISSED, by=people["max"], why="The outage")
        meeting.close(seen=meeting.turn, by=people["lea"])
        db.session.commit()
    with clock.at(MONDAY + timedelta(days=15)):
        yield kept, missed


def section(page):
    """The verdicts of the minutes, as the page or the file has them."""
    begins = page.index("Verdicts: 1 of 2 kept")
    return page[begins : begins + 2000]


def test_they_show_what_paid_down_what_was_kept(judged, people, as_):
    for number in (1, 2):
        Evidence.give(db.session.get_one(Item, number), LINK, by=people["max"])
        Evidence.give(db.session.get_one(Item, number), "0a1b2c3d4e5f", by=None, note="Add the index")
    db.session.commit()
    page, text = (section(as_("obi").get(path).text) for path in PATHS)
    assert f"It was quick. What paid it down: {LINK}, commit 0a1b2c3d4e Add the index" in text
    assert f'What paid it down: <a href="{LINK}" rel="noopener noreferrer">' in page
    assert text.count("What paid it down") == page.count("What paid it down") == 1  # not of what was missed


def test_they_say_what_a_verdict_was_corrected_to_since(judged, people, as_):
    _kept, missed = judged
    assert all("corrected" not in as_("obi").get(path).text for path in PATHS)
    missed.correct(Verdict.PARTLY, by=people["lea"], why="Half of it")
    missed.correct(Verdict.KEPT, by=people["lea"], why="It was all there")
    db.session.commit()
    for path in PATHS:
        told = section(as_("obi").get(path).text)
        assert "The outage. Since corrected to kept by Lea: It was all there" in told
        assert told.count("Since corrected") == 1


def test_what_was_corrected_back_or_undone_is_not_told(judged, people, as_):
    kept, missed = judged
    missed.correct(Verdict.KEPT, by=people["lea"], why="It was there")
    missed.correct(Verdict.MISSED, by=people["lea"], why="It was not")
    db.session.commit()
    kept.correct(Verdict.MISSED, by=people["lea"], why="A slip")
    db.session.commit()
    slip = db.session.query(Event).filter_by(action="commitment.corrected", item_id=1).one()
    undo(slip, by=people["lea"])
    db.session.commit()
    assert all("corrected" not in as_("obi").get(path).text for path in PATHS)


def test_a_correction_of_an_earlier_one_leaves_the_present_one_an_exit(commit, people, as_):
    item = db.session.get_one(Item, 1)
    item.rate(Category.CATASTROPHIC, by=people["lea"])
    earlier = commit(1)
    earlier.judge(Verdict.MISSED, by=people["max"], why="The outage")
    db.session.commit()
    Meeting.start(item.board, by=people["lea"])
    db.session.commit()
    minutes = "/meetings/1/minutes"
    without = "Catastrophic, and still without an exit"
    assert without in as_("obi").get(minutes).text
    commit(1)
    db.session.commit()
    assert without not in as_("obi").get(minutes).text
    earlier.correct(Verdict.KEPT, by=people["lea"], why="It was there")
    db.session.commit()
    assert without not in as_("obi").get(minutes).text
