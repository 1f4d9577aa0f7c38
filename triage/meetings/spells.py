"""How long a meeting was in each phase, from what it recorded. A pure rule."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from triage.meetings.agenda import Phase

ENTERING = ("meeting.entered", "meeting.went_back", "meeting.reopened")
ENDING = ("meeting.closed", "meeting.ended_itself")


class Happening(Protocol):
    """An event, as far as this needs it."""

    @property
    def action(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def what(self) -> Mapping[str, Any]: ...


def spells(happened: Iterable[Happening], until: datetime) -> dict[Phase, timedelta]:
    """The time in each phase, in the order of the events; the phase that goes on counts to `until`.

    The time between the close and a reopening belongs to no phase. A meeting that everybody left counts to its last
    sign of life: that it ended by itself is written down later.
    """
    spent: dict[Phase, timedelta] = {}
    phase: Phase | None = None
    since = sign = until
    for event in happened:
        if event.action in (*ENTERING, *ENDING):
            if phase is not None:
                end = sign if event.action == "meeting.ended_itself" else event.at
                spent[phase] = spent.get(phase, timedelta()) + max(end - since, timedelta())
            phase = None if event.action in ENDING else Phase(event.what.get("now", Phase.CLOSE).lower())
            since = event.at
        if event.action.startswith("meeting."):
            sign = event.at
    if phase is not None:
        spent[phase] = spent.get(phase, timedelta()) + max(until - since, timedelta())
    return spent
