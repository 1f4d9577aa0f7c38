"""Items told as rows of a table, bullets of a list, or fenced blocks."""

import re
from collections.abc import Iterator, Sequence

from triage.debtlog.blocks import Fence, Line, Table, bullet_text, dedented, is_bullet, is_rule, link_targets, unlinked
from triage.debtlog.entry import State
from triage.debtlog.fields import Value, pairs, read_values
from triage.debtlog.item import Found
from triage.debtlog.labels import CORE, Means, likely_meaning, meaning
from triage.debtlog.outline import Section
from triage.debtlog.titles import Title, read_title
from triage.debtlog.words import is_only_level, words

_NOTHING = {
    "none",
    "nothing",
    "n/a",
    "tbd",
    "todo",
    "-",
    "no",
    "empty",
    "ninguna",
    "ninguno",
    "aucune",
    "keine",
    "нет",
    "无",
    "なし",
    "없음",
}
# What may name an item in a table, the best first: a title, else what is wrong.
_NAMING = ("title", "issue", "problem", "description")


def columns(table: Table) -> list[Means | None]:
    return [likely_meaning(name.strip("*")) for name in table.header]


def title_column(table: Table, *, is_only_table: bool) -> int | None:
    """Which column names the item, or None when these rows are not items."""
    known = columns(table)
    named = [at for at, means in enumerate(known) if means is Means.TITLE]
    wrong = [at for at, means in enumerate(known) if means is Means.WHY and _names(table.header[at])]
    others = {means for means in known if means in CORE or means in (Means.STATUS, Means.ID, Means.AREA, Means.LINKS)}
    if named:
        rest = others - {known[named[0]]}
        return named[0] if rest or wrong or len(known) == 1 else None
    if wrong:
        return None if _is_legend(table, known) else wrong[0]
    if is_only_table and len(others & (CORE | {Means.STATUS})) > 1:
        telling = [at for at, means in enumerate(known) if means is Means.WHY]
        plain = [at for at, means in enumerate(known) if means in (None, Means.AREA, Means.PATHS)]
        return next(iter([*telling, *plain]), None)
    return None


def _names(header: str) -> bool:
    """Is this a column for what is wrong, not for remarks about it?"""
    return meaning(header) is Means.WHY and not set(words(header)) & {
        "notes", "note", "comment", "comments", "remarks", "context", "background", "observation", "observations", "scope",
        "current", "details",
    }  # fmt: skip


def _is_legend(table: Table, known: list[Means | None]) -> bool:
    """A key to severities or states: its first column names each of them once, and there is little else."""
    firsts = [unlinked(row[0]) for _, row in table.rows if row]
    is_scale = known[0] in (Means.SEVERITY, Means.STATUS, Means.AREA, None) and len(set(firsts)) == len(firsts) <= 8
    has_more = {Means.PATHS, Means.ID, Means.FIX, Means.SIZE, Means.IMPACT} & set(known[1:])
    return is_scale and not has_more and (known[0] is not Means.AREA or len(known) < 3)


def table_items(table: Table, lines: Sequence[Line], at: int, prefixes: frozenset[str]) -> Iterator[Found]:
    known = columns(table)
    for line, row in table.rows:
        title = read_title(row[at], prefixes) if at < len(row) else Title("")
        values = [
            Value(
                means or Means.OTHER,
                name.strip("*` "),
                [cell.replace("<br>", "\n").replace("<br/>", "\n").replace("~~", "")],
            )
            for column, (name, means, cell) in enumerate(zip(table.header, known, row, strict=False))
            if column != at and cell.strip(" -–—")  # noqa: RUF001
        ]
        whole = " ".join(row)
        if title.state is None and any(cell.startswith("~~") and cell.endswith("~~") for cell in row if cell):
            title = read_title(f"~~{row[at]}~~", prefixes)
        number = next((v.text for v in values if v.means is Means.ID), "")
        if not title.id and (identity := read_title(number.strip("*`~ "), prefixes).id):
            title = _with_id(title, identity, number)
        elif number.strip("#*~. ").isdigit():
            values = [v for v in values if v.means is not Means.ID]
        if _is_item_text(title) and not is_only_level(row[at]) and whole.strip():
            yield Found("table", title, values, (lines[line].number, lines[line].number), name=number)


def _with_id(title: Title, identity: str, cell: str) -> Title:
    from dataclasses import replace

    anchors = tuple(target[1:] for target in link_targets(cell) if target.startswith("#"))
    is_struck = "~~" in cell or "✅" in cell
    return replace(title, id=identity, anchors=title.anchors + anchors, state=State.PAID if is_struck else title.state)


def list_items(section: Section, lines: Sequence[Line], prefixes: frozenset[str]) -> Iterator[Found]:
    """The bullets that are items. A short bullet that only holds others is their area."""
    areas = _areas(section, lines)
    for index, bullet in enumerate(section.bullets):
        if index in areas or (bullet.parent >= 0 and bullet.parent not in areas):
            continue
        body = dedented(lines, bullet.first + 1, bullet.last + 1, bullet.content)
        lead, rest = _lead(bullet_text(lines[bullet.first].text), body)
        title = read_title(lead, prefixes)
        if not _is_item_text(title) or _is_link_only(lead):
            continue
        values = read_values([*rest])
        above = (areas[bullet.parent],) if bullet.parent >= 0 else ()
        where = (lines[bullet.first].number, lines[bullet.last].number)
        yield Found(
            "list", title, values, where, areas=above, name=lead, is_strong=title.is_marked, words=len(lead.split())
        )


def _areas(section: Section, lines: Sequence[Line]) -> dict[int, str]:
    """Parent bullets that only name an area, when the list is of two levels throughout."""
    tops = [index for index, bullet in enumerate(section.bullets) if bullet.depth == 0]
    parents = {bullet.parent for bullet in section.bullets if bullet.depth == 1}
    names = {index: unlinked(bullet_text(lines[section.bullets[index].first].text)).strip("*_: ") for index in parents}
    labels = {b.parent for b in section.bullets if b.depth == 1 and _is_labelled(lines[b.first])}
    short = {i: name for i, name in names.items() if len(words(name)) <= 4 and i not in labels and _is_name(name)}
    return short if len(short) * 2 > len(tops) or (short and len(short) == len(tops)) else {}


def _is_name(text: str) -> bool:
    return not text.startswith("[") and not any(mark in text for mark in (":", "：", " — ", " – ", "."))  # noqa: RUF001


def _is_labelled(line: Line) -> bool:
    values = read_values([Line(line.number, bullet_text(line.text))])
    return bool(values) and values[0].label != ""


def _lead(first: str, body: list[Line]) -> tuple[str, list[Line]]:
    """The first paragraph of a bullet, and what is left."""
    at = 0
    parts = [first]
    while at < len(body) and not (
        body[at].is_blank or body[at].is_code or is_bullet(body[at].text) or body[at].text[:1] in "|>#"
    ):
        if _is_labelled(body[at]):
            break
        parts.append(body[at].text.strip())
        at += 1
    return " ".join(parts), body[at:]


def _is_item_text(title: Title) -> bool:
    text = title.text.strip("*_`. :").casefold()
    return (
        bool(words(text))
        and text not in _NOTHING
        and not title.is_placeholder
        and not text.startswith(("none yet", "no items", "nothing "))
    )


def _is_link_only(lead: str) -> bool:
    """A table of contents."""
    return re.fullmatch(r"\[[^\[\]]{0,300}\]\(#[^()]{0,300}\)", lead.strip()) is not None


def fence_items(section: Section, lines: Sequence[Line], prefixes: frozenset[str]) -> Iterator[Found]:
    """A fenced block of `key: value` lines with an id or a title, and the text behind it."""
    found = [(fence, values) for fence in section.fences if (values := _fence_values(fence, lines))]
    for index, (fence, values) in enumerate(found):
        stop = found[index + 1][0].first if index + 1 < len(found) else section.stop
        named = next((value for value in values if value.means is Means.TITLE), None) or values[0]
        identity = next((value.text for value in values if value.means is Means.ID), "")
        title = read_title(named.text, prefixes)
        behind = list(_prose_behind(lines[fence.last + 1 : stop]))
        rest = [value for value in values if value is not named and value.means is not Means.ID]
        last = behind[-1].number if behind else lines[fence.last].number
        found_title = Title(**{**title.__dict__, "id": identity or title.id})
        if _is_item_text(found_title) and not found_title.is_placeholder:
            yield Found("block", found_title, [*rest, *read_values(behind)], (lines[fence.first].number, last))


def _fence_values(fence: Fence, lines: Sequence[Line]) -> list[Value]:
    if fence.info not in ("", "debt", "yaml", "yml", "techdebt", "toml", "text"):
        return []
    values = [
        Value(
            likely_meaning(key) or Means.OTHER,
            key.replace("_", " ").capitalize(),
            [line for line in value if line not in ("null", "~")],
        )
        for key, value in pairs(lines[fence.first + 1 : fence.last])
    ]
    known = {value.means for value in values}
    is_register = fence.info in ("debt", "techdebt") or (Means.ID in known and Means.TITLE in known)
    return [value for value in values if value.text] if is_register and known & {Means.ID, Means.TITLE} else []


def _prose_behind(lines: Sequence[Line]) -> Iterator[Line]:
    """Up to a quotation or a rule, which speak of something else."""
    kept: list[Line] = []
    for line in lines:
        if line.text.startswith(">") or is_rule(line.text):
            break
        kept.append(line)
    while kept and kept[-1].is_blank:
        kept.pop()
    yield from kept
