"""A table of the history: the same rows for the page, for CSV, for JSON and for Markdown."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # some spreadsheets read the wide ones too


class Named(NamedTuple):
    """An item, as a table shows it; `board` is named where there are several."""

    id: int
    number: int
    title: str
    board: str = ""

    @property
    def code(self) -> str:
        return f"{self.board} D-{self.number}".strip()

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


Value = Named | str | int | float | date | None
P = TypeVar("P")


class Rows(Sequence[Any], Generic[P]):
    """Rows that are made when they are read, all that are asked for at once: a page shows a hundred of thousands."""

    def __init__(self, count: int, parts: Callable[[], Iterator[P]], make: Callable[[Sequence[P]], list[Any]]) -> None:
        self._count, self._parts, self._make = count, parts, make

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, which: Any) -> Any:
        if not isinstance(which, slice):
            return self[which : which + 1][0]
        return self._make(list(islice(self._parts(), which.start, which.stop, which.step)))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._make(list(self._parts())))


@dataclass(frozen=True)
class Table:
    """`key` is its name in addresses and files."""

    key: str
    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]

    @property
    def csv(self) -> str:
        """For spreadsheets: what one of them would take for a formula has a quote mark before it."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        writer.writerows([_cell(value) for value in row] for row in self.rows)
        return out.getvalue()

    @property
    def records(self) -> list[dict[str, Any]]:
        """For JSON."""
        return [{column: _plain(value) for column, value in zip(self.columns, row, strict=True)} for row in self.rows]


def _plain(value: Value) -> Any:
    if isinstance(value, Named):
        about = {"id": value.id, "number": f"D-{value.number}", "title": value.title}
        return about | ({"board": value.board} if value.board else {})
    return value.isoformat() if isinstance(value, date) else value


def _cell(value: Value) -> str | int | float:
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
