"""An item as it is listed: what was searched for is marked in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row

from triage.boards.category import Category
from triage.finding.words import Marker
from triage.items.state import State


@dataclass(frozen=True)
class Found:
    """`excerpt` is from the text that `where` names; `hit` is the merged item for which this one goes on, if it is it
    that was hit."""

    item: Row[Any]
    title: Markup
    tags: Sequence[Markup]
    where: str
    excerpt: Markup
    hit: Markup

    @property
    def is_exitless(self) -> bool:
        item = self.item
        return item.category is Category.CATASTROPHIC and item.state is State.OPEN and not (item.owner or item.until)


def found(row: Row[Any], marker: Marker, comments: str = "") -> Found:
    """A row of the search; its excerpt shows most of the words that neither its title nor its tags show."""
    heading = " ".join([_code(row.number), row.title, *row.tags])
    hit, where, excerpt = "", "", ""
    if row.hit_id is not None:
        hit = f"D-{row.hit_number} {row.hit_title}" if row.hit_id != row.id else ""
        shown = marker.found_in(f"{heading} {hit}")
        texts = {**_texts(row), "Comments": comments}
        where = max(texts, key=lambda name: len(marker.found_in(texts[name]) - shown))
        where = where if marker.found_in(texts[where]) - shown else ""
        excerpt = texts.get(where, "")
    return Found(
        item=row,
        title=marker.marked(row.title),
        tags=[marker.marked(tag) for tag in row.tags],
        where=where,
        excerpt=marker.excerpt(excerpt),
        hit=marker.marked(hit),
    )


def own_text(row: Row[Any]) -> str:
    """All that is written in the item that was hit, but its comments."""
    return " ".join([_code(row.hit_number), row.hit_title, *row.hit_tags, *_texts(row).values()])


def _code(number: int) -> str:
    """As it is indexed, so that both ways to write it are found."""
    return f"D-{number} D{number}"


def _texts(row: Row[Any]) -> dict[str, str]:
    return {"Paths": " ".join(row.hit_paths), "Why": row.hit_why, "Fix": row.hit_fix}
