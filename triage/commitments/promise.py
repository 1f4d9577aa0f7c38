"""The promise meter: what a sprint promises, against its debt budget and what was kept before. A pure rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

MIN_RECORD = 2
_SPRINTS = {1: "sprint", 2: "two sprints", 3: "three sprints", 4: "four sprints"}


@dataclass(frozen=True)
class Promise:
    """What is committed in one sprint: its `sizes`, None for those without.

    `budget` is None where nobody knows it. `kept` is what was kept in the sprints before, the oldest first: at most
    four, and only those with a verdict. All in the team's unit.
    """

    sizes: Sequence[float | None] = ()
    budget: float | None = None
    kept: Sequence[float] = ()

    def plus(self, size: float | None) -> "Promise":
        """The same with one commitment more."""
        return replace(self, sizes=(*self.sizes, size))

    @property
    def committed(self) -> float:
        return _tidy(sum(size for size in self.sizes if size is not None))

    @property
    def unsized(self) -> int:
        return sum(size is None for size in self.sizes)

    @property
    def usual(self) -> float | None:
        """What was kept on average."""
        return _tidy(sum(self.kept) / len(self.kept)) if self.kept else None

    @property
    def most_kept(self) -> float | None:
        return max(self.kept, default=None)

    @property
    def is_over_budget(self) -> bool:
        return self.budget is not None and self.committed > _tidy(self.budget)

    @property
    def is_over_record(self) -> bool:
        """More than was ever kept; one sprint alone is no record."""
        return len(self.kept) >= MIN_RECORD and self.committed > _tidy(max(self.kept))

    @property
    def is_over(self) -> bool:
        return self.is_over_budget or self.is_over_record

    @property
    def limit(self) -> float | None:
        """Where it begins to be over, if anywhere."""
        limits = [self.budget] if self.budget is not None else []
        if len(self.kept) >= MIN_RECORD:
            limits.append(max(self.kept))
        return min(limits, default=None)

    @property
    def scale(self) -> float:
        """The far end of a bar that shows all of it."""
        return max(self.committed, self.budget or 0, *self.kept)

    def sentence(self, unit: str) -> str:
        """All of it in words; `unit` is a plural."""
        return f"{self._against_budget(unit)} {self._against_record(unit)}".rstrip()

    def excess(self, unit: str) -> str:
        """In a few words, by what it is over."""
        if self.is_over_budget:
            return self._of_budget(unit)
        return f"{_amount(self.committed, unit)}, never more than {_number(max(self.kept))} kept"

    def _against_budget(self, unit: str) -> str:
        without = f", {self.unsized} without a size" if self.unsized else ""
        if not self.sizes:
            budget = "" if self.budget is None else f" The debt budget is {_amount(self.budget, unit)}."
            return f"Nothing is committed yet.{budget}"
        if self.budget is None:
            return f"{_amount(self.committed, unit)} committed{without}."
        left = _tidy(self.budget - self.committed)
        if left < 0:
            verdict = f"{_number(-left)} over the debt budget"
        elif left:
            verdict = f"{_number(left)} left of the debt budget"
        else:
            verdict = "the whole debt budget"
        return f"{self._of_budget(unit)}{without}: {verdict}."

    def _of_budget(self, unit: str) -> str:
        return f"{_number(self.committed)} of {_amount(self.budget or 0, unit)}"

    def _against_record(self, unit: str) -> str:
        if not self.kept:
            return ""
        *before, last = map(_number, self.kept)
        kept = f"{', '.join(before)} and {last} {unit}" if before else _amount(self.kept[0], unit)
        never = f", never {_number(self.committed)}" if self.is_over_record else ""
        return f"In the last {_SPRINTS[len(self.kept)]} you kept {kept}{never}."


def _tidy(value: float) -> float:
    """Three tenths are not more than 0.1 + 0.2."""
    return round(value, 6)


def _number(value: float) -> str:
    return f"{round(value, 2):g}"


def _amount(value: float, unit: str) -> str:
    number = _number(value)
    return f"{number} {unit.removesuffix('s') if number == '1' else unit}"
