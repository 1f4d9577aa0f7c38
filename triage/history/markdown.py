"""The history as Markdown, to be pasted: each figure as its sentence, and its tables as far as people read them."""

from collections.abc import Iterable
from datetime import date

from triage.history.story import Figure
from triage.history.table import Table, Value
from triage.rooms.document import plain

LONGEST = 26  # rows


def history_md(name: str, range: str, figures: Iterable[Figure], address: str) -> str:
    head = [f"# {plain(name)}: paydown history, {range}", "", f"From [Triage]({address}).", ""]
    return "\n".join([*head, *(line for figure in figures for line in _figure(figure))])


def _figure(figure: Figure) -> list[str]:
    said = [sentence for sentence in (figure.sentence, figure.before, *figure.notes) if sentence]
    tables = (line for one in figure.tables for line in _table(one))
    return [f"## {figure.name}", "", plain(" ".join(said)), "", *tables]


def _table(table: Table) -> list[str]:
    if not table.rows:
        return []
    left = len(table.rows) - LONGEST
    return [
        "| " + " | ".join(plain(column) for column in table.columns) + " |",
        "| " + " | ".join("---" for _column in table.columns) + " |",
        *("| " + " | ".join(_cell(value) for value in row) + " |" for row in table.rows[:LONGEST]),
        *(["", f"And {left} more."] if left > 0 else []),
        "",
    ]


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return value.isoformat() if isinstance(value, date) else plain(str(value))
