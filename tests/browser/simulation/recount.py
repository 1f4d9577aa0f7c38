"""The same meeting counted anew, from the rows alone, and compared with what minutes and events say."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tests.browser.simulation.sheet import Sheet
from triage.boards.category import Category
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.items.models import Item
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings.agenda_item import AgendaItem
from triage.meetings.models import Meeting
from triage.meetings.votes import Ballot, Dot
from triage.rooms.attendance import Attendance
from triage.rooms.models import Status

if TYPE_CHECKING:
    from tests.browser.simulation.cast import Cast


class Recount:
    def __init__(self, cast: "Cast", page: Sheet, markdown: str) -> None:
        self.cast, self.page, self.markdown = cast, page, markdown
        self.meeting = db.session.get_one(Meeting, 1)
        self.items = {item.id: item for item in db.session.scalars(select(Item).where(Item.board_id == 1))}
        self.agenda = db.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == 1)).all()
        self.events = db.session.scalars(
            select(Event).where(Event.board_id == 1, Event.version >= self.meeting.first_version).order_by(Event.id)
        ).all()

    def all(self) -> None:
        assert self.meeting.status is Status.CLOSED
        self.verdicts()
        self.ballots()
        self.dots()
        self.moves()
        self.commitments()
        self.rest()
        self.order()
        self.secrets()

    def section(self, title: str) -> list[str]:
        """The bullets under a title that begins so, in Markdown; the page says the same."""
        found = re.search(rf"^## {title}.*?\n\n(.*?)(?=\n## |\Z)", self.markdown, re.MULTILINE | re.DOTALL)
        assert found, f"no section {title} in\n{self.markdown}"
        lines = [line for line in found[1].split("\n") if line.startswith("- ")]
        for line in lines:
            if code := re.match(r"- \*\*(D-\d+)\*\*", line):
                assert code[1] in self.page.words
        return lines

    def verdicts(self) -> None:
        judged = db.session.scalars(select(Commitment).where(Commitment.verdict_at >= self.meeting.started_at)).all()
        assert Counter(one.verdict for one in judged) == {Verdict.KEPT: 1, Verdict.MISSED: 1, Verdict.PARTLY: 1}
        assert "## Verdicts: 1 of 3 kept" in self.markdown
        assert len(self.section("Verdicts")) == 3
        assert "postponed to the close" in self.markdown

    def ballots(self) -> None:
        expected = {
            self.items[one.item_id].code: Counter(
                {kind: count for kind in ("cheap", "expensive", "catastrophic") if (count := getattr(one, kind))}
            )
            for one in self.agenda
            if one.split.count
        }
        assert counted(self.section("Ballots")) == expected
        revealed = self.only("meeting.revealed_ballots")
        assert revealed.what["ballots"] == sum(counts.total() for counts in expected.values())

    def dots(self) -> None:
        expected = {self.items[one.item_id].code: one.dots for one in self.agenda if one.dots}
        said = {found[1]: int(found[2]) for line in self.section("Dots") if (found := DOTS.match(line))}
        assert said == expected
        assert f"## Dots: {sum(expected.values())} placed" in self.markdown
        assert self.only("meeting.revealed_dots").what["dots"] == sum(expected.values())

    def moves(self) -> None:
        """What each item was before the meeting, what it is now, and every step between."""
        before = self.cast.items_before
        changed = {}
        for item in self.items.values():
            was = before[item.id].category if item.id in before else Category.INBOX
            if was is not item.category:
                changed[item.code] = (was.value, item.category.value)
            steps = [event for event in self.events if event.action == "item.rated" and event.item_id == item.id]
            for event in steps:
                assert event.what["was"].lower() == was, f"{event.subject}: {event.what} after {was}"
                was = Category(event.what["now"].lower())
            assert was is item.category
        said = {found[1]: (found[2], found[3]) for line in self.section("Sorted") if (found := MOVED.match(line))}
        assert said == changed
        new = [item.code for item in self.items.values() if item.id not in before]
        assert sorted(re.findall(r"^- \*\*(D-\d+)", "\n".join(self.section("New debts")), re.MULTILINE)) == sorted(new)
        assert len(new) == 5

    def commitments(self) -> None:
        made = db.session.scalars(select(Commitment).where(Commitment.made_at >= self.meeting.started_at)).all()
        lines = self.section("Committed")
        codes = [self.items[one.item_id].code for one in made]
        assert sorted(re.findall(r"^- \*\*(D-\d+)", "\n".join(lines), re.MULTILINE)) == sorted(codes)
        assert sum("over-promised" in line for line in lines) == 1
        assert not any("proposed" in line for line in lines)
        assert all(one.accepted_at for one in made)
        open_ones = select(func.count()).where(Commitment.verdict == Verdict.OPEN).group_by(Commitment.item_id)
        assert set(db.session.scalars(open_ones)) == {1}

    def rest(self) -> None:
        granted = db.session.scalars(select(Waiver).where(Waiver.granted_at >= self.meeting.started_at)).all()
        assert len(granted) == 1
        assert len(self.section("Waivers")) == 1
        assert "Catastrophic, and still without an exit" not in self.markdown
        assert len(self.section("Paid, refused")) == 2
        assert Counter(item.state for item in self.items.values() if not item.is_open) == {
            State.PAID: 1,
            State.REFUSED: 1,
        }
        came = db.session.scalars(select(Attendance)).all()
        assert f"{len(came)} people" in self.markdown
        assert len(came) == 17
        worth = self.cast.worth
        assert f"{sum(worth) / len(worth):.1f} of 5 ({len(worth)} answered)" in self.markdown
        chairs = [event for event in self.events if event.action == "meeting.chair_taken"]
        was = "Lea"
        for event in chairs:
            assert event.what["was"] == was
            was = event.by.name
        assert was == "Lea"

    def order(self) -> None:
        """No place is taken twice, and versions have no gap that events would fill."""
        for category in Category:
            places = [item.position for item in self.items.values() if item.is_open and item.category is category]
            assert len(places) == len(set(places))
        phases = [event.what["now"] for event in self.events if event.action == "meeting.entered"]
        assert phases == ["Review", "Intake", "Vote", "Sort", "Commit", "Close"]
        versions = [event.version for event in self.events]
        assert versions == sorted(versions)

    def secrets(self) -> None:
        assert set(db.session.scalars(select(Attendance.dots_spent))) == {0}
        for table in (Ballot, Dot):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0
        told = [event for event in self.events if event.action.startswith("attendance.")]
        assert {event.action for event in told} == {"attendance.joined"}
        assert all(event.by_id is None for event in told)
        assert db.session.scalars(select(Attendance.token_hash).where(Attendance.token_hash.is_not(None))).all() == []

    def only(self, action: str) -> Event:
        (event,) = [event for event in self.events if event.action == action]
        return event


DOTS = re.compile(r"- \*\*(D-\d+)\*\* .*: (\d+) dots?$")
MOVED = re.compile(r"- \*\*(D-\d+)\*\* .*?: (\w+) → (\w+)")
BALLOTS = re.compile(r"- \*\*(D-\d+)\*\* [^:]*: (.*)$")


def counted(lines: list[str]) -> dict[str, Counter[str]]:
    found = [BALLOTS.match(line) for line in lines]
    return {
        one[1]: Counter({kind: int(n) for n, kind in re.findall(r"(\d+) (cheap|expensive|catastrophic)", one[2])})
        for one in found
        if one
    }
