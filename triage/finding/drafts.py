"""What people ask for, as it stands in the address."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import parse_qsl, urlencode

from pydantic import AfterValidator, Field

from triage.boards.category import Category
from triage.web.drafts import Draft, Id, Line, clean
from triage.web.filters import plural

LONGEST, QUERY = 200, 2_000
PAGE, MOST = 50, 1_000


class Which(StrEnum):
    """Of which state; merged items are found as the one that goes on for them."""

    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"
    DROPPED = "dropped"
    ANY = "any"

    @property
    def label(self) -> str:
        return "Open and closed" if self is Which.ANY else self.value.capitalize()

    def noun(self, count: int) -> str:
        """`1 open item`, `No item`."""
        item = "item" if self is Which.ANY else f"{self} item"
        return plural(count, item) if count else f"No {item}"


class Sort(StrEnum):
    MATCH = "match"
    AGE = "age"
    INTEREST = "interest"

    @property
    def label(self) -> str:
        return {"match": "Best match", "age": "Oldest first", "interest": "What hurts most"}[self]


def _words(text: str) -> str:
    """Nobody is asked to search again because of a character that cannot be seen."""
    return " ".join(clean(text).split())[:LONGEST].strip()


def _tag(text: str) -> str:
    return _words(text).lstrip("#").lower()


class Asked(Draft):
    """What an address asks a page of a list for. What is left out is not asked for."""

    q: Annotated[str, AfterValidator(_words)] = ""
    show: Annotated[int, Field(ge=PAGE, le=MOST)] = PAGE

    @classmethod
    def asked(cls, address: Mapping[str, str]) -> tuple[Self, list[str]]:
        asked, said = super().asked(address)
        if len(address.get("q", "")) > LONGEST:
            said.insert(0, f"Only the first {LONGEST} characters are searched for.")
        return asked, said

    @property
    def address(self) -> dict[str, str | int]:
        """As it stands in an address, without what is as usual."""
        given = self.model_dump(mode="json", exclude_defaults=True)
        return {name: int(value) if value is True else value for name, value in given.items()}

    @property
    def query(self) -> str:
        return urlencode(self.address)

    @property
    def more(self) -> Self:
        """The same, and a page more of what is found."""
        return self.model_copy(update={"show": min(self.show + PAGE, MOST)})


class SearchDraft(Asked):
    """A search of one board's items."""

    category: Category | None = None
    state: Which = Which.OPEN
    tag: Annotated[str, AfterValidator(_tag)] = ""
    owner: Id | None = None
    weeks: Annotated[int, Field(ge=1, le=999)] | None = None
    path: Annotated[str, AfterValidator(_words)] = ""
    rising: bool = False
    exitless: bool = Field(default=False, title="without an exit")
    sort: Sort = Sort.MATCH

    @classmethod
    def of_query(cls, query: str) -> Self:
        """The search that a query string holds."""
        return cls.asked(dict(parse_qsl(query)))[0]

    @property
    def filters(self) -> int:
        """How many there are beside the words."""
        usual = type(self)()
        return sum(getattr(self, name) != getattr(usual, name) for name in FILTERS)

    @property
    def closed_too(self) -> Self:
        return self.model_copy(update={"state": Which.ANY, "show": PAGE})


FILTERS = ("category", "state", "tag", "owner", "weeks", "path", "rising", "exitless")


class SavedSearchDraft(Draft):
    name: Annotated[Line, Field(min_length=1, max_length=60)]
    query: Annotated[str, Field(max_length=QUERY)] = ""
