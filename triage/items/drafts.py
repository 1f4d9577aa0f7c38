"""What people submit about an item, validated in one place for forms, imports and the command line."""

import re
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from triage.boards.category import Category
from triage.items.duration import read_minutes
from triage.items.spread import Spread
from triage.web.drafts import Draft, Id, Line, OptionalId, Text

TITLE, WORDS, MANY = 200, 8_000, 40
BRING_BACK = 200


def _lines(value: Any) -> Any:
    """A text area with one per line, or a list."""
    return [part for part in (line.strip() for line in value.split("\n")) if part] if isinstance(value, str) else value


def _comma_separated(value: Any) -> Any:
    if isinstance(value, str):
        value = [part.strip().lstrip("#").lower() for part in value.replace("\n", ",").split(",")]
    return [part for part in dict.fromkeys(value) if part] if isinstance(value, list | tuple) else value


def _number(value: Any) -> Any:
    """`3`, `2.5`, `2,5`; an empty field is no size."""
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
        return value or None
    return value


def _path(value: str) -> str:
    if "`" in value:
        raise ValueError(f"A path holds no backticks: {value[:40]}")
    return value


def _tag(value: str) -> str:
    if "," in value:
        raise ValueError("Tags are separated by commas, so a tag holds none.")
    return value.lower()


def link(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or any(c in value for c in " <>"):
        raise ValueError(f"A link begins with https:// or http://, unlike “{value[:40]}”.")
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError("Choose a day, or write it as 2027-03-31.") from None


def _code(value: Any) -> int:
    """`D-17`, `d17`, `17`."""
    found = re.fullmatch(r"(?:D-?)?([0-9]{1,9})", str(value).strip(), re.IGNORECASE)
    if found is None:
        raise ValueError("Name the item by its number, like D-17.")
    return int(found[1])


Title = Annotated[Line, Field(min_length=1, max_length=TITLE)]
Words = Annotated[Text, Field(max_length=WORDS)]
Size = Annotated[Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] | None, BeforeValidator(_number)]

Reason = Annotated[Text, Field(min_length=1, max_length=1_000)]
Day = Annotated[date, BeforeValidator(_day)]
Link = Annotated[Line, Field(max_length=500), AfterValidator(link)]


class ReportDraft(Draft):
    title: Title


class ItemDraft(Draft):
    """All that can be written about an item, but its category and place."""

    title: Title
    why: Words = ""
    fix: Words = ""
    size: Size = None
    spread: Spread = Spread.UNKNOWN
    paths: Annotated[
        list[Annotated[Line, Field(max_length=300), AfterValidator(_path)]],
        BeforeValidator(_lines),
    ] = Field(default_factory=list, max_length=MANY)
    tags: Annotated[
        list[Annotated[Line, Field(max_length=40), AfterValidator(_tag)]],
        BeforeValidator(_comma_separated),
    ] = Field(default_factory=list, max_length=MANY)
    links: Annotated[list[Link], BeforeValidator(_lines)] = Field(default_factory=list, max_length=MANY)


class SeenDraft(Draft):
    """The version of the item that a form was opened on; None where nobody says, and nothing is compared."""

    version: OptionalId = None


class ExitDraft(SeenDraft):
    """What an exit's form carries while its item is still on its way to catastrophic, and so goes there with it."""

    category: Annotated[str, Field(pattern="^(catastrophic)?$")] = ""
    after: OptionalId = None

    @property
    def is_move(self) -> bool:
        return bool(self.category)


class PlaceDraft(SeenDraft):
    """Where a card goes: a category, and the card it comes after (None for the top)."""

    category: Category
    after: OptionalId = None
    why: Words | None = None
    fix: Words | None = None


class StepDraft(Draft):
    """One step in a card's own column."""

    step: Annotated[str, Field(pattern="^(up|down|top|bottom)$")]


class DropDraft(Draft):
    reason: Reason


class PaymentDraft(Draft):
    reason: Annotated[Text, Field(max_length=1_000)] = ""


class InterestDraft(Draft):
    minutes: Annotated[int, BeforeValidator(lambda value: read_minutes(str(value)))]
    note: Annotated[Line, Field(max_length=200)] = ""
    link: Annotated[Line, Field(max_length=500), AfterValidator(lambda value: value and link(value))] = ""


class WaiverDraft(Draft):
    until: Day
    reason: Reason


class RefusalDraft(Draft):
    reason: Reason


class MergeDraft(Draft):
    into: Annotated[int, BeforeValidator(_code)]


class CommentDraft(Draft):
    comment: Annotated[Text, Field(min_length=1, max_length=WORDS)]


class SplitDraft(Draft):
    """Its pieces by their titles, one per line."""

    titles: Annotated[list[Title], BeforeValidator(_lines)]


class BringBackDraft(Draft):
    """When an item comes up again: one of the three."""

    day: Annotated[date | None, BeforeValidator(lambda value: None if value == "" else _day(value))] = None
    sprint: OptionalId = None
    trigger: Annotated[Line, Field(max_length=BRING_BACK)] = ""


class UndoDraft(Draft):
    """An event that somebody takes back, pressed on the page of a board or of an item."""

    event: Id
    page: Annotated[str, Field(pattern="^(board|item)$")] = "board"


class CodeDraft(Draft):
    """An item as people call it, where no page shows it."""

    item: Annotated[int, BeforeValidator(_code)]
