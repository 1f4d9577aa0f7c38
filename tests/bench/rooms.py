"""Meetings for the benches: boards with a past, meetings that are led on, and the people who sit in them."""

import random
import re
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter

from flask import Flask
from sqlalchemy import insert, select, update

from tests.bench.people import Answer, Person, Watcher
from tests.bench.servers import SETTINGS, Server
from triage import create_app
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import now, today
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.waiver import Waiver
from triage.meetings import guards, votes
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting
from triage.rooms.attendance import Attendance

TURN = re.compile(rb'data-turn="(\d+)" data-version="(\d+)"')
MESSAGE = re.compile(rb"^id: (\d+)\n(?:event: (\w+)\n)?", re.MULTILINE)
REGIONS = {b"turn": "div#ritual", b"room": "div#room"}
Event = tuple[int, bytes]
NOTHING: Event = (0, b"")
PATIENCE, QUIET_SECONDS = 10.0, 0.5


# In the database


@contextmanager
def inside(database_url: str) -> Iterator[Flask]:
    """The application beside its server, to look and to prepare."""
    app = create_app(database_url=database_url, **SETTINGS)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def begin(board_id: int) -> Meeting:
    """A meeting of a team that has met before: three promises are due, and most catastrophic debts have an exit."""
    board = db.session.get_one(Board, board_id)
    items = list(db.session.scalars(select(Item).where(Item.board_id == board_id).order_by(Item.id)))
    chair = board.team.members[0].user
    last = Sprint.numbered(board.team, Sprint.current(board.team).number - 1)
    promised = list(db.session.scalars(select(Commitment.id).where(Commitment.board_id == board_id).limit(3)))
    db.session.execute(update(Commitment).where(Commitment.id.in_(promised)).values(sprint_id=last.id))
    owned = {"team_id": board.team_id, "board_id": board_id, "by_id": chair.id}
    until = today(board.team.time_zone) + timedelta(days=90)
    let_stand = {"reason": "It is replaced in spring.", "until": until, "granted_at": now()}
    waived = [item for item in items if item.category is Category.CATASTROPHIC][3:]
    db.session.execute(insert(Waiver), [owned | let_stand | {"item_id": item.id} for item in waived])
    cost = [
        {"item_id": item.id, "at": now() - timedelta(days=place % 60), "minutes": 10 + place, "note": "", "link": ""}
        for place, item in enumerate([*items[::4], *items[::6]])
    ]
    db.session.execute(insert(Interest), [owned | one for one in cost])
    meeting = Meeting.start(board, by=chair)
    for member in board.team.members:
        Attendance.come(meeting, member.user)
    db.session.commit()
    return meeting


def lead(meeting: Meeting, phase: Phase) -> None:
    """On to a phase. What holds it up is voted on and revealed, postponed or said."""
    while meeting.phase is not phase:
        chair, seen = meeting.chair, meeting.turn
        if meeting.phase is Phase.REVIEW:
            for commitment in guards.due(meeting):
                meeting.postpone_verdict(commitment, by=chair)
        elif meeting.phase is Phase.INTAKE:
            reveal_ballots(meeting)
        elif meeting.phase is Phase.VOTE:
            reveal_dots(meeting)
        elif meeting.phase is Phase.SORT:
            for item in guards.exitless(meeting):
                meeting.postpone_exit(item, by=chair)
        elif meeting.phase is Phase.COMMIT:
            meeting.commit_to_nothing("We pay down what is promised.", by=chair)
        meeting.advance(seen=seen, by=chair)
        db.session.commit()


def reveal_ballots(meeting: Meeting) -> None:
    """After everybody has cast some: half of the items are settled by them."""
    for place, item in enumerate(guards.candidates(meeting)):
        for one in Attendance.all_of(meeting):
            chosen = (Category.CHEAP, Category.EXPENSIVE)[place % 2 and one.id % 3 // 2]
            db.session.add(votes.Ballot(**_of(one), meeting_id=one.ritual_id, item_id=item.id, category=chosen))
    db.session.flush()
    votes.reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)


def reveal_dots(meeting: Meeting) -> None:
    """After everybody has placed all but one of theirs, on the first twenty items."""
    items = guards.open_items(meeting)[:20]
    for one in Attendance.all_of(meeting):
        placed = random.Random(one.id).sample(items, meeting.dots - 1)
        db.session.add_all(votes.Dot(**_of(one), ritual_id=one.ritual_id, item_id=item.id, count=1) for item in placed)
        one.dots_spent = len(placed)
    db.session.flush()
    votes.reveal_dots(meeting, seen=meeting.turn, by=meeting.chair)


def _of(one: Attendance) -> dict[str, int]:
    return {"team_id": one.team_id, "attendance_id": one.id}


# At the server


@dataclass
class Act:
    """What one press led to, in seconds since it was sent.

    `answered`: its own answer was there. `heard`: the last stream had brought the news. `shown`: the last of the
    screens that were told to ask anew had their part; `pages` are the times of those answers. `news` are bytes.
    """

    sent_at: float = 0.0
    since: int = 0
    answered: float = 0.0
    heard: float = 0.0
    shown: float = 0.0
    pages: list[float] = field(default_factory=list)
    news: list[int] = field(default_factory=list)
    error: str = ""


class Table:
    """Everybody in one meeting: each with a connection for pages and forms and with the room's stream open.

    Their screens do what a browser does: they ask for the room at `turn`, and for their own part at `room`, unless the
    answer to their own press brought it (static/js/room-versions.js).
    """

    def __init__(self, server: Server, meeting_id: int, cookies: list[str]) -> None:
        self.path = f"/meetings/{meeting_id}"
        self.people = [Person(server, cookie) for cookie in cookies]
        self._selector = selectors.DefaultSelector()
        self._streams: dict[Watcher, Person] = {}
        self._asked: dict[Person, Event] = {}  # who waits for an answer, and what is to be asked for after it
        self._own: set[tuple[Person, int]] = set()  # versions that came with the answer to one's own press
        self.version = self.turn = 0
        for person, cookie in zip(self.people, cookies, strict=True):
            self._read(person.open(self.path))
            stream = Watcher(server, cookie, f"{self.path}/live?since={self.version}")
            self._streams[stream] = person
            for one in (person, stream):
                self._selector.register(one, selectors.EVENT_READ)
        self.settle()

    def settle(self) -> None:
        """Until nobody hears anything more: who arrives is news to the others."""
        version, quiet_since = self.version, perf_counter()
        while self._asked or perf_counter() < quiet_since + QUIET_SECONDS:
            self._follow(Act(), set(), patience=0.1)
            if version != self.version:
                version, quiet_since = self.version, perf_counter()

    def close(self) -> None:
        for one in [*self.people, *self._streams]:
            one.close()
        self._selector.close()

    def look(self) -> None:
        """The chair's page, to know which turn it is."""
        self._read(self.people[0].get(self.path))

    def chair(self, noun: str, **form: object) -> Act:
        return self.act(0, f"{self.path}/{noun}", **form)

    def act(self, who: int, path: str, **form: object) -> Act:
        """Somebody presses a button, and everything is awaited that follows from it."""
        actor = self.people[who]
        actor.send(actor.form(path, **form))
        self._asked[actor] = NOTHING
        act, waiting = Act(actor.sent_at, self.version), set(self._streams)
        while (waiting or self._asked) and not act.error:
            self._follow(act, waiting)
            if perf_counter() > act.sent_at + PATIENCE:
                act.error = f"{path} {form}: {len(waiting)} streams brought nothing"
        return act

    def _follow(self, act: Act, waiting: set[Watcher], patience: float = 1.0) -> None:
        """Whatever comes next: news, or an answer to those who asked."""
        for key, _events in self._selector.select(patience):
            one = key.fileobj
            if isinstance(one, Person):
                self._answered(one, act)
                continue
            messages, person = one.hear(), self._streams[one]
            told = [(int(found[1]), found[2]) for found in map(MESSAGE.search, messages) if found]
            if one in waiting and any(version > act.since for version, _event in told):
                waiting.remove(one)
                act.news.append(sum(map(len, messages)))
                act.heard = perf_counter() - act.sent_at
            self.version = max([self.version, *(version for version, _event in told)])
            for event in (event for event in told if event[1] in REGIONS):
                self._ask(person, event)

    def _ask(self, person: Person, event: Event) -> None:
        """On the person's one connection, so after the answer that is still to come; that may have brought it."""
        version, name = event
        if person in self._asked:
            self._asked[person] = event
        elif name == b"turn" or (person, version) not in self._own:
            self._asked[person] = NOTHING
            person.send(person.region(self.path, REGIONS[name]))

    def _answered(self, person: Person, act: Act) -> None:
        answer, then = person.answer(), self._asked.pop(person)
        if answer.status >= 400:
            act.error = f"{answer.status}: {answer.body[:400]!r}"
        if person.sent_at == act.sent_at:
            act.answered = answer.seconds
        else:
            act.pages.append(answer.seconds)
            act.shown = perf_counter() - act.sent_at
        if brought := answer.headers.get("triage-version"):
            self._own.add((person, int(brought)))
        if then != NOTHING:
            self._ask(person, then)

    def _read(self, answer: Answer) -> None:
        found = TURN.search(answer.body)
        if found is None:
            raise RuntimeError(f"{self.path} shows no room: {answer.body[:300]!r}")
        self.turn, self.version = int(found[1]), int(found[2])
