"""Items told as bullets of a list, or as fenced blocks of `key: value` lines."""

import re
from collections.abc import Iterator, Sequence

from triage.debtlog.blocks import Fence, Line, bullet_text, dedented, is_bullet, is_rule, unlinked
from triage.debtlog.fields import Value, pairs, read_values
from triage.debtlog.item import Found, is_item_title
from triage.debtlog.labels import Means, likely_meaning
from triage.debtlog.outline import Section
from triage.debtlog.titles import read_title
from triage.debtlog.words import words

_TO_A_HEADING = re.compile(r"\[[^\[\]]{0,300}\]\(#[^()]{0,300}\)")
_SEPARATORS = (":", "\uff1a", " \u2014 ", " \u2013 ", ".")
_BLOCKS = ("debt", "techdebt", "tech-debt")
_DATA = (*_BLOCKS, "", "yaml", "yml", "text")


def list_items(section: Section, lines: Sequence[Line], prefixes: frozenset[str]) -> Iterator[Found]:
    """The bullets that are items. A short bullet that only holds others is their area."""
    areas = _areas(section, lines)
    for index, bullet in enumerate(section.bullets):
        if index in areas or (bullet.parent >= 0 and bullet.parent not in areas):
            continue
        body = dedented(lines, bullet.first + 1, bullet.last + 1, bullet.content)
        lead, rest = _lead(bullet_text(lines[bullet.first].text), body)
        title = read_title(lead, prefixes)
        if is_item_title(title) and not _TO_A_HEADING.fullmatch(lead.strip()):
            above = (areas[bullet.parent],) if bullet.parent >= 0 else ()
            where = (lines[bullet.first].number, lines[bullet.last].number)
            found = Found("list", title, read_values(rest), where, areas=above, name=lead)
            found.is_strong, found.words = title.is_marked, len(lead.split())
            yield found


def _areas(section: Section, lines: Sequence[Line]) -> dict[int, str]:
    """Parent bullets that only name an area, when most of the list is made of them."""
    bullets = section.bullets
    tops = sum(1 for bullet in bullets if bullet.depth == 0)
    parents = {bullet.parent for bullet in bullets if bullet.depth == 1}
    labelled = {bullet.parent for bullet in bullets if bullet.depth == 1 and _is_labelled(lines[bullet.first])}
    names = {
        index: unlinked(bullet_text(lines[bullets[index].first].text)).strip("*_: ") for index in parents - labelled
    }
    areas = {index: name for index, name in names.items() if _is_area(name)}
    return areas if len(areas) * 2 > tops else {}


def _is_area(name: str) -> bool:
    return len(words(name)) <= 4 and not name.startswith("[") and not any(mark in name for mark in _SEPARATORS)


def _is_labelled(line: Line) -> bool:
    values = read_values([Line(line.number, bullet_text(line.text))])
    return bool(values and values[0].label)


def _lead(first: str, body: list[Line]) -> tuple[str, list[Line]]:
    """The first paragraph of a bullet, and what is left."""
    end = 0
    while end < len(body) and not _ends_paragraph(body[end]):
        end += 1
    return " ".join([first, *(line.text.strip() for line in body[:end])]), body[end:]


def _ends_paragraph(line: Line) -> bool:
    return line.is_blank or line.is_code or is_bullet(line.text) or line.text[0] in "|>#" or _is_labelled(line)


def fence_items(section: Section, lines: Sequence[Line], prefixes: frozenset[str]) -> Iterator[Found]:
    """A fenced block with an id or a title, and the text behind it."""
    blocks = [(fence, values) for fence in section.fences if (values := _fence_values(fence, lines))]
    stops = [*(fence.first for fence, _ in blocks[1:]), section.stop]
    for (fence, values), stop in zip(blocks, stops, strict=False):
        named = next((value for value in values if value.means is Means.TITLE), values[0])
        title = read_title(named.text, prefixes)
        title.id = next((value.text for value in values if value.means is Means.ID), title.id)
        behind = _text_behind(lines[fence.last + 1 : stop])
        rest = [value for value in values if value is not named and value.means is not Means.ID]
        if is_item_title(title):
            last = behind[-1].number if behind else lines[fence.last].number
            yield Found("block", title, [*rest, *read_values(behind)], (lines[fence.first].number, last))


def _fence_values(fence: Fence, lines: Sequence[Line]) -> list[Value]:
    if fence.info not in _DATA:
        return []
    values = [
        Value(likely_meaning(key) or Means.OTHER, key.replace("_", " ").capitalize(), text)
        for key, text in pairs(lines[fence.first + 1 : fence.last])
        if text not in (["null"], ["~"], [""])
    ]
    named = {value.means for value in values} & {Means.ID, Means.TITLE}
    return values if len(named) == 2 or (named and fence.info in _BLOCKS) else []


def _text_behind(lines: Sequence[Line]) -> list[Line]:
    """Up to a quotation or a rule, which speak of something else."""
    end = next((at for at, line in enumerate(lines) if line.text.startswith(">") or is_rule(line.text)), len(lines))
    while end and lines[end - 1].is_blank:
        end -= 1
    return list(lines[:end])
