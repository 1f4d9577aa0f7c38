"""Items told as rows of a table."""

from collections.abc import Iterator, Sequence

from triage.debtlog.blocks import Line, Table, link_targets, unlinked
from triage.debtlog.fields import Value
from triage.debtlog.item import Found, is_item_title
from triage.debtlog.labels import CORE, Means, likely_meaning
from triage.debtlog.sections import is_only_level
from triage.debtlog.titles import Title, read_title
from triage.debtlog.words import DONE_MARKS, vocabulary, words
from triage.items.state import State

# Columns of remarks: they say more about an item, and name one only when no table has a better column.
_REMARKS = vocabulary(
    "notes note comment comments remarks context background observation observations scope current details"
)


def columns(table: Table) -> list[Means | None]:
    return [likely_meaning(name.strip("*")) for name in table.header]


def title_column(table: Table, *, is_only_table: bool) -> int | None:
    """Which column names the item: a title, else what is wrong. None when these rows are not items."""
    known = columns(table)
    others = {means for means in known if means in CORE or means in (Means.STATUS, Means.ID, Means.AREA, Means.LINKS)}
    titles = [at for at, means in enumerate(known) if means is Means.TITLE]
    wrongs = [
        at for at, means in enumerate(known) if means is Means.WHY and not _REMARKS & set(words(table.header[at]))
    ]
    if titles:
        return titles[0] if others or len(known) == 1 else None
    if wrongs:
        return None if _is_legend(table, known) else wrongs[0]
    if is_only_table and len(others & (CORE | {Means.STATUS})) > 1:
        remarks = [at for at, means in enumerate(known) if means is Means.WHY]
        places = [at for at, means in enumerate(known) if means in (None, Means.AREA, Means.PATHS)]
        return next(iter([*remarks, *places]), None)
    return None


def _is_legend(table: Table, known: list[Means | None]) -> bool:
    """A key to severities or states: its first column names each of them once, and there is little else."""
    firsts = [unlinked(row[0]) for _, row in table.rows[:9]]
    is_scale = known[0] in (Means.SEVERITY, Means.STATUS, Means.AREA, None) and len(set(firsts)) == len(firsts) <= 8
    has_more = {Means.PATHS, Means.ID, Means.FIX, Means.SIZE, Means.IMPACT} & set(known[1:])
    return is_scale and not has_more and (known[0] is not Means.AREA or len(known) < 3)


def table_items(table: Table, lines: Sequence[Line], at: int, prefixes: frozenset[str]) -> Iterator[Found]:
    known = columns(table)
    for line, row in table.rows:
        if at >= len(row) or is_only_level(row[at]):
            continue
        title = read_title(row[at], prefixes)
        if any(len(cell) > 4 and cell.startswith("~~") and cell.endswith("~~") for cell in row):
            title.state = title.state or State.PAID
        values = []
        for column, (name, means, cell) in enumerate(zip(table.header, known, row, strict=False)):
            if means is Means.ID:
                _take_id(title, cell, prefixes)
            elif column != at and cell.strip(" -\u2013\u2014"):
                text = cell.replace("<br>", "\n").replace("<br/>", "\n").replace("~~", "")
                values.append(Value(means or Means.OTHER, name.strip("*` "), text.split("\n")))
        if is_item_title(title) or (known[at] is Means.ID and title.id):
            number = lines[line].number
            yield Found("table", title, values, (number, number))


def _take_id(title: Title, cell: str, prefixes: frozenset[str]) -> None:
    """The id in a cell of its own; a plain number only counts the rows."""
    told = unlinked(cell).strip("*`~#. " + DONE_MARKS)
    title.anchors += tuple(target[1:] for target in link_targets(cell) if target.startswith("#"))
    if told and not told.isdigit():
        title.id = read_title(told, prefixes).id or told
    if "~~" in cell or any(mark in cell for mark in DONE_MARKS):
        title.state = title.state or State.PAID
