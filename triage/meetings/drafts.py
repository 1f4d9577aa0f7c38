"""What people submit in a meeting."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from triage.boards.category import Category
from triage.items.drafts import OptionalId
from triage.meetings.agenda import Phase
from triage.refusal import Refused
from triage.web.drafts import Draft, Id, Line, Text


class PlanDraft(Draft):
    """A moment as the team's clock shows it; none to start at once."""

    planned_for: Annotated[datetime | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, title="day and time"
    )


class TurnDraft(Draft):
    """The turn that a request believes the meeting to be in; `back` instead of `turn` to go back, `to` says how far."""

    turn: OptionalId = None
    back: OptionalId = None
    to: Phase | None = None


class TimerDraft(Draft):
    minutes: Literal["1", "2"]


class ReadyDraft(Draft):
    turn: Id
    ready: bool


class BallotDraft(Draft):
    """The item, under the name of what it is said to be; `none` takes that back.

    The address holds no item: who reads a log of addresses and times could count.
    """

    cheap: OptionalId = None
    expensive: OptionalId = None
    catastrophic: OptionalId = None
    none: OptionalId = None

    @property
    def category(self) -> Category | None:
        """Raises Refused when nothing is said of any item."""
        if self.none is not None:
            return None
        for category in (Category.CHEAP, Category.EXPENSIVE, Category.CATASTROPHIC):
            if getattr(self, category) is not None:
                return category
        raise Refused("Choose cheap, expensive or catastrophic.")

    @property
    def item(self) -> int:
        says = self.category
        return getattr(self, says or "none")  # type: ignore[no-any-return]


class DotDraft(Draft):
    """The item that gets a dot, or from which one is taken back."""

    add: OptionalId = None
    take: OptionalId = None


class BudgetDraft(Draft):
    dots: Annotated[int, Field(ge=1, le=20)]
    dots_per_item: Annotated[int, Field(ge=1, le=20, title="dots on one item")]


class FocusDraft(Draft):
    """A step from the item that the chair saw in focus, or an item of the agenda."""

    step: Literal["next", "previous", "later"] | None = None
    seen: OptionalId = None
    item: OptionalId = None


class PostponeDraft(Draft):
    commitment: OptionalId = None
    item: OptionalId = None


class NothingDraft(Draft):
    why: Annotated[Text, Field(min_length=1, max_length=500)]


class UndoDraft(Draft):
    event: Id


class PulseDraft(Draft):
    worth: Annotated[int, Field(ge=1, le=5)]


class GuestDraft(Draft):
    name: Annotated[Line, Field(min_length=1, max_length=40)]
