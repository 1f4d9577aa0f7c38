"""Searching in the tests."""

from collections.abc import Callable

import pytest

from triage.boards.models import Board
from triage.database import db
from triage.finding.drafts import SearchDraft
from triage.finding.found import Found
from triage.finding.search import Search
from triage.items.drafts import ItemDraft
from triage.items.models import Item

Find = Callable[..., list[int]]


@pytest.fixture
def search(board: Board) -> Callable[..., Search]:
    """`search("foo", category="cheap")`: as the address asks for it."""

    def ask(q: str = "", **filters: str) -> Search:
        return Search(board, SearchDraft.asked({"q": q, **filters})[0])

    return ask


@pytest.fixture
def find(search: Callable[..., Search]) -> Find:
    """The numbers of the items that are found, in their order."""
    return lambda *args, **filters: [found.item.number for found in search(*args, **filters).found]


@pytest.fixture
def only(search: Callable[..., Search]) -> Callable[..., Found]:
    def find_one(*args: str, **filters: str) -> Found:
        (found,) = search(*args, **filters).found
        return found

    return find_one


@pytest.fixture
def report(board: Board) -> Callable[..., Item]:
    """`report("Title", why="…")`: an item, written down."""

    def write(title: str, **words: object) -> Item:
        item = Item.report(board, ItemDraft(title=title, **words), by=None)
        db.session.commit()
        return item

    return write
