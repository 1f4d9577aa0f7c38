"""Where a ritual is found: every kind has the same addresses, each under its own name."""

from flask import url_for

from triage.rooms.models import Ritual


def address(ritual: Ritual, endpoint: str = "show", **values: object) -> str:
    """`/meetings/4/phase`, `/retrospectives/5/phase`."""
    return url_for(f"{ritual.event_kind}s.{endpoint}", **named(ritual), **values)  # type: ignore[arg-type]


def named(ritual: Ritual) -> dict[str, int]:
    """What an address calls it: `meeting_id=4`."""
    return {f"{ritual.event_kind}_id": ritual.id}
