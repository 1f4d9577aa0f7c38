"""What people submit about a team, validated in one place."""

from functools import cache
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from triage.teams.roles import Role
from triage.web.drafts import Draft, Id, Line

# It reads hundreds of files.
_zones = cache(available_timezones)


def _known_zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("This time zone is not known. It looks like Europe/Berlin or UTC.")
    return value


def _number(value: Any) -> Any:
    """`40`, `37.5`, `37,5`; an empty field is no number."""
    return value.strip().replace(",", ".") or None if isinstance(value, str) else value


Dots = Annotated[int, Field(ge=1, le=20)]
Capacity = Annotated[Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] | None, BeforeValidator(_number)]
Name = Annotated[Line, Field(min_length=1, max_length=80)]
Question = Annotated[Line, Field(min_length=1, max_length=80)]


class TeamDraft(Draft):
    name: Name


class TeamSettingsDraft(Draft):
    name: Name
    unit: Literal["days", "points"]
    sprint_days: Annotated[int, Field(ge=1, le=60)]
    budget_percent: Annotated[int, Field(ge=0, le=100)]
    capacity: Capacity
    dots: Dots
    dots_per_item: Dots
    kept_prompt: Annotated[Question, Field(title="first question")]
    slowed_prompt: Annotated[Question, Field(title="second question")]
    puzzled_prompt: Annotated[Question, Field(title="third question")]
    guests_vote: bool = False  # a box without its tick sends nothing
    time_zone: Annotated[Line, Field(max_length=60), AfterValidator(_known_zone)]

    @field_validator("dots_per_item")
    @classmethod
    def _is_not_more_than_there_are(cls, value: int, info: ValidationInfo) -> int:
        if value > info.data.get("dots", value):
            raise ValueError(f"A person has {info.data['dots']} dots, so at most that many can be on one item.")
        return value


class RoleDraft(Draft):
    role: Role


class DeciderDraft(Draft):
    user: Id
