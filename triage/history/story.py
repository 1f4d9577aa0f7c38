"""History: what leads read of some boards in some sprints, and what its figures are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import repeat
from zoneinfo import ZoneInfo

from flask import url_for
from markupsafe import Markup

from triage.boards.category import Category
from triage.clock import now
from triage.commitments.sprint import Span
from triage.history.facts import Facts
from triage.history.series import DAY, Told
from triage.history.table import Named, Table
from triage.web import chart
from triage.web.chart import Layer, Mark
from triage.web.filters import plural

CATEGORIES = [category.value for category in reversed(Category)]
NO_PICTURE = Markup("")


@dataclass(frozen=True)
class Figure:
    """`headline` is it in a few words. `before` compares it with the sprints before, where there is a record of them;
    `notes` say more about it. An answer has its sentence and its picture on top of the page.
    """

    key: str
    name: str
    sentence: str
    tables: Sequence[Table]
    picture: Markup = NO_PICTURE
    headline: str = ""
    before: str = ""
    notes: Sequence[str] = ()
    is_answer: bool = False

    @property
    def proof(self) -> str:
        """Which of its tables names the items that make it true."""
        return next((table.key for table in self.tables if "Item" in table.columns), self.tables[0].key)


class History:
    """Some sprints of some boards. Its lists have an entry for each of its sprints, the first one first."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.unit = facts.team.unit
        self.spans: list[Span] = facts.spans[facts.before :]
        self.told: list[Told] = facts.told[facts.before :]
        self.earlier: list[Told] = facts.told[facts.before - len(self.spans) : facts.before] if self.has_before else []

    @cached_property
    def has_before(self) -> bool:
        """Is there a record of as many sprints before these?"""
        return self.facts.before - len(self.spans) >= self.facts.known_from

    @property
    def is_new(self) -> bool:
        """Is there nothing yet that it could tell?"""
        return not (self.facts.commitments or self.facts.open or any(told.life.changes for told in self.told))

    @property
    def range(self) -> str:
        """`sprints 3 to 8`."""
        first, last = self.facts.first, self.facts.last
        return f"sprint {first}" if first == last else f"sprints {first} to {last}"

    @property
    def latest_first(self) -> list[tuple[Span, Told]]:
        return list(zip(self.spans, self.told, strict=True))[::-1]

    @property
    def is_known(self) -> list[bool]:
        """Of each sprint: was one of the boards there?"""
        unknown = max(self.facts.known_from - self.facts.before, 0)
        return [place >= unknown for place in range(len(self.spans))]

    def compared(self, sentence: str) -> str:
        """With the sprints before, if there is something to compare."""
        if not (sentence and self.has_before):
            return ""
        those = f"{len(self.spans)} sprints" if len(self.spans) > 1 else "sprint"
        return f"In the {those} before: {sentence}."

    def compared_at_end(self, amount: str) -> str:
        """The same of what was so at their end."""
        return self.compared(f"{amount} at {'their' if len(self.spans) > 1 else 'its'} end" if amount else "")

    def since_begin(self, amounts: Sequence[int]) -> Sequence[int]:
        """Amounts of all sprints, those to be compared with left out."""
        return amounts[self.facts.before :]

    def before(self, amounts: Sequence[int]) -> Sequence[int]:
        """Those of the sprints to be compared with."""
        return amounts[self.facts.before - len(self.spans) : self.facts.before] if self.has_before else []

    def day_of(self, moment: float) -> date:
        """The team's day of a moment in seconds."""
        return datetime.fromtimestamp(moment, ZoneInfo(self.facts.team.time_zone)).date()

    def age(self, item_id: int) -> float:
        """In days."""
        return (now().timestamp() - self.facts.thing(item_id).reported) / DAY

    def stacks(
        self, key: str, title: str, layers: Sequence[Layer], *, desc: str, has_marks: bool = False, unit: str = ""
    ) -> Markup:
        """Columns, one for each sprint."""
        if not any(value for layer in layers for value in layer.values):
            return NO_PICTURE
        return chart.stacks(
            id=key,
            title=title,
            desc=desc,
            labels=[f"Sprint {span.number}" for span in self.spans],
            layers=[layer for layer in layers if any(layer.values)],
            marks=self._marks if has_marks else (),
            unit=unit,
        )

    def gaps(self, values: Sequence[float | None]) -> list[float | None]:
        """With nothing where there is no record, which is not the same as none."""
        return [value if is_known else None for value, is_known in zip(values, self.is_known, strict=True)]

    @property
    def _marks(self) -> list[Mark]:
        merged = [len(told.life.merged) for told in self.told]
        kinds = (
            ("meeting", self.since_begin(self.facts.meetings), "triage", "triages"),
            ("waiver", self.since_begin(self.facts.waivers_granted), "waiver granted", "waivers granted"),
            ("merge", merged, "item merged", "items merged"),
        )
        return [
            Mark(place, kind, plural(count, one, many))
            for kind, counts, one, many in kinds
            for place, counted in enumerate(counts)
            for count in repeat(counted, min(counted, 1))
        ]


def link(item: Named) -> str:
    return url_for("items.show", item_id=item.id)


def by_category(what: str, those: Sequence[Mapping[int, str]], *, is_below: bool = False) -> list[Layer]:
    """A layer for each category: how many items of it each sprint has."""
    counted = [list(each.values()) for each in those]
    return [
        Layer(
            name=f"{category.capitalize()} {what}".strip(),
            kind=category,
            values=[each.count(category) for each in counted],
            is_below=is_below,
            short=category.capitalize(),
        )
        for category in CATEGORIES
    ]


def days(count: float) -> str:
    """`1 day`, `12 days`."""
    return plural(int(count), "day") if count >= 1 else "less than a day"
