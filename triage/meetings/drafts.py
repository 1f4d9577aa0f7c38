"""What people submit in a triage, beside what they do in every room."""

from typing import Annotated, Literal

from pydantic import Field

from triage.boards.category import Category
from triage.refusal import Refused
from triage.web.drafts import Draft, Id, OptionalId, Text


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
