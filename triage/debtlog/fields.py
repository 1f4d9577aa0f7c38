"""The body of an item, cut at its labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from triage.debtlog.blocks import Line, bullet_text, cells, is_bullet, is_rule, is_separator
from triage.debtlog.labels import CORE, Means, likely_meaning, meaning

_COLONS = (":", "：")
_AFTER_BOLD = re.compile(r"\s*((?:\([^()]{0,80}\)|（[^（）]{0,80}）|\[[^\[\]]{0,80}\])?)\s*([:：]?)\s*")
_PLAIN = re.compile(r"([^:：*`|\[\]]{1,40}?)\s*((?:\([^()]{0,80}\))?)[:：](?:\s|$)")
# What stands behind one of these on its line is all there is; text below it is the item's own.
_SHORT = frozenset(Means) - (CORE - {Means.SIZE, Means.SEVERITY, Means.PATHS}) - {Means.RESOLUTION, Means.OTHER}
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*)")


@dataclass
class Value:
    """A piece of an item: what its label means, the label as written ('' for none), and the lines behind it."""

    means: Means
    label: str = ""
    lines: list[str] = field(default_factory=list)
    is_bullet: bool = False
    is_complete: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    def add(self, line: str) -> None:
        self.lines.append(line)
        if line:
            self.is_complete = self.means in _SHORT and bool(self.lines[0]) and not line.endswith(",")


@dataclass(frozen=True)
class _Label:
    means: Means
    text: str
    rest: str
    is_bullet: bool


def read_values(lines: Sequence[Line]) -> list[Value]:
    """Everything in the body, in order; what stands before the first label has none."""
    values = [Value(Means.OTHER)]
    for at, line in enumerate(lines):
        current = values[-1]
        if _is_field_table_head(lines, at):
            continue
        if line.is_code:
            if current.is_complete:
                values.append(Value(Means.OTHER))
            values[-1].add(line.text)
        elif line.text.startswith("#") and (found := _HEADING.match(line.text)):
            means = likely_meaning(found[2]) or Means.OTHER
            values.append(Value(means, found[2].strip().strip("*:： ")))
        elif line.text.startswith("|") and (row := _row_label(line.text)):
            values.append(Value(row.means, row.text))
            values[-1].add(row.rest)
        elif label := _label(line.text, current):
            values.append(Value(label.means, label.text, is_bullet=label.is_bullet))
            values[-1].add(label.rest)
        elif current.is_complete and not line.text[:1].isspace() and not is_bullet(line.text) and not line.is_blank:
            values.append(Value(Means.OTHER))
            values[-1].add(line.text)
        elif not is_rule(line.text):
            is_inside = current.is_bullet and line.text.startswith("  ")
            current.add(line.text[2:] if is_inside else line.text)
    return [value for value in values if value.label or value.text.strip()]


def core(values: Sequence[Value]) -> set[Means]:
    """The meanings told that only the description of an item has."""
    return {value.means for value in values if value.label} & CORE


def _label(text: str, current: Value) -> _Label | None:
    bulleted = is_bullet(text) and not text[:1].isspace()
    body = bullet_text(text) if bulleted else text
    bare = body.replace("~~", "", 2) if body.startswith("~~") else body
    if bare.startswith(("**", "__")):
        return _bold(bare, bulleted, current)
    if bare[:1].isspace() or not bare:
        return None
    found = _PLAIN.match(bare[:200])
    # Bullets below a labelled paragraph are its content, even when they begin with a known word.
    if found and (means := meaning(found[1])) and not (bulleted and current.label and not current.is_bullet):
        return _Label(means, (found[1] + " " + found[2]).strip(), bare[found.end() :].strip(), bulleted)
    return None


def _bold(text: str, bulleted: bool, current: Value) -> _Label | None:
    end = text.find(text[:2], 2, 90)
    if end < 0:
        return None
    name = text[2:end].strip()
    found = _AFTER_BOLD.match(text, end + 2)
    note, colon = (found[1], found[2]) if found else ("", "")
    rest = text[found.end() :] if found else text[end + 2 :]
    is_labelled = bool(colon) or name.endswith(_COLONS)
    name = name.rstrip(":： ")
    means = likely_meaning(name)
    if not is_labelled and not (means and (name.endswith(".") or not rest or rest[0] in "-–—")):
        return None
    # An unknown bold word in a list is a point of the text; in a run of labels, or alone, it is one more label.
    if means is None and bulleted and not current.is_bullet:
        return None
    if not is_labelled:
        rest = rest.lstrip("-–— ")
    label = f"{name.rstrip('.')} {note}".strip() if colon else name.rstrip(".")
    return _Label(means or Means.OTHER, label, rest if colon or not note else f"{note} {rest}".strip(), bulleted)


def _is_field_table_head(lines: Sequence[Line], at: int) -> bool:
    """The header and the separator line of a table of fields say nothing."""
    return lines[at].text.startswith("|") and any(
        line.text.startswith("|") and _row_label(line.text) is not None and is_separator(above.text)
        for above, line in ((lines[n], lines[n + 1]) for n in (at, at + 1) if n + 1 < len(lines))
    )


def _row_label(text: str) -> _Label | None:
    """A row of a two-column table of fields."""
    row = cells(text)
    if len(row) == 2 and row[1] and not is_separator(text) and (means := meaning(row[0])):
        return _Label(means, row[0].strip("*: "), row[1], is_bullet=False)
    return None


def pairs(lines: Sequence[Line]) -> Iterator[tuple[str, list[str]]]:
    """The `key: value` lines of a code block; other lines go on with the value above."""
    key, value = "", list[str]()
    for line in lines:
        found = re.match(r"([A-Za-z][\w -]{0,40}):(?:\s+(.*)|$)", line.text)
        if found:
            if key:
                yield key, value
            key, value = found[1], [found[2] or ""]
        elif key:
            value.append(line.text.strip())
    if key:
        yield key, value
