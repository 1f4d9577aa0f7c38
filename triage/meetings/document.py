"""What the minutes of a triage say, beside what all minutes do (rooms/document.py). It knows no database."""

from dataclasses import dataclass
from datetime import date

from triage.boards.category import Category
from triage.commitments.models import Verdict
from triage.commitments.sprint import Span
from triage.items.duration import minutes as duration
from triage.items.state import State
from triage.meetings.ballot import Split
from triage.rooms.document import Line, Minutes, Section, sentence
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
        return " ".join([*map(sentence, before), last])


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


@dataclass(frozen=True, kw_only=True)
class TriageMinutes(Minutes):
    """`closes` and `sprint` are the sprint that the meeting reviewed and the one that it committed to."""

    board: str
    closes: Span | None = None
    sprint: Span | None = None
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
    def dots_placed(self) -> int:
        return sum(one.dots for one in self.dots)

    @property
    def kept(self) -> int:
        return sum(one.verdict is Verdict.KEPT for one in self.verdicts)

    @property
    def about(self) -> list[tuple[str, str]]:
        return [("Sprints", self._sprints)]

    @property
    def decided(self) -> list[Section]:
        return [
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
        ]

    @property
    def _sprints(self) -> str:
        said = [("closes", self.closes), ("commits to", self.sprint)]
        return ", ".join(
            f"{verb} sprint {span.number} ({day(span.first_day)} to {day(span.last_day)})"
            for verb, span in said
            if span
        )

    @property
    def _committed(self) -> Section:
        title = f"Committed for sprint {self.sprint.number}" if self.sprint else "Committed"
        if self.committed:
            return Section("committed", title, self.committed, self.promise)
        if self.started is None or (self.is_live and not self.nothing_why):
            return Section("committed", title, ())
        why = f": {self.nothing_why}" if self.nothing_why else ""
        return Section("committed", title, (), sentence(f"Nothing was committed{why}"))
