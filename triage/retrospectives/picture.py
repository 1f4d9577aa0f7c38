"""The record of changes as a picture: a column for each day on which some were decided, by what became of them."""

from collections.abc import Callable
from itertools import groupby

from markupsafe import Markup

from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.record import Fate, Record
from triage.web import chart
from triage.web.chart import Layer
from triage.web.filters import day

LAYERS: list[tuple[str, str, Callable[[Fate], bool]]] = [
    ("Helped", "kept", lambda fate: fate.helped is Helped.YES),
    ("Done, did not help", "partly", lambda fate: fate.helped is Helped.NO and fate.done is not Done.NO),
    ("Not done, did not help", "missed", lambda fate: fate.helped is Helped.NO and fate.done is Done.NO),
    ("Not known yet", "open", lambda fate: not fate.is_judged),
]
MOST_COLUMNS = 26


def picture(record: Record) -> Markup:
    """Empty while nothing was decided."""
    columns = [(on, list(fates)) for on, fates in groupby(record.fates, lambda fate: fate.decided_on)][-MOST_COLUMNS:]
    if not columns:
        return Markup("")
    return chart.stacks(
        id="changes",
        title="Changes by the day of their retrospective, and what became of them",
        desc=record.sentence,
        labels=[day(on) for on, _fates in columns],
        layers=[Layer(name, kind, [sum(map(is_so, fates)) for _on, fates in columns]) for name, kind, is_so in LAYERS],
        unit="changes",
    )
