"""Note: what somebody wrote in silence; which notes say the same; the dots on them.

Who wrote a note is known to its writer's own pages until the close, and to nobody after it; a note that its writer
signed carries the name itself. Nothing about notes is recorded as an event, since an event names who did it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ForeignKey, Index, Select, String, Text, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from triage.accounts.models import User
from triage.database import Base, TeamOwned, db, shared_now
from triage.refusal import Refused, Stale
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.models import Retrospective, any_id
from triage.rooms import dots
from triage.rooms.attendance import Attendance
from triage.rooms.dots import Dots
from triage.teams.models import Team

MOST_NOTES = 300


class Note(TeamOwned, Base):
    """`same_as_id` is the note that speaks for its group, where it is not this one. `dots` come with the reveal."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_retrospective_id", "retrospective_id"), Index("ix_note_same_as_id", "same_as_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=any_id)
    retrospective_id: Mapped[int] = mapped_column(ForeignKey("ritual.id"))
    prompt: Mapped[Prompt]
    text: Mapped[str] = mapped_column(Text)
    signed: Mapped[str] = mapped_column(String(80), default="")
    attendance_id: Mapped[int | None] = mapped_column(ForeignKey("attendance.id"))
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    dots: Mapped[int] = mapped_column(default=0)

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else f"{self.text[:59]}…"

    @property
    def group_id(self) -> int:
        """The note that speaks for it."""
        return self.same_as_id or self.id

    @classmethod
    def all_of(cls, retrospective: Retrospective) -> list["Note"]:
        """In an order that tells nothing."""
        return list(db.session.scalars(select(cls).where(cls.retrospective_id == retrospective.id).order_by(cls.id)))

    @classmethod
    def of(cls, retrospective: Retrospective, id: int) -> "Note":
        """One of them. Raises Refused for one that was deleted, or is another team's."""
        found = db.session.get(cls, id)
        if found is None or found.retrospective_id != retrospective.id:
            raise Refused("This note is not here any more.")
        return found


class NoteDot(Dots, Base):
    """How many dots one person has on one note. They count for the group that it is in."""

    __tablename__ = "note_dot"
    on = "note_id"
    thing = "note"

    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))


# Writing


def write(attendance: Attendance, prompt: Prompt, text: str, *, is_signed: bool = False) -> Note:
    """Say something about the sprint. Others see how many notes there are, and what they say after the reveal."""
    retrospective = _of(attendance)
    retrospective.must_be_in(Phase.GATHER)
    if count(retrospective) >= MOST_NOTES:
        raise Refused(f"{MOST_NOTES} notes are the most. Say the rest aloud.", field="text")
    note = Note(
        team_id=retrospective.team_id,
        retrospective_id=retrospective.id,
        prompt=prompt,
        text=text,
        signed=attendance.name if is_signed else "",
        attendance_id=attendance.id,
        dots=0,
    )
    db.session.add(note)
    db.session.flush()
    attendance.changed()
    return note


def rewrite(attendance: Attendance, note: Note, text: str) -> None:
    """One's own, while notes are gathered."""
    _of(attendance).must_be_in(Phase.GATHER)
    _must_be_own(attendance, note)
    note.text = text
    db.session.flush()
    attendance.changed()


def take_back(attendance: Attendance, note: Note) -> None:
    """One's own. Whoever had dots on it has them back; where it was in a group, they are the group's."""
    retrospective = _of(attendance)
    retrospective.must_be_in(Phase.GATHER, Phase.VOTE)
    _must_be_own(attendance, note)
    if retrospective.dots_revealed_at is not None:
        raise Refused("The dots are revealed, and this note has its share of them. It stays.")
    if note.same_as_id is not None:
        _hand_over(note, note.same_as_id)
    _leave(note)
    _give_back(note)
    db.session.delete(note)
    db.session.flush()
    attendance.changed()


def notes_of(attendance: Attendance) -> list[Note]:
    """One person's own."""
    return list(db.session.scalars(select(Note).where(Note.attendance_id == attendance.id).order_by(Note.id)))


def count(retrospective: Retrospective) -> int:
    notes = select(func.count()).where(Note.retrospective_id == retrospective.id)
    return db.session.scalar(notes) or 0


def names_in(text: str, team: Team) -> list[str]:
    """The people of the team that a text names, by their first name or their whole one."""
    names = {user.name: user.name.split()[0] for user in (membership.user for membership in team.members)}
    return [name for name, first in names.items() if re.search(rf"\b{re.escape(first)}\b", text, re.IGNORECASE)]


def reveal(retrospective: Retrospective, *, seen: int, by: User) -> None:
    """Everybody sees all notes."""
    retrospective.must_be_driving(seen, by)
    if retrospective.phase is not Phase.GATHER or retrospective.notes_revealed_at is not None:
        raise Stale("The notes are revealed already.")
    retrospective.notes_revealed_at = shared_now()
    retrospective.record("revealed_notes", by=by, notes=count(retrospective))
    retrospective.show_anew()


# Grouping


def same_as(retrospective: Retrospective, note: Note, other: Note) -> None:
    """Put a note, with all that is said to be the same, into the group of another. Its dots come along.

    Raises Refused where both are in one group already: so there is no going round in circles.
    """
    _must_be_grouping(retrospective)
    if note.group_id == other.group_id:
        raise Refused("These two are together already.")
    target = other.group_id
    moved = or_(Note.id == note.group_id, Note.same_as_id == note.group_id)
    db.session.execute(update(Note).where(moved).values(same_as_id=target))
    db.session.expire_all()


def stand_alone(retrospective: Retrospective, note: Note) -> None:
    """Take a note out of its group. The dots that were placed on the group stay with it."""
    _must_be_grouping(retrospective)
    if note.same_as_id is None and not _members(note):
        raise Refused("This note stands alone already.")
    _leave(note)


def _leave(note: Note) -> None:
    """The next of its group speaks for the others, where this one did."""
    members = _members(note)
    if members:
        first, *others = members
        first.same_as_id = None
        for other in others:
            other.same_as_id = first.id
        _hand_over(note, first.id)
    note.same_as_id = None
    db.session.flush()


def _hand_over(note: Note, to: int) -> None:
    """The dots on a note are on another now."""
    for dot in db.session.scalars(select(NoteDot).where(NoteDot.note_id == note.id)).all():
        same = (NoteDot.attendance_id == dot.attendance_id, NoteDot.note_id == to)
        there = db.session.scalar(select(NoteDot).where(*same))
        if there is None:
            dot.note_id = to
        else:
            there.count += dot.count
            db.session.delete(dot)
        db.session.flush()


def _give_back(note: Note) -> None:
    for dot in db.session.scalars(select(NoteDot).where(NoteDot.note_id == note.id)).all():
        owner = db.session.get_one(Attendance, dot.attendance_id)
        owner.dots_spent -= dot.count
        owner.changed()
        db.session.delete(dot)
    db.session.flush()


def _members(note: Note) -> list[Note]:
    """Those that it speaks for."""
    return list(db.session.scalars(select(Note).where(Note.same_as_id == note.id).order_by(Note.id)))


# Dots


def add_dot(attendance: Attendance, note: Note) -> None:
    """Place one on a note's group. Raises Refused when the budget or the most on one is used up."""
    _must_be_voting(_of(attendance))
    dots.place(NoteDot, attendance, note.group_id, _together(note))


def take_dot(attendance: Attendance, note: Note) -> None:
    """Take one back. Raises Refused when none of them is there."""
    _must_be_voting(_of(attendance))
    if not dots.take_back(NoteDot, attendance, note.group_id, _together(note)):
        raise Refused("None of your dots is on this note.")


def dots_of(attendance: Attendance) -> dict[int, int]:
    """One person's own, by the note that speaks for the group."""
    return _by_group(NoteDot.attendance_id == attendance.id)


def reveal_dots(retrospective: Retrospective, *, seen: int, by: User) -> None:
    """Totals of each group, and nothing else."""
    retrospective.must_be_driving(seen, by)
    if retrospective.phase is not Phase.VOTE or retrospective.dots_revealed_at is not None:
        raise Stale("The dots are revealed already.")
    totals = _by_group(NoteDot.ritual_id == retrospective.id)
    for note in Note.all_of(retrospective):
        note.dots = totals.get(note.id, 0)
    retrospective.dots_revealed_at = shared_now()
    retrospective.record("revealed_dots", by=by, dots=sum(totals.values()))
    retrospective.show_anew()


def _by_group(which: object) -> dict[int, int]:
    group = func.coalesce(Note.same_as_id, Note.id)
    rows = db.session.execute(
        select(group, func.sum(NoteDot.count)).join(Note, Note.id == NoteDot.note_id).where(which).group_by(group)  # type: ignore[arg-type]
    )
    return {note_id: int(total) for note_id, total in rows}


def _together(note: Note) -> Select[int]:
    """Every note of its group."""
    return select(Note.id).where(or_(Note.id == note.group_id, Note.same_as_id == note.group_id))


# The end


def forget_who(retrospective: Retrospective) -> None:
    """Who wrote a note and who placed a dot is gone for good; what a note says, and its total, stay."""
    dots.forget(NoteDot, retrospective)
    notes = update(Note).where(Note.retrospective_id == retrospective.id)
    db.session.execute(notes.values(attendance_id=None).execution_options(synchronize_session="fetch"))


def grouped(notes: Iterable[Note]) -> list[tuple[Note, list[Note]]]:
    """Each note that speaks for a group, with the others of it; most dots first."""
    groups: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        groups[note.group_id].append(note)
    found = []
    for id, members in groups.items():
        lead = next(note for note in members if note.id == id)
        found.append((lead, [note for note in members if note is not lead]))
    return sorted(found, key=lambda pair: (-pair[0].dots, [*Prompt].index(pair[0].prompt), pair[0].id))


def _of(attendance: Attendance) -> Retrospective:
    retrospective = attendance.ritual
    if not isinstance(retrospective, Retrospective):
        raise Refused("Notes are written in a retrospective.")
    return retrospective


def _must_be_own(attendance: Attendance, note: Note) -> None:
    if note.attendance_id != attendance.id:
        raise Refused("Only who wrote a note changes it or takes it back.")


def _must_be_grouping(retrospective: Retrospective) -> None:
    retrospective.must_be_in(Phase.VOTE)
    if retrospective.dots_revealed_at is not None:
        raise Stale("The dots are revealed already: the groups stay as they are.")
    retrospective.home.hold()


def _must_be_voting(retrospective: Retrospective) -> None:
    retrospective.must_be_in(Phase.VOTE)
    if retrospective.dots_revealed_at is not None:
        raise Stale("The dots are revealed already. Their order is what you decide from.")
