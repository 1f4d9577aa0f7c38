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
_SHORT = frozenset(
    (Means.ID, Means.TITLE, Means.SIZE, Means.SEVERITY, Means.STATUS, Means.OWNER, Means.REPORTED, Means.CLOSED)
    + (Means.PATHS, Means.AREA, Means.LINKS)
)
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*)")


@dataclass
class Value:
    """A piece of an item: what its label means, the label as written ('' for none), and the lines behind it."""

    means: Means
    label: str = ""
    lines: list[str] = field(default_factory=list)
    is_bullet: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    @property
    def is_complete(self) -> bool:
        last = next((line for line in reversed(self.lines) if line), "")
        return self.means in _SHORT and bool(self.lines) and bool(self.lines[0]) and not last.endswith(",")


@dataclass(frozen=True)
class _Label:
    means: Means
    text: str
    rest: str
    is_bullet: bool


def read_values(lines: Sequence[Line]) -> list[Value]:
    """Everything in the body, in order; what stands before the first label has none."""
    values = [Value(Means.OTHER)]
    for line in lines:
        current = values[-1]
        if line.is_code and not current.is_complete:
            current.lines.append(line.text)
        elif line.text.startswith("#") and (found := _HEADING.match(line.text)):
            means = likely_meaning(found[2]) or Means.OTHER
            values.append(Value(means, found[2].strip().strip("*:： ")))
        elif line.text.startswith("|") and (row := _row_label(line.text)):
            values.append(Value(row.means, row.text, [row.rest]))
        elif label := _label(line.text, current):
            values.append(Value(label.means, label.text, [label.rest], label.is_bullet))
        elif current.is_complete and not line.text[:1].isspace() and not is_bullet(line.text) and not line.is_blank:
            values.append(Value(Means.OTHER, "", [line.text]))
        elif not is_rule(line.text):
            is_inside = current.is_bullet and line.text.startswith("  ")
            current.lines.append(line.text[2:] if is_inside else line.text)
    return [value for value in values if value.label or value.text.strip()]


def core(values: Sequence[Value]) -> set[Means]:
    """The meanings that only the description of an item has; two plain bullets at least, for 'Fix: the menu' is none."""
    found = {value.means for value in values if value.label}
    return found & CORE


def _label(text: str, current: Value) -> _Label | None:
    bulleted = is_bullet(text) and not text[:1].isspace()
    body = bullet_text(text) if bulleted else text
    bare = body.replace("~~", "", 2) if body.startswith("~~") else body
    if bare.startswith(("**", "__")):
        return _bold(bare, bulleted, current)
    if bare[:1].isspace() or not bare:
        return None
    found = _PLAIN.match(bare)
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
    if not is_labelled and not (means and (name.endswith(".") or not rest or rest[0] in "-–—")):  # noqa: RUF001
        return None
    # An unknown bold word in a list is a point of the text; in a run of labels, or alone, it is one more label.
    if means is None and bulleted and not current.is_bullet:
        return None
    if not is_labelled:
        rest = rest.lstrip("-–— ")  # noqa: RUF001
    label = f"{name.rstrip('.')} {note}".strip() if colon else name.rstrip(".")
    return _Label(means or Means.OTHER, label, rest if colon or not note else f"{note} {rest}".strip(), bulleted)


def _row_label(text: str) -> _Label | None:
    """A row of a two-column table of fields."""
    row = cells(text)
    if len(row) == 2 and row[1] and not is_separator(text) and (means := meaning(row[0])):
        return _Label(means, row[0].strip("*: "), row[1], is_bullet=False)
    return None


def pairs(lines: Sequence[Line]) -> Iterator[tuple[str, list[str]]]:
    """The `key: value` lines of a code block; other lines go on with the value above."""
    key, value = "", []
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
