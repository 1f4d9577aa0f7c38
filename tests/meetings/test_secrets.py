"""What one person says in private is nowhere on anybody else's screen, byte by byte; and names are nowhere, ever."""

import re

import pytest
from sqlalchemy import text

from tests.conftest import let_go
from tests.meetings.conftest import HTMX, closed, walk
from triage.boards.category import Category
from triage.database import Base, db
from triage.items.models import Item
from triage.meetings import guards, votes
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem
from triage.meetings.ballot import Split
from triage.rooms.attendance import Attendance

PAGES = (
    "/meetings/1",
    "/meetings/1/screen",
    "/meetings/1/minutes",
    "/meetings/1/minutes.md",
    "/boards/1",
    "/boards/1/meetings",
    "/boards/1/history",
    "/boards/1/export.md",
    *(f"/items/{id}" for id in (1, 2, 3, 4)),
)
REGIONS = ("ritual", "room", "head", "stage", "mine", "did")
# What differs between two looks at the same: tokens, the nonce, and the version of the board.
NOISE = r"""nonce="[^"]+"|csrf_token" value="[^"]+"|X-CSRFToken": "[^"]+"|data-version="\d+"|since=\d+|'room', '\d+'"""
PROGRESS = r"\d+ of \d+ (have chosen|dots are placed)"


def item(id: int) -> Item:
    return db.session.get_one(Item, id)


@pytest.fixture
def watched(guests_vote, as_, guest, opened):
    """`watched(meeting)`: whatever everybody but Max can see, by who and where, for a moment that is to be compared.

    Max is there; a guest, an observer and the chair are too, and so is the wall, which the chair opened.
    """
    people = {name: as_(name) for name in ("lea", "obi")}
    since = {}

    def look(meeting):
        if not since:
            people["Gil"] = guest(meeting, "Gil")
            for name in ("max", "lea", "Gil"):
                opened(meeting, name).hears()
            since["version"] = meeting.turned
        seen = {}
        for name, person in people.items():
            for path in PAGES if name != "Gil" else PAGES[:1]:
                seen[name, path] = person.get(path).text
            for region in REGIONS:
                answer = person.get("/meetings/1", headers=HTMX | {"HX-Target": f"div#{region}"})
                seen[name, f"#{region}"] = answer.text
        for name in ("lea", "obi", "Gil", "wall"):
            is_wall = name == "wall"
            screen = opened(meeting, "lea" if is_wall else name, since=since["version"], is_wall=is_wall)
            seen[name, "stream"] = str(screen.hears())
        return {where: re.sub(NOISE, "", text) for where, text in seen.items()}

    return look


def without_progress(seen):
    return {where: re.sub(PROGRESS, "", text) for where, text in seen.items()}


def progress(seen):
    return {found[0] for text in seen.values() if (found := re.search(PROGRESS, text))}


def test_a_look_at_the_same_twice_is_the_same(meeting, watched):
    watched(meeting)
    assert watched(meeting) == watched(meeting)


@pytest.mark.parametrize(
    ("phase", "path", "forms", "said"),
    [
        (
            Phase.INTAKE,
            "ballots",
            [{"cheap": "2"}, {"catastrophic": "2"}, {"none": "2"}],
            [f"{count} of 3 have chosen" for count in (0, 1, 1, 0)],
        ),
        (
            Phase.VOTE,
            "dots",
            [{"add": "2"}, {"add": "2"}, {"take": "2"}],
            [
                "0 of 15 dots are placed",
                "1 of 15 dots are placed",
                "2 of 15 dots are placed",
                "1 of 15 dots are placed",
            ],
        ),
    ],
)
def test_what_one_person_says_changes_nothing_for_anybody_else_but_the_progress(
    meeting_in, watched, max_, phase, path, forms, said
):
    meeting = meeting_in(phase)
    watched(meeting)
    before = watched(meeting)
    assert progress(before) == {said[0]}
    mine = [max_.get("/meetings/1").text]
    for form, words in zip(forms, said[1:], strict=True):
        assert max_.post(f"/meetings/1/{path}", data=form).status_code == 303
        after = watched(meeting)
        assert progress(after) == {words}
        for where, seen in without_progress(after).items():
            assert seen == without_progress(before)[where], where
        mine.append(max_.get("/meetings/1").text)
        assert re.sub(NOISE, "", mine[-1]) != re.sub(NOISE, "", mine[-2]), "Max sees it, so there was something to see"


def test_what_is_said_before_the_reveal_is_not_in_the_history_either(meeting_in, max_):
    meeting_in(Phase.VOTE)
    events = db.session.execute(text("select count(*) from event")).scalar_one()
    for step in ("add", "take", "add"):
        max_.post("/meetings/1/dots", data={step: "2"})
    assert db.session.execute(text("select count(*) from event")).scalar_one() == events


def test_a_refused_press_tells_nothing_of_others(meeting_in, max_, lea):
    """Lea has placed all hers on D-2; the chair's change of the budget is told a count, and no name."""
    meeting_in(Phase.VOTE)
    for id in (1, 2, 2, 3, 3):
        lea.post("/meetings/1/dots", data={"add": id})
    max_.post("/meetings/1/chair")
    answer = max_.post("/meetings/1/budget", data={"dots": "2", "dots_per_item": "1"}, headers=HTMX)
    assert "1 person has placed more than 2 dots" in answer.text
    assert not re.search(r"\bLea\b", answer.text)


def said_by(meeting, people, who_is_who):
    """All rows of the database after a meeting in which one said this and the other that, in one transaction."""
    one, other = (Attendance.of(meeting, people[name]) for name in who_is_who)
    for attendance, category, id in (
        (one, Category.CHEAP, 1),
        (other, Category.CATASTROPHIC, 1),
        (one, Category.CHEAP, 2),
    ):
        votes.cast_ballot(attendance, item(id), category)
    votes.cast_ballot(other, item(2), Category.CHEAP)
    votes.reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
    meeting.advance(seen=meeting.turn, by=meeting.chair)
    for attendance, id in ((one, 1), (one, 1), (other, 3), (one, 4), (other, 4)):
        votes.add_dot(attendance, item(id))
    votes.reveal_dots(meeting, seen=meeting.turn, by=meeting.chair)
    agenda = [(one.item_id, one.split, one.dots) for one in AgendaItem.all_of(meeting)]
    walk_on(meeting)
    meeting.close(seen=meeting.turn, by=meeting.chair)
    db.session.flush()
    rows = {
        table.name: [tuple(row) for row in db.session.execute(table.select().order_by(table.c.id))]
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return agenda, rows


def walk_on(meeting):
    """As walk() does, without a commit."""
    while meeting.phase is not Phase.CLOSE:
        for waiting in guards.exitless(meeting):
            meeting.postpone_exit(waiting, by=meeting.chair)
        if meeting.phase is Phase.COMMIT:
            meeting.commit_to_nothing("No time", by=meeting.chair)
        meeting.advance(seen=meeting.turn, by=meeting.chair)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it gives the same ids again after a rollback
def test_with_the_whole_database_in_hand_nobody_finds_out_who_said_what_in_a_closed_meeting(meeting, people, come):
    for name in ("lea", "max"):
        come(meeting, name)
    agenda, rows = said_by(meeting, people, ("lea", "max"))
    assert (1, Split(1, 0, 1), 2) in agenda
    other_agenda, other_rows = said_by(meeting, people, ("max", "lea"))
    assert agenda == other_agenda
    for table, found in rows.items():
        assert found == other_rows[table], table


def test_after_the_reveal_everybody_sees_totals_and_nobody_whose_they_are(meeting, watched, lea, max_, as_):
    watched(meeting)
    lea.post("/meetings/1/ballots", data={"cheap": "1"})
    max_.post("/meetings/1/ballots", data={"catastrophic": "1"})
    lea.post("/meetings/1/reveal", data={"turn": meeting.turn})
    pages = {name: as_(name).get("/meetings/1").text for name in ("lea", "max", "obi")}
    for name, page in pages.items():
        assert "Split: 1 cheap, 1 catastrophic." in page, name
        stage = page[page.index('id="stage"') : page.index('id="mine"')]
        assert not re.search(r"\b(Max|Lea|Gil)\b", stage.replace("reported by Max", "")), name
    closed(meeting)
    for path in PAGES:
        page = as_("obi").get(path, follow_redirects=True)
        assert page.status_code == 200, path
    let_go()


def test_dots_after_the_reveal_are_totals_and_the_own_ones_are_shown_no_more(meeting_in, lea, max_):
    meeting = meeting_in(Phase.VOTE)
    for _ in range(3):
        max_.post("/meetings/1/dots", data={"add": "2"})
    lea.post("/meetings/1/dots", data={"add": "2"})
    lea.post("/meetings/1/reveal", data={"turn": meeting.turn})
    for person in (lea, max_):
        page = person.get("/meetings/1").text
        assert "<b>4</b>" in page
        assert "of your dots" not in page
    walk(meeting, Phase.SORT)
    assert "4 dots" in lea.get("/meetings/1").text
