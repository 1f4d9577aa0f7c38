"""What people submit in every room."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from triage.web.drafts import Draft, Id, Line, OptionalId


class PlanDraft(Draft):
    """A moment as the team's clock shows it; none to start at once."""

    planned_for: Annotated[datetime | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, title="day and time"
    )


class TurnDraft(Draft):
    """The turn that a request believes the room to be in; `back` instead of `turn` to go back, `to` says how far."""

    turn: OptionalId = None
    back: OptionalId = None
    to: Line | None = None


class TimerDraft(Draft):
    minutes: Literal["1", "2"]


class ReadyDraft(Draft):
    turn: Id
    ready: bool


class DotDraft(Draft):
    """What gets a dot, or has one taken back."""

    add: OptionalId = None
    take: OptionalId = None


class BudgetDraft(Draft):
    dots: Annotated[int, Field(ge=1, le=20)]
    dots_per_item: Annotated[int, Field(ge=1, le=20, title="dots on one item")]


class PulseDraft(Draft):
    worth: Annotated[int, Field(ge=1, le=5)]


class GuestDraft(Draft):
    name: Annotated[Line, Field(min_length=1, max_length=40)]
