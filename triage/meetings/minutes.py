"""What a triage decided, for its minutes; what all minutes say is rooms/minutes.py.

Some of it goes on: whether a proposed commitment was taken, what became of a verdict that was postponed, whether one
was corrected, and what shows that it was kept.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, or_, select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.commitments.evidence import Evidence
from triage.commitments.models import (
    COMMITTING,
    CORRECTING,
    OPENING,
    VERDICTS,
    Commitment,
    Verdict,
    promise_for,
)
from triage.commitments.sprints import Sprint
from triage.database import db, shared_now
from triage.events.models import Event
from triage.events.undo import standing
from triage.items.models import Item
from triage.items.state import State
from triage.items.then import Turned, turned_since
from triage.items.waiver import WAIVING, Waiver
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.document import (
    Balloted,
    Committed,
    Cost,
    Dotted,
    Ended,
    Judged,
    Later,
    Moved,
    Postponed,
    Reported,
    Subject,
    TriageMinutes,
    Waived,
)
from triage.meetings.models import Meeting
from triage.rooms.document import Line
from triage.rooms.minutes import Writer, by, not_begun

CLOSINGS = {f"item.{state.value}": state for state in State if state is not State.OPEN}
NEW = ("item.reported", "item.imported", "item.split_off")
TOLD = (
    *("meeting.postponed_verdict", "meeting.put_off"),
    *VERDICTS,
    *COMMITTING,
    *("commitment.declined", "commitment.withdrawn"),
    *NEW,
    *("item.rated", "item.reopened", "item.postponed"),
    *CLOSINGS,
    *("waiver.granted", "waiver.ended"),
    *("interest.logged", "interest.taken_back"),
)


def minutes_of(meeting: Meeting) -> TriageMinutes:
    """As they are published, or, while the meeting goes on, as they would be now."""
    if meeting.started_at is None:
        return TriageMinutes(board=meeting.board.name, **not_begun(meeting))
    return _Writer(meeting, meeting.started_at).minutes()


class _Writer(Writer):
    told = TOLD

    def __init__(self, meeting: Meeting, started_at: datetime) -> None:
        self.meeting, self.board = meeting, meeting.board
        super().__init__(meeting, started_at)

    def minutes(self) -> TriageMinutes:
        meeting, verdicts, committed, ended = self.meeting, self._verdicts(), self._committed(), self._ended()
        number = meeting.sprint_number
        calendar = Sprint.calendar(self.team)
        return TriageMinutes(
            **self.common(),
            board=self.board.name,
            closes=calendar.sprint(number - 1) if number and number > 1 else None,
            sprint=calendar.sprint(number) if number else None,
            verdicts=verdicts,
            postponed=self._postponed({one.commitment_id for one in verdicts}),
            committed=committed,
            promise=self._promise() if committed else "",
            nothing_why="" if committed else meeting.nothing_why or self.skipped.get(Phase.COMMIT.label, ""),
            exitless=self._exitless(),
            moved=self._moved(),
            reported=tuple(Reported(subject=self._subject(e.item_id), by=by(e)) for e in self.events(*NEW)),
            ended=tuple(one for one in ended if one.state is not State.OPEN),
            reopened_items=tuple(one for one in ended if one.state is State.OPEN),
            waivers=self._waivers(),
            later=self._later(),
            ballots=tuple(
                Balloted(subject=self._subject(one.item_id), split=one.split)
                for one in sorted(self.agenda, key=lambda one: one.item_id)
                if one.split.count
            ),
            dots=tuple(
                Dotted(subject=self._subject(one.item_id), dots=one.dots)
                for one in sorted(self.agenda, key=lambda one: -one.dots)
                if one.dots
            ),
            interest=self._interest(),
        )

    # Items

    @cached_property
    def agenda(self) -> list[AgendaItem]:
        return AgendaItem.all_of(self.meeting)

    @cached_property
    def _items(self) -> dict[int, Item]:
        """All that the minutes speak of, and all that may lack an exit."""
        were_catastrophic = [
            id for id, turned in self._turned_since.items() if turned.category is Category.CATASTROPHIC
        ]
        ids = {event.item_id for event in self.all_events if event.item_id}
        numbers = {_number(event.what["into"]) for event in self.events("item.merged")}
        numbers |= {_number(event.what["item"]) for event in self.events("meeting.postponed_verdict")}
        found = db.session.scalars(
            select(Item).where(
                Item.board_id == self.board.id,
                or_(
                    Item.id.in_([*ids, *were_catastrophic, *(one.item_id for one in self.agenda)]),
                    Item.number.in_(numbers),
                    Item.category == Category.CATASTROPHIC,
                ),
            )
        )
        return {item.id: item for item in found}

    def _subject(self, item_id: int | None) -> Subject:
        item = self._items[item_id or 0]
        return Subject(item.id, item.code, item.title, self._category(item))

    def _called(self, code: str) -> Subject:
        """The item whose code a text begins with."""
        number = _number(code)
        return next(self._subject(item.id) for item in self._items.values() if item.number == number)

    @cached_property
    def _turned_since(self) -> dict[int, Turned]:
        return {} if self.last_version is None else turned_since(self.board.id, self.last_version)

    def _category(self, item: Item) -> Category:
        """At the end of the meeting."""
        turned = self._turned_since.get(item.id)
        return (turned and turned.category) or item.category

    def _state(self, item: Item) -> State | None:
        """At the end of the meeting; None for what was reported later."""
        turned = self._turned_since.get(item.id)
        return turned.state if turned else item.state

    def _moved(self) -> tuple[Moved, ...]:
        moves: dict[int | None, list[Event]] = {}
        for event in self.events("item.rated"):
            moves.setdefault(event.item_id, []).append(event)
        found = (
            Moved(
                subject=self._subject(item_id),
                was=Category(events[0].what["was"].lower()),
                now=Category(events[-1].what["now"].lower()),
                reasons=tuple(dict.fromkeys(event.why for event in events if event.why)),
            )
            for item_id, events in moves.items()
        )
        return tuple(one for one in found if one.was is not one.now)

    def _ended(self) -> list[Ended]:
        """What was closed or reopened, unless it ended as it began."""
        turns: dict[int | None, list[Event]] = {}
        for event in self.events(*CLOSINGS, "item.reopened"):
            turns.setdefault(event.item_id, []).append(event)
        found = []
        for item_id, (first, *_, last) in ((item_id, [*events, events[-1]]) for item_id, events in turns.items()):
            began = State.OPEN if first.action in CLOSINGS else State(first.what["was"])
            state = CLOSINGS.get(last.action, State.OPEN)
            if state is not began:
                into = self._called(last.what["into"]) if state is State.MERGED else None
                found.append(Ended(subject=self._subject(item_id), state=state, into=into, why=last.why))
        return found

    def _exitless(self) -> tuple[Line, ...]:
        """Catastrophic, open, and neither committed nor waived at the end of the meeting."""
        end = self.closed_at or shared_now()
        items = [
            item
            for item in self._items.values()
            if self._category(item) is Category.CATASTROPHIC and self._state(item) is State.OPEN
        ]
        committed = self._last_of("commitment.", items).where(Event.action.in_(OPENING))
        waived = (
            self._last_of("waiver.", items)
            .join(Waiver, Waiver.id == Event.subject_id)
            .where(Event.action.in_(WAIVING), Waiver.until >= self.local(end).date())
        )
        exits = {*db.session.scalars(committed), *db.session.scalars(waived)}
        return tuple(
            Line(subject=self._subject(item.id))
            for item in sorted(items, key=lambda item: item.number)
            if item.id not in exits
        )

    def _last_of(self, kind: str, items: Iterable[Item]) -> Select[Any]:
        """The ids of the items whose last event of a kind, up to the end of the meeting, is the one asked for."""
        # A commitment of before that is corrected says nothing of the present one.
        told = (Event.action.startswith(kind), Event.action.not_in(CORRECTING))
        before = [Event.item_id.in_([item.id for item in items]), *told]
        if self.last_version is not None:
            before.append(Event.version <= self.last_version)
        lasts = select(func.max(Event.id)).where(*before).group_by(Event.item_id)
        return select(Event.item_id).where(Event.id.in_(lasts))

    def _waivers(self) -> tuple[Waived, ...]:
        events = self.events("waiver.granted", "waiver.ended")
        ids = [event.subject_id for event in events]
        rows = db.session.execute(select(Waiver.id, Waiver.until).where(Waiver.id.in_(ids)))
        until = {row.id: row.until for row in rows}
        found: dict[int, Waived] = {}
        renewed = {(event.item_id, event.version) for event in events if event.action == "waiver.granted"}
        for event in events:
            is_over = event.action == "waiver.ended"
            if is_over and (event.subject_id in found or (event.item_id, event.version) in renewed):
                found.pop(event.subject_id, None)
                continue
            found[event.subject_id] = Waived(
                subject=self._subject(event.item_id),
                until=until[event.subject_id],
                by=by(event),
                is_over=is_over,
                why=event.why,
            )
        return tuple(found.values())

    def _later(self) -> tuple[Later, ...]:
        """Put off and not settled after all; or still in the inbox, when nothing can be sorted any more."""
        is_sorted = not self.is_live or self.meeting.phase in Phase.SORT.later
        put_off = {_number(event.what["item"]): event.id for event in self.events("meeting.put_off")}
        postponed = {event.item_id: event for event in self.events("item.postponed")}
        settled = {event.item_id: event.id for event in self.events("item.rated", "waiver.granted", *COMMITTING)}
        found = []
        for one in self.agenda:
            item = one.item
            last, back = settled.get(item.id, 0), postponed.get(item.id)
            is_put_off = one.standing is Standing.LATER and last < put_off.get(item.number, 0)
            why = f"To come back {back.what['until']}" if back and last < back.id else ""
            is_left = one.standing is not Standing.SETTLED and is_sorted and self._category(item) is Category.INBOX
            if (is_put_off or why or is_left) and self._state(item) is State.OPEN:
                found.append(Later(subject=self._subject(item.id), is_put_off=is_put_off or bool(why), why=why))
        return tuple(found)

    def _interest(self) -> tuple[Cost, ...]:
        entries: dict[int, Event] = {}
        for event in self.events("interest.logged", "interest.taken_back"):
            if event.action == "interest.logged":
                entries[event.subject_id] = event
            else:
                entries.pop(event.subject_id, None)
        minutes: dict[int | None, int] = {}
        for event in entries.values():
            minutes[event.item_id] = minutes.get(event.item_id, 0) + event.what["minutes"]
        return tuple(
            Cost(subject=self._subject(item_id), minutes=total)
            for item_id, total in sorted(minutes.items(), key=lambda pair: (-pair[1], pair[0]))
        )

    # Commitments

    @cached_property
    def _commitments(self) -> dict[int, Any]:
        """Their rows as they are now, by id."""
        ids = {event.subject_id for event in self.events(*COMMITTING)}
        ids |= {event.what["id"] for event in self.events("meeting.postponed_verdict")}
        columns = (Commitment.size, Commitment.verdict, Commitment.verdict_why, Commitment.made_at)
        rows = db.session.execute(
            select(Commitment.id, *columns, Commitment.accepted_at, User.name)
            .join(Commitment.owner)
            .where(Commitment.id.in_(ids))
        )
        return {row.id: row for row in rows}

    def _row(self, id: int, at: datetime) -> Any:
        """A commitment's, if it is still there: its id may be another's by now, that was made later."""
        row = self._commitments.get(id)
        return row if row and row.made_at <= at else None

    def _verdicts(self) -> tuple[Judged, ...]:
        postponed = {event.what["id"] for event in self.events("meeting.postponed_verdict")}
        return tuple(
            Judged(
                subject=self._subject(event.item_id),
                verdict=VERDICTS[event.action],
                why=event.why,
                commitment_id=event.subject_id,
                owner=event.what["owner"],
                sprint=event.what["sprint"],
                was_postponed=event.subject_id in postponed,
                paid_by=self._shown(event) if VERDICTS[event.action] is Verdict.KEPT else (),
                correction=self._correction(event),
            )
            for event in self.events(*VERDICTS)
        )

    @cached_property
    def _evidence(self) -> list[Evidence]:
        kept = [event for event in self.events(*VERDICTS) if VERDICTS[event.action] is Verdict.KEPT]
        return Evidence.of([self._items[event.item_id or 0] for event in kept])

    def _shown(self, event: Event) -> tuple[str, ...]:
        """What paid its item down."""
        return tuple(one.words for one in self._evidence if one.item_id == event.item_id)

    @cached_property
    def _corrections(self) -> dict[int, Event]:
        """The last of each commitment that was judged here."""
        judged = {event.subject_id for event in self.events(*VERDICTS)}
        corrected = standing().where(Event.action == "commitment.corrected", Event.subject_id.in_(judged))
        on_board = corrected.where(Event.board_id == self.board.id).order_by(Event.id)
        return {event.subject_id: event for event in db.session.scalars(on_board)}

    def _correction(self, event: Event) -> str:
        """What its verdict became since, by whom and why; nothing when it is again what was said here."""
        since = self._corrections.get(event.subject_id)
        if since is None or since.id < event.id or since.what["now"] == VERDICTS[event.action].value:
            return ""
        return f"Since corrected to {since.what['now']} by {by(since)}: {since.why}"

    def _postponed(self, judged: set[int]) -> tuple[Postponed, ...]:
        found = {}
        for event in self.events("meeting.postponed_verdict"):
            id, row = event.what["id"], self._row(event.what["id"], event.at)
            if id not in judged:
                found[id] = Postponed(
                    subject=self._called(event.what["item"]),
                    verdict=row.verdict if row and row.verdict is not Verdict.OPEN else None,
                    why=row.verdict_why if row else "",
                    commitment_id=id,
                    owner=row.name if row else "",
                    is_gone=row is None,
                )
        return tuple(found.values())

    def _committed(self) -> tuple[Committed, ...]:
        """What was made and not given back before the end."""
        made: dict[int, Event] = {}
        for event in self.events(*COMMITTING, "commitment.declined", "commitment.withdrawn"):
            if event.action in COMMITTING:
                made[event.subject_id] = event
            else:
                made.pop(event.subject_id, None)
        rows = {id: self._row(id, event.at) for id, event in made.items()}
        return tuple(
            Committed(
                subject=self._subject(event.item_id),
                commitment_id=id,
                owner=event.what["owner"],
                done_when=event.what["done_when"],
                size=rows[id].size if rows[id] else None,
                unit=self.team.unit,
                sprint=event.what["sprint"],
                is_for_another=event.what["sprint"] != self.meeting.sprint_number,
                is_proposed=bool(rows[id]) and rows[id].accepted_at is None,
                is_gone=rows[id] is None,
                is_added=event.what.get("added", False),
                over=event.what.get("over", ""),
            )
            for id, event in made.items()
        )

    def _promise(self) -> str:
        """What the sprint promised at the end of the meeting, on all boards of the team."""
        number = self.meeting.sprint_number or 1
        promise = promise_for(self.board, number)
        if self.closed_at is not None:
            sizes = (
                select(Commitment.size)
                .join(Commitment.sprint)
                .where(Commitment.team_id == self.team.id, Sprint.number == number)
                .where(Commitment.made_at <= self.closed_at)
            )
            promise = replace(promise, sizes=tuple(db.session.scalars(sizes)))
        return promise.sentence(self.team.unit)


def _number(code: str) -> int:
    """Of `D-17`, and of a text that begins so."""
    return int(code.partition(" ")[0].removeprefix("D-"))
