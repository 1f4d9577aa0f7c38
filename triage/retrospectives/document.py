"""What the minutes of a retrospective say, beside what all minutes do (rooms/document.py). It knows no database."""

from dataclasses import dataclass
from datetime import date

from triage.retrospectives.answers import Done, Helped
from triage.rooms.document import Line, Minutes, Section, sentence
from triage.web.filters import day, plural


@dataclass(frozen=True, kw_only=True)
class Decided(Line):
    """A process change."""

    what: str
    owner: str
    seen_by: str
    tried_until: date | None
    about: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.what

    @property
    def words(self) -> str:
        return f"{self.owner}, an experiment until {day(self.tried_until)}" if self.tried_until else self.owner

    @property
    def note(self) -> str:
        about = sentence(f"It is about {', '.join(self.about)}") if self.about else ""
        return " ".join(filter(None, [sentence(f"We will see that it worked: {self.seen_by}"), about]))


@dataclass(frozen=True, kw_only=True)
class Reviewed(Line):
    """What was found of a change of before, with the answers in total."""

    what: str
    owner: str
    done: Done | None
    helped: Helped | None
    ballots: str
    is_tried: bool

    @property
    def label(self) -> str:
        return self.what

    @property
    def words(self) -> str:
        if self.is_tried:
            return f"{self.owner}, still being tried: it comes up again"
        done = f"done: {self.done}" if self.done else "nobody said whether it was done"
        helped = f"helped: {self.helped.words}" if self.helped else "nobody said whether it helped"
        return f"{self.owner}, {done}, {helped}"

    @property
    def note(self) -> str:
        return self.ballots


@dataclass(frozen=True, kw_only=True)
class Noted(Line):
    """A note, or several that say the same, under the first of them."""

    texts: tuple[str, ...]
    dots: int

    @property
    def label(self) -> str:
        return self.texts[0]

    @property
    def words(self) -> str:
        return plural(self.dots, "dot") if self.dots else ""

    @property
    def note(self) -> str:
        return f"The same: {' · '.join(self.texts[1:])}" if len(self.texts) > 1 else ""


@dataclass(frozen=True, kw_only=True)
class RetrospectiveMinutes(Minutes):
    """`said` are the notes by their question, those with most dots first."""

    changes: tuple[Decided, ...] = ()
    reviews: tuple[Reviewed, ...] = ()
    said: tuple[tuple[str, tuple[Noted, ...]], ...] = ()
    unsaid: str = ""

    @property
    def decided(self) -> list[Section]:
        return [
            Section("changes", "What we change", self.changes),
            Section("reviews", "What became of the last changes", self.reviews),
            Section("gathered", "Notes", (), self.unsaid),
            *(Section(f"notes-{place}", question, notes) for place, (question, notes) in enumerate(self.said, 1)),
        ]
