"""What people submit about a team, validated in one place."""

from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from triage.teams.roles import Role
from triage.web.drafts import Draft, Id, Line

# It reads hundreds of files.
_zones = cache(available_timezones)


def _known_zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("This time zone is not known. It looks like Europe/Berlin or UTC.")
    return value


Name = Annotated[Line, Field(min_length=1, max_length=80)]


class TeamDraft(Draft):
    name: Name


class TeamSettingsDraft(Draft):
    name: Name
    unit: Literal["days", "points"]
    sprint_days: Annotated[int, Field(ge=1, le=60)]
    budget_percent: Annotated[int, Field(ge=0, le=100)]
    time_zone: Annotated[Line, Field(max_length=60), AfterValidator(_known_zone)]


class RoleDraft(Draft):
    role: Role


class DeciderDraft(Draft):
    user: Id
