"""Minutes as a document: what the page, Markdown, mail and chat all say. It knows no database; minutes.py fills it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triage.boards.category import Category
from triage.commitments.models import Verdict
from triage.commitments.sprint import Span
from triage.items.duration import minutes as duration
from triage.items.state import State
from triage.meetings.agenda import Phase
from triage.meetings.ballot import Split
from triage.meetings.models import Status
from triage.web.filters import day, plural, size


@dataclass(frozen=True)
class Subject:
    """An item as the minutes speak of it, in the category that it had at the end."""

    id: int
    code: str
    title: str
    category: Category

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said about one thing: an item (`subject`), or whatever `label` calls it.

    A page shows `verdict` and `marks` as shapes with words; in plain text they are at the head of `said`.
    """

    subject: Subject | None = None
    verdict: Verdict | None = None
    why: str = ""

    @property
    def label(self) -> str:
        return ""

    @property
    def marks(self) -> tuple[tuple[Category, str], ...]:
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

    phase: Phase
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


@dataclass(frozen=True, kw_only=True)
class Judged(Line):
    """A verdict that was given in the meeting; `paid_by` shows what was done, `correction` what it became since."""

    commitment_id: int
    owner: str
    sprint: int
    was_postponed: bool
    paid_by: tuple[str, ...] = ()
    correction: str = ""

    @property
    def words(self) -> str:
        return f"{self.owner}, sprint {self.sprint}{', postponed to the close' if self.was_postponed else ''}"

    @property
    def note(self) -> str:
        shown = f"What paid it down: {', '.join(self.paid_by)}" if self.paid_by else ""
        *before, last = list(filter(None, [self.why, shown, self.correction])) or [""]
        return " ".join([*map(_sentence, before), last])


@dataclass(frozen=True, kw_only=True)
class Postponed(Line):
    """A verdict that was put off to the close and not given there. `verdict` is the one that was given since."""

    commitment_id: int
    owner: str
    is_gone: bool

    @property
    def words(self) -> str:
        if self.is_gone:
            return "postponed to the close, and taken back since"
        open_still = "given after the meeting" if self.verdict else "still open"
        return f"{self.owner}, postponed to the close, {open_still}"


@dataclass(frozen=True, kw_only=True)
class Reported(Line):
    """An item that is new."""

    subject: Subject
    by: str

    @property
    def marks(self) -> tuple[tuple[Category, str], ...]:
        return ((self.subject.category, self.subject.category.value),)

    @property
    def words(self) -> str:
        return f"reported by {self.by}"


@dataclass(frozen=True, kw_only=True)
class Moved(Line):
    """An item that ended in another category than it began in, however often it was moved."""

    was: Category
    now: Category
    reasons: tuple[str, ...]

    @property
    def marks(self) -> tuple[tuple[Category, str], ...]:
        return (self.was, self.was.value), (self.now, self.now.value)

    @property
    def between(self) -> str:
        return " → "

    @property
    def note(self) -> str:
        *before, last = self.reasons or ("",)
        return "; ".join([*(reason.rstrip(".") for reason in before), last])


@dataclass(frozen=True, kw_only=True)
class Ended(Line):
    """An item that was paid, refused, dropped, merged, or (`State.OPEN`) reopened."""

    state: State
    into: Subject | None

    @property
    def words(self) -> str:
        if self.state is State.OPEN:
            return "reopened"
        return f"{self.state.value} into {self.into}" if self.into else self.state.value


@dataclass(frozen=True, kw_only=True)
class Waived(Line):
    """A waiver that was granted, or (`is_over`) taken back."""

    until: date
    by: str
    is_over: bool

    @property
    def words(self) -> str:
        until = f"until {day(self.until)}"
        return f"the waiver {until} was taken back by {self.by}" if self.is_over else f"{until}, by {self.by}"


@dataclass(frozen=True, kw_only=True)
class Balloted(Line):
    """The ballots on one item in total: whose they were is nowhere kept."""

    split: Split

    @property
    def is_unanimous(self) -> bool:
        return self.split.is_unanimous

    @property
    def marks(self) -> tuple[tuple[Category, str], ...]:
        return tuple((category, f"{count} {category}") for category, count in self.split.ballots.items())

    @property
    def words(self) -> str:
        return "unanimous" if self.is_unanimous and self.split.count > 1 else ""


@dataclass(frozen=True, kw_only=True)
class Dotted(Line):
    """The dots on one item in total."""

    dots: int

    @property
    def words(self) -> str:
        return plural(self.dots, "dot")


@dataclass(frozen=True, kw_only=True)
class Later(Line):
    """What was on the agenda and comes up next time: put off, or not reached."""

    is_put_off: bool

    @property
    def words(self) -> str:
        return "put off" if self.is_put_off else "not reached"


@dataclass(frozen=True, kw_only=True)
class Committed(Line):
    """A commitment that was made. It is proposed until its owner says yes; `over` says by what it is over-promised."""

    commitment_id: int
    owner: str
    done_when: str
    size: float | None
    unit: str
    sprint: int
    is_for_another: bool
    is_proposed: bool
    is_gone: bool
    is_added: bool
    over: str

    @property
    def words(self) -> str:
        words = [
            self.owner,
            f"sprint {self.sprint}" if self.is_for_another else "",
            size(self.size, self.unit),
            "taken back since" if self.is_gone else "proposed" if self.is_proposed else "",
            "added in the sprint" if self.is_added and not self.is_gone else "",
            self.over and f"over-promised, {self.over}",
        ]
        return ", ".join(filter(None, words))

    @property
    def note(self) -> str:
        return f"Done when: {self.done_when}"


@dataclass(frozen=True, kw_only=True)
class Cost(Line):
    """Interest that was logged, in total per item."""

    minutes: int

    @property
    def words(self) -> str:
        return duration(self.minutes)


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
    """The document. Moments are in the team's time zone.

    `closed` is when the meeting ended, `until` when something last happened in it: three hours before, where it ended
    by itself. `closes` and `sprint` are the sprint that it reviewed and the one that it committed to.
    """

    meeting_id: int
    title: str
    board: str
    status: Status
    phase: Phase = Phase.REVIEW
    started: datetime | None = None
    until: datetime | None = None
    closed: datetime | None = None
    ended_itself: bool = False
    reopened: tuple[datetime, ...] = ()
    is_reopenable: bool = False
    length: int = 0
    closes: Span | None = None
    sprint: Span | None = None
    people: tuple[Person, ...] = ()
    chairs: tuple[Chair, ...] = ()
    pulse: Pulse = Pulse(0, None)
    spells: tuple[Spell, ...] = ()
    verdicts: tuple[Judged, ...] = ()
    postponed: tuple[Postponed, ...] = ()
    committed: tuple[Committed, ...] = ()
    promise: str = ""
    nothing_why: str = ""
    exitless: tuple[Line, ...] = ()
    moved: tuple[Moved, ...] = ()
    reported: tuple[Reported, ...] = ()
    ended: tuple[Ended, ...] = ()
    reopened_items: tuple[Ended, ...] = ()
    waivers: tuple[Waived, ...] = ()
    later: tuple[Later, ...] = ()
    ballots: tuple[Balloted, ...] = ()
    dots: tuple[Dotted, ...] = ()
    interest: tuple[Cost, ...] = ()

    @property
    def is_live(self) -> bool:
        return self.status is Status.LIVE

    @property
    def state(self) -> str:
        """How far it is, as a sentence."""
        if self.started is None:
            return "This meeting has not begun."
        again = [f"reopened {' and '.join(map(self._at, self.reopened))}"] if self.reopened else []
        if self.is_live:
            what = "this is how the minutes will be published" if self.phase is Phase.CLOSE else "the minutes so far"
            return _sentence(f"{', '.join([*again, 'live'])}: {what}")
        ended = "ended by itself after three idle hours" if self.ended_itself else f"closed {self._at(self.closed)}"
        return _sentence(", ".join([*again, ended]))

    @property
    def dots_placed(self) -> int:
        return sum(one.dots for one in self.dots)

    @property
    def kept(self) -> int:
        return sum(one.verdict is Verdict.KEPT for one in self.verdicts)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The head of the document, label by label."""
        if self.started is None:
            return []
        facts = [
            ("When", self._when),
            ("Sprints", self._sprints),
            ("There", f"{plural(len(self.people), 'person', 'people')}: {', '.join(map(str, self.people))}"),
            ("Chair", self._chair),
            ("Worth it", str(self.pulse) if self.pulse.answered else ""),
        ]
        return [(label, text) for label, text in facts if text]

    @property
    def sections(self) -> list[Section]:
        """The body, what was decided before how it came about; what is empty is left out."""
        sections = [
            Section(
                "verdicts",
                f"Verdicts: {self.kept} of {len(self.verdicts)} kept" if self.verdicts else "Verdicts",
                (*self.verdicts, *self.postponed),
            ),
            self._committed,
            Section("exitless", "Catastrophic, and still without an exit", self.exitless),
            Section("moved", "Sorted", self.moved),
            Section("reported", "New debts", self.reported),
            Section("ended", "Paid, refused, dropped, merged", self.ended),
            Section("reopened", "Reopened", self.reopened_items),
            Section("waivers", "Waivers", self.waivers),
            Section("later", "Next time", self.later),
            Section("ballots", "Ballots", self.ballots),
            Section("dots", f"Dots: {self.dots_placed} placed", self.dots),
            Section("interest", "Interest", self.interest),
            Section("spells", "Minutes spent", self.spells),
        ]
        return [section for section in sections if section.lines or section.note]

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
    def _sprints(self) -> str:
        said = [("closes", self.closes), ("commits to", self.sprint)]
        return ", ".join(
            f"{verb} sprint {span.number} ({day(span.first_day)} to {day(span.last_day)})"
            for verb, span in said
            if span
        )

    @property
    def _chair(self) -> str:
        first, *others = self.chairs
        return "; ".join([first.name, *(f"{one.name} took it over {self._at(one.since)}" for one in others)])

    @property
    def _committed(self) -> Section:
        title = f"Committed for sprint {self.sprint.number}" if self.sprint else "Committed"
        if self.committed:
            return Section("committed", title, self.committed, self.promise)
        if self.started is None or (self.is_live and not self.nothing_why):
            return Section("committed", title, ())
        why = f": {self.nothing_why}" if self.nothing_why else ""
        return Section("committed", title, (), _sentence(f"Nothing was committed{why}"))

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


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
