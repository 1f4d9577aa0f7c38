"""How long a ritual was in each phase, from what it recorded. A pure rule."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from triage.rooms.phases import RoomPhase

Phase = TypeVar("Phase", bound=RoomPhase)

ENTERING = ("entered", "went_back", "reopened")
ENDING = ("closed", "ended_itself")


class Happening(Protocol):
    """An event, as far as this needs it."""

    @property
    def action(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def what(self) -> Mapping[str, Any]: ...


def spells(happened: Iterable[Happening], until: datetime, phases: type[Phase]) -> dict[Phase, timedelta]:
    """The time in each phase, in the order of the events; the phase that goes on counts to `until`.

    The events are those of one ritual alone. The time between the close and a reopening belongs to no phase. A ritual
    that everybody left counts to its last sign of life: that it ended by itself is written down later.
    """
    spent: dict[Phase, timedelta] = {}
    phase: Phase | None = None
    since = sign = until
    for event in happened:
        action = event.action.partition(".")[2]
        if action in (*ENTERING, *ENDING):
            if phase is not None:
                end = sign if action == "ended_itself" else event.at
                spent[phase] = spent.get(phase, timedelta()) + max(end - since, timedelta())
            phase = None if action in ENDING else _phase(event, phases)
            since = event.at
        sign = event.at
    if phase is not None:
        spent[phase] = spent.get(phase, timedelta()) + max(until - since, timedelta())
    return spent


def _phase(event: Happening, phases: type[Phase]) -> Phase:
    """The one that was entered; what is reopened is in its last."""
    name = event.what.get("now")
    return next(phase for phase in phases if phase.label == name) if name else [*phases][-1]
