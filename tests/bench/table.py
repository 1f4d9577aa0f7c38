"""What a bench found, as lines of one table; and the little arithmetic that all of them need."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from statistics import median


@dataclass(frozen=True)
class Line:
    """`beside` is what the figure is compared with, measured in turns with it."""

    what: str
    measured: str
    beside: str = ""
    ratio: str = ""
    goal: str = ""


HEAD = Line("", "measured", "beside", "ratio", "goal")


def show(lines: Iterable[Line]) -> str:
    rows = [astuple(line) for line in (HEAD, *lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    what, *others = widths
    return "\n".join(
        "  ".join([row[0].ljust(what), *(text.rjust(width) for text, width in zip(row[1:], others, strict=True))])
        for row in rows
    )


def compared(what: str, ours: Sequence[float], other: Sequence[float], goal: str) -> Line:
    """Medians of what was measured in turns."""
    mine, its = median(ours), median(other)
    return Line(what, ms(mine), ms(its), f"{mine / its:.2f}", goal)


def in_turns(rounds: int, *measures: Callable[[], float], warm_up: int = 5) -> list[list[float]]:
    """Each measure once a round, in alternating order, so that a busy moment of the machine falls on all of them."""
    for _ in range(warm_up):
        for measure in measures:
            measure()
    found: list[list[float]] = [[] for _ in measures]
    order = list(enumerate(measures))
    for _ in range(rounds):
        order.reverse()
        for place, measure in order:
            found[place].append(measure())
    return found


def percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def kb(size: int) -> str:
    return f"{size / 1000:.1f} kB"
