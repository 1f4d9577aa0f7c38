"""What people submit on the board."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from triage.boards.category import Category
from triage.web.drafts import Draft, Id

MOST_AT_ONCE = 500


def _picked(value: Any) -> tuple[str, str | None]:
    """`17:234`, the item and the version of it that was seen; `17` says nothing of what was seen."""
    item, _colon, seen = str(value).partition(":")
    return item, seen or None


class PlacesDraft(Draft):
    """Cards that go to a category together."""

    items: Annotated[
        list[Annotated[tuple[Id, Id | None], BeforeValidator(_picked)]],
        Field(min_length=1, max_length=MOST_AT_ONCE, title="What is selected"),
    ]
    category: Category
