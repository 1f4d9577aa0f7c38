"""Minutes: the document, compared with what was done, with the rows, and as Markdown."""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sqlalchemy import event, select

from triage import clock
from triage.accounts.models import User
from triage.boards.category import Category
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.undo import last_undoable, undo
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings import focus, guards
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem
from triage.meetings.attendance import Attendance
from triage.meetings.document import plain
from triage.meetings.minutes import minutes_of
from triage.meetings.models import Meeting
from triage.meetings.votes import add_dot, cast_ballot, reveal_ballots, reveal_dots
from triage.teams.roles import MEMBER

CHEAP, EXPENSIVE, CATASTROPHIC = Category.CHEAP, Category.EXPENSIVE, Category.CATASTROPHIC
# The last Friday of sprint 1, ten o'clock in Berlin.
FRIDAY = datetime(2026, 1, 16, 9, tzinfo=UTC)


@pytest.fixture
def team(board):
    team = board.team
    team.first_sprint_on, team.time_zone, team.capacity = date(2026, 1, 5), "Europe/Berlin", 20.0
    with clock.at(FRIDAY):
        yield team


@pytest.fixture
def play(team, board, people):
    return Play(board, people)


class Play:
    """A meeting as its people play it: each act is a transaction of its own, at a minute of the meeting."""

    def __init__(self, board, people):
        self.board, self.people = board, people
        self.meeting = None

    @contextmanager
    def at(self, minute, second=0):
        with clock.at(FRIDAY + timedelta(minutes=minute, seconds=second)):
            yield
            db.session.commit()

    def start(self, by="lea"):
        with self.at(0):
            self.meeting = Meeting.start(self.board, by=self.people[by])
        return self.meeting

    def advance(self, minute):
        with self.at(minute):
            self.meeting.advance(seen=self.meeting.turn, by=self.meeting.chair)

    def close(self, minute):
        with self.at(minute):
            self.meeting.close(seen=self.meeting.turn, by=self.meeting.chair)

    def skip_to_close(self, minute=1, why="We are at the fair."):
        """As fast as it goes, with what each phase insists on."""
        with self.at(minute):
            for phase in iter(lambda: self.meeting.phase, Phase.CLOSE):
                turn, chair = self.meeting.turn, self.meeting.chair
                if phase is Phase.INTAKE and not self.meeting.ballots_revealed_at:
                    reveal_ballots(self.meeting, seen=turn, by=chair)
                elif phase is Phase.VOTE and not self.meeting.dots_revealed_at:
                    reveal_dots(self.meeting, seen=turn, by=chair)
                elif phase is Phase.COMMIT:
                    self.meeting.commit_to_nothing(why, by=chair)
                for item in guards.exitless(self.meeting) if phase is Phase.SORT else ():
                    self.meeting.postpone_exit(item, by=chair)
                self.meeting.advance(seen=turn, by=chair)

    def ballot(self, minute, number, **ballots):
        with self.at(minute):
            for name, category in ballots.items():
                cast_ballot(self.come(name), item(number), category)

    def come(self, name):
        return Attendance.come(self.meeting, self.people[name])

    def commit(self, minute, number, *, owner="max", by="max", sprint=2, **more):
        draft = CommitmentDraft(
            **{"owner": self.people[owner].id, "sprint": sprint, "done_when": "It is done", "size": 1} | more
        )
        with self.at(minute):
            return Commitment.make(item(number), draft, by=self.people[by])

    def rate(self, minute, number, category, why=""):
        with self.at(minute):
            item(number).rate(category, by=self.people["max"], why=why)

    def undo(self, minute):
        with self.at(minute):
            undo(last_undoable(self.board.id, self.meeting.first_version), by=self.people["lea"])

    def report(self, minute, title, by="max"):
        with self.at(minute):
            return Item.report(self.board, ItemDraft(title=title), by=self.people[by])

    def member(self, name):
        user = User(email=f"{name.lower()}@example.com", name=name, password_hash="", created_at=FRIDAY)
        db.session.add(user)
        self.board.team.join(user, MEMBER)
        self.people[name.lower()] = user
        return user

    @property
    def minutes(self):
        return minutes_of(self.meeting)


def item(number):
    return db.session.scalar(select(Item).where(Item.board_id == 1, Item.number == number))


def codes(lines):
    return [line.subject.code for line in lines]


def said(lines):
    return [f"{line.subject.code} {line.said}" for line in lines]


def whole_meeting(play):
    """Thirty-one minutes with a bit of everything. D-1 to D-4 are in the inbox when it begins."""
    people = play.people
    play.board.team.guests_vote = True
    play.commit(-14_000, 3, sprint=1, by="max", size=2)
    play.commit(-14_000, 4, sprint=1, by="max", size=2)
    meeting = play.start()
    with play.at(1):
        play.come("lea")
        play.come("max")
        Attendance.come_as_guest(meeting, "Gus")
        Commitment.open_for(item(3)).judge(Verdict.KEPT, by=people["max"])
        item(3).pay(by=people["max"], why="Deploys by a script")
        late = Commitment.open_for(item(4))
        late.judge(Verdict.MISSED, by=people["lea"], why="A week of illness")
    play.advance(4)
    play.report(5, "Two clocks disagree")
    gus = Attendance.all_of(meeting)[2]
    play.ballot(6, 1, lea=CATASTROPHIC, max=CHEAP)
    play.ballot(6, 2, lea=CHEAP, max=CHEAP)
    play.ballot(6, 4, lea=EXPENSIVE, max=EXPENSIVE)
    with play.at(6):
        cast_ballot(gus, item(1), CATASTROPHIC)
        cast_ballot(gus, item(2), CHEAP)
    with play.at(7):
        reveal_ballots(meeting, seen=meeting.turn, by=people["lea"])
    play.advance(8)
    with play.at(9):
        for attendance, number in ((play.come("lea"), 1), (play.come("max"), 1), (gus, 1), (gus, 4)):
            add_dot(attendance, item(number))
        Interest.log(item(1), 40, by=people["max"], note="Waited for a page")
        Interest.log(item(1), 35, by=people["lea"])
    with play.at(11):
        reveal_dots(meeting, seen=meeting.turn, by=people["lea"])
    play.advance(12)
    with play.at(13):
        meeting.take_chair(by=people["max"])
    play.rate(14, 1, CATASTROPHIC, "It touches every query")
    with play.at(15):
        focus.step(meeting, "later", None, by=people["max"])
    with play.at(16):
        focus.go_to(meeting, item(4).id, by=people["max"])
        item(4).edit(item(4).draft.model_copy(update={"why": "Haste", "fix": "A filter"}), by=people["max"])
    play.rate(17, 4, CATASTROPHIC, "Nobody can debug")
    play.rate(18, 4, EXPENSIVE, "It can be fixed in a sprint")
    with play.at(19):
        Waiver.grant(item(1), date(2026, 3, 1), "The new tables come in February", by=people["lea"])
    play.advance(21)
    with play.at(22):
        draft = CommitmentDraft(owner=people["lea"].id, sprint=2, done_when="Each line has an id", size=5.0, over=True)
        Commitment.make(item(4), draft, by=people["max"])
    play.advance(28)
    with play.at(29):
        for name, worth in (("lea", 5), ("max", 4)):
            play.come(name).rate_worth(worth)
        gus.rate_worth(4)
    play.close(31)
    return meeting


WHOLE = """\
# Triage of Harbor, 16 Jan 2026

Closed at 10:31.

- **When:** 16 Jan 2026, 10:00 to 10:31, 31 minutes
- **Sprints:** closes sprint 1 (5 Jan 2026 to 18 Jan 2026), commits to sprint 2 (19 Jan 2026 to 1 Feb 2026)
- **There:** 3 people: Lea, Max (chair), Gus (guest)
- **Chair:** Lea; Max took it over at 10:13
- **Worth it:** 4.3 of 5 (3 answered)

## Verdicts: 1 of 2 kept

- **D-3** Deploys by hand: kept, Max, sprint 1
- **D-4** No request ids in the logs: missed, Max, sprint 1. A week of illness

## Committed for sprint 2

- **D-4** No request ids in the logs: Lea, 5 days, proposed, over-promised, 5 of 4 days. Done when: Each line has an id

5 of 4 days: 1 over the debt budget. In the last sprint you kept 2 days.

## Sorted

- **D-2** Prices are hard-coded: inbox → cheap. All ballots said so.
- **D-1** Session table has no index: inbox → catastrophic. It touches every query
- **D-4** No request ids in the logs: inbox → expensive. Nobody can debug; It can be fixed in a sprint

## New debts

- **D-5** Two clocks disagree: inbox, reported by Max

## Paid, refused, dropped, merged

- **D-3** Deploys by hand: paid. Deploys by a script

## Waivers

- **D-1** Session table has no index: until 1 Mar 2026, by Lea. The new tables come in February

## Next time

- **D-1** Session table has no index: put off
- **D-5** Two clocks disagree: not reached

## Ballots

- **D-1** Session table has no index: 1 cheap, 2 catastrophic
- **D-4** No request ids in the logs: 2 expensive, unanimous
- **D-2** Prices are hard-coded: 3 cheap, unanimous

## Dots: 4 placed

- **D-1** Session table has no index: 3 dots
- **D-4** No request ids in the logs: 1 dot

## Interest

- **D-1** Session table has no index: 1 h 15 min

## Minutes spent

- **Review**: 4 of 5 min
- **Intake**: 4 of 4 min
- **Vote**: 4 of 4 min
- **Sort**: 9 of 9 min
- **Commit**: 7 of 6 min
- **Close**: 3 of 2 min
"""


def test_a_whole_meeting_as_markdown(play):
    meeting = whole_meeting(play)
    assert minutes_of(meeting).markdown() == WHOLE
