"""Minutes as a document: what the page, Markdown, mail and chat all say. It knows no database; minutes.py fills it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from triage.rooms.models import Status
from triage.rooms.phases import RoomPhase
from triage.web.filters import day, plural


class Subject(Protocol):
    """An item, as far as a line names it."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said about one thing: an item (`subject`), or whatever `label` calls it.

    A page shows `verdict` and `marks` as shapes with words; in plain text they are at the head of `said`.
    """

    subject: Subject | None = None
    verdict: StrEnum | None = None
    why: str = ""

    @property
    def label(self) -> str:
        return ""

    @property
    def marks(self) -> tuple[tuple[str, str], ...]:
        """Categories, each with its words."""
        return ()

    @property
    def between(self) -> str:
        """What stands between two marks."""
        return ", "

    @property
    def words(self) -> str:
        return ""

    @property
    def note(self) -> str:
        """The last of it: a reason, as a sentence of its own."""
        return self.why

    @property
    def said(self) -> str:
        marks = self.between.join(words for _category, words in self.marks)
        return ", ".join(filter(None, [self.verdict and self.verdict.value, marks, self.words]))


@dataclass(frozen=True, kw_only=True)
class Spell(Line):
    """How long the team was in a phase; `spent` is None for one that it never came to."""

    phase: RoomPhase
    spent: timedelta | None
    skipped: str

    @property
    def label(self) -> str:
        return self.phase.label

    @property
    def minutes(self) -> int | None:
        return None if self.spent is None else whole_minutes(self.spent)

    @property
    def words(self) -> str:
        if self.minutes is None:
            return f"skipped: {self.skipped}" if self.skipped else "not reached"
        return f"{self.minutes or 'under 1'} of {self.phase.minutes} min"


@dataclass(frozen=True)
class Person:
    name: str
    is_guest: bool
    is_chair: bool

    def __str__(self) -> str:
        return f"{self.name} ({'chair' if self.is_chair else 'guest'})" if self.is_chair or self.is_guest else self.name


@dataclass(frozen=True)
class Chair:
    """Who took the chair, when, and from whom: empty for the one who began."""

    name: str
    since: datetime
    was: str


@dataclass(frozen=True)
class Pulse:
    """Was it worth the thirty minutes? The mean comes with the close, and only of enough answers.

    While it goes on, each further answer would show as the difference that it makes.
    """

    answered: int
    mean: float | None

    def __str__(self) -> str:
        return f"{self.answered} answered" if self.mean is None else f"{self.mean:.1f} of 5 ({self.answered} answered)"


@dataclass(frozen=True)
class Section:
    """A part of the document: `name` for an address, the `lines`, and a `note` under them."""

    name: str
    title: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """The document; each kind adds what it decides. Moments are in the team's time zone.

    `closed` is when it ended, `until` when something last happened in it: three hours before, where it ended by itself.
    """

    ritual_id: int
    noun: str
    title: str
    status: Status
    phase: RoomPhase
    started: datetime | None = None
    until: datetime | None = None
    closed: datetime | None = None
    ended_itself: bool = False
    reopened: tuple[datetime, ...] = ()
    is_reopenable: bool = False
    length: int = 0
    people: tuple[Person, ...] = ()
    chairs: tuple[Chair, ...] = ()
    pulse: Pulse = Pulse(0, None)
    spells: tuple[Spell, ...] = ()

    @property
    def is_live(self) -> bool:
        return self.status is Status.LIVE

    @property
    def state(self) -> str:
        """How far it is, as a sentence."""
        if self.started is None:
            return f"This {self.noun} has not begun."
        again = [f"reopened {' and '.join(map(self._at, self.reopened))}"] if self.reopened else []
        if self.is_live:
            is_last = self.phase.next is None
            what = "this is how the minutes will be published" if is_last else "the minutes so far"
            return sentence(f"{', '.join([*again, 'live'])}: {what}")
        ended = "ended by itself after three idle hours" if self.ended_itself else f"closed {self._at(self.closed)}"
        return sentence(", ".join([*again, ended]))

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The head of the document, label by label."""
        if self.started is None:
            return []
        facts = [
            ("When", self._when),
            *self.about,
            ("There", f"{plural(len(self.people), 'person', 'people')}: {', '.join(map(str, self.people))}"),
            ("Chair", self._chair),
            ("Worth it", str(self.pulse) if self.pulse.answered else ""),
        ]
        return [(label, text) for label, text in facts if text]

    @property
    def about(self) -> list[tuple[str, str]]:
        """What else its head says."""
        return []

    @property
    def sections(self) -> list[Section]:
        """The body, what was decided before how it came about; what is empty is left out."""
        sections = [*self.decided, Section("spells", "Minutes spent", self.spells)]
        return [section for section in sections if section.lines or section.note]

    @property
    def decided(self) -> list[Section]:
        raise NotImplementedError

    def markdown(self) -> str:
        """The same as a file: what people wrote stands in it as plain text, whatever it looks like."""
        lines = [f"# {plain(self.title)}", "", plain(self.state)]
        if self.facts:
            lines += ["", *(f"- **{label}:** {plain(text)}" for label, text in self.facts)]
        for section in self.sections:
            lines += ["", f"## {plain(section.title)}"]
            lines += ["", *map(_bullet, section.lines)] if section.lines else []
            lines += ["", plain(section.note)] if section.note else []
        return "\n".join(lines) + "\n"

    @property
    def _when(self) -> str:
        if not self.started:
            return ""
        when = f"{day(self.started)}, {self.started:%H:%M}"
        length = plural(self.length, "minute")
        return f"{when}, {length} so far" if self.is_live else f"{when} to {self._clock(self.until)}, {length}"

    @property
    def _chair(self) -> str:
        first, *others = self.chairs
        return "; ".join([first.name, *(f"{one.name} took it over {self._at(one.since)}" for one in others)])

    def _clock(self, moment: datetime | None) -> str:
        """The time of day, and the day where it is not that of the meeting."""
        if moment is None or self.started is None:
            return ""
        return f"{moment:%H:%M}" if moment.date() == self.started.date() else f"{moment:%H:%M} on {day(moment)}"

    def _at(self, moment: datetime | None) -> str:
        return f"at {self._clock(moment)}"


_BREAKS = re.compile(r"[\\`*~\[\]<>|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_OPENS = re.compile(r"[#+=-]|[0-9]+(?=[.)](?:\s|$))")


def plain(text: str) -> str:
    """A text for Markdown that stays one line and what it is: it opens no block, link, emphasis or HTML."""
    text = _BREAKS.sub(r"\\\g<0>", " ".join(text.split()))
    opens = _OPENS.match(text)
    if opens is None:
        return text
    place = opens.end() if opens[0].isdigit() else 0
    return f"{text[:place]}\\{text[place:]}"


def _bullet(line: Line) -> str:
    name = f"**{line.subject.code}** {plain(line.subject.title)}" if line.subject else f"**{plain(line.label)}**"
    said = ": ".join(filter(None, [name, plain(line.said)]))
    return "- " + ". ".join(filter(None, [said, plain(line.note)]))


def whole_minutes(spent: timedelta) -> int:
    return int(spent / timedelta(minutes=1) + 0.5)


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
