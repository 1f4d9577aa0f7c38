"""The words of items, as each database keeps them (migration 0004), and which items a search hits.

Both cut a piece of a search into words as they cut the items' texts, so no search can be mistaken for a command.
"""

from functools import reduce
from typing import Any

from sqlalchemy import Float, Integer, Select, Text, cast, column, func, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from triage.finding.words import pieces

# Of number and title · tags and paths · why and fix · comments, the last one first; SQLite's stand in the migration.
WEIGHTS = "{0.1, 0.3, 0.5, 1}"


def hits(text: str, dialect: str) -> Select[Any]:
    """The items that hold all pieces of a search: `item_id`, `in_title` (all of them), and `rank`, the best lowest."""
    return _sqlite(text) if dialect == "sqlite" else _postgresql(text)


def _sqlite(text: str) -> Select[Any]:
    words = table("item_words", column("rowid", Integer), column("rank", Float))
    # Within quotes all is text; the star lets the last word go on.
    wanted = " AND ".join('"{}" *'.format(piece.replace('"', '""')) for piece in pieces(text))
    matches = literal_column("item_words").op("MATCH")
    titled = select(words.c.rowid).where(matches(f"{{number title}} : ({wanted})")).cte("titled")
    return select(
        words.c.rowid.label("item_id"),
        words.c.rowid.in_(select(titled.c.rowid)).label("in_title"),
        words.c.rank.label("rank"),
    ).where(matches(wanted))


def _postgresql(text: str) -> Select[Any]:
    words = table("item_words", column("item_id", Integer), column("words", TSVECTOR))
    wanted = reduce(lambda one, other: one.op("&&")(other), map(_query, pieces(text)))
    return select(
        words.c.item_id,
        func.ts_filter(words.c.words, literal_column("'{a}'::\"char\"[]")).op("@@")(wanted).label("in_title"),
        (-func.ts_rank(literal_column(f"'{WEIGHTS}'::real[]"), words.c.words, wanted)).label("rank"),
    ).where(words.c.words.op("@@")(wanted))


def _query(piece: str) -> Any:
    """The words of a piece one behind the other, the last one as a beginning; nothing when there are none."""
    phrase = func.phraseto_tsquery(literal_column("'simple'"), func.plain_words(piece))
    return cast(func.nullif(cast(phrase, Text), "").op("||")(":*"), TSQUERY)
