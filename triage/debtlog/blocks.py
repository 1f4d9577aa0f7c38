"""A small Markdown scanner: which lines are code, headings, bullets and table rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.debtlog.labels import Means, likely_meaning

BOLD = 7  # the level of a bold line that serves as a heading

_BULLET = re.compile(r"([ \t]*)([-*+•‣◦]|[0-9]{1,4}[.)])([ \t]+|$)")
_FENCE = re.compile(r"[ \t]*(?:[-*+] )?(`{3,}|~{3,})[ \t]*([\w+-]*)")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_CELL_PARTS = re.compile(r"`[^`]*`|\\.|[^`\\|]+|.", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\(([^()\s]*)(?:\s[^()]*)?\)")


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    text: str
    is_code: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text or self.text.isspace()


@dataclass(frozen=True, slots=True)
class Fence:
    info: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Heading:
    at: int  # index of its line
    body: int  # index of the line behind it
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Bullet:
    first: int
    last: int
    indent: int
    content: int  # where its text begins
    depth: int
    parent: int  # index of the bullet that holds it, -1 at the top


@dataclass(frozen=True, slots=True)
class Table:
    first: int
    last: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # index of the line, and its cells


def scan(text: str) -> tuple[list[Line], list[Fence]]:
    """The lines of a file without front matter and comments (they become blank), and its fenced code blocks."""
    raw = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    start = _front_matter(raw)
    lines: list[Line] = [Line(number, "") for number in range(1, start + 1)]
    fences: list[Fence] = []
    fence, info, opened, in_comment = "", "", 0, False
    for at in range(start, len(raw)):
        line = raw[at].rstrip()
        if fence:
            lines.append(Line(at + 1, line, is_code=True))
            mark = line.strip()
            if len(mark) >= len(fence) and not mark.strip(fence[0]) and mark:
                fences.append(Fence(info, opened, at))
                fence = ""
        elif in_comment:
            in_comment = "-->" not in line
            lines.append(Line(at + 1, ""))
        elif (found := _FENCE.match(line)) and "`" not in line[found.end() :]:
            fence, info, opened = found[1], found[2].casefold(), at
            lines.append(Line(at + 1, line, is_code=True))
        elif line.lstrip().startswith("<!--"):
            in_comment = "-->" not in line
            lines.append(Line(at + 1, ""))
        else:
            lines.append(Line(at + 1, line))
    return lines, fences


def _front_matter(raw: list[str]) -> int:
    """How many lines the YAML at the top takes."""
    if raw[0].rstrip() == "---":
        for at in range(1, min(len(raw), 100)):
            if raw[at].rstrip() in ("---", "..."):
                return at + 1
    return 0


def headings(lines: Sequence[Line]) -> Iterator[Heading]:
    """The headings; a bold line above a list counts as one of level 7, unless text stands before it."""
    may_be_bold = True
    for at, line in enumerate(lines):
        if line.is_code or line.is_blank:
            continue
        text = line.text.strip()
        level = len(text) - len(text.lstrip("#"))
        title = text[level:].strip()
        if may_be_bold and (name := _bold_line(line.text)) and _leads_list(lines, at):
            yield Heading(at, at + 1, BOLD, name)
        elif 0 < level < BOLD and (text[level : level + 1].strip() == "" or (level > 1 and title[0].isalpha())):
            may_be_bold = True
            yield Heading(at, at + 1, level, title.rstrip("#").rstrip() if title.endswith(" #") else title)
        elif at + 1 < len(lines) and _is_underlined(lines, at):
            may_be_bold = True
            yield Heading(at, at + 2, 1 if lines[at + 1].text.startswith("=") else 2, text)
        else:
            may_be_bold = may_be_bold and (is_bullet(line.text) or line.text[0].isspace())


def _bold_line(text: str) -> str:
    """The words of a line that is bold as a whole, unless they are the label of a field."""
    bare = text.strip().rstrip(":：")
    name = bare.strip("*_:： ")
    is_bold = 4 < len(bare) < 90 and bare[:2] in ("**", "__") and bare.endswith(bare[:2]) and bare.count(bare[:2]) == 2
    may_group = likely_meaning(name) in (None, Means.SEVERITY, Means.STATUS, Means.RESOLUTION, Means.CLOSED)
    return name if is_bold and may_group and not text[0].isspace() else ""


def _leads_list(lines: Sequence[Line], at: int) -> bool:
    below = next((line for line in lines[at + 1 : at + 3] if not line.is_blank), None)
    return below is not None and (is_bullet(below.text) or below.text.startswith("|"))


def _is_underlined(lines: Sequence[Line], at: int) -> bool:
    below = lines[at + 1].text.strip()
    if len(below) < 3 or (below.strip("=") and (below.strip("-") or len(below) < 4)) or lines[at + 1].is_code:
        return False
    above_is_blank = at == 0 or lines[at - 1].is_blank
    text = lines[at].text
    return above_is_blank and not (lines[at].is_blank or "|" in text or text[0] in " >\t" or _BULLET.match(text))


def is_rule(text: str) -> bool:
    return len(text) < 200 and text[:4].strip()[:1] in ("-", "*", "_") and _RULE.match(text) is not None


def bullets(lines: Sequence[Line], start: int, stop: int) -> list[Bullet]:
    """The list items between two lines. A bullet ends where text stands at the margin again."""
    found: list[Bullet] = []
    ends: list[int] = []
    stack: list[int] = []
    was_blank = False
    for at in range(start, stop):
        line = lines[at]
        if line.is_blank:
            was_blank = True
            continue
        match = None if line.is_code or is_rule(line.text) else _BULLET.match(line.text)
        indent = _width(match[1] if match else line.text[: len(line.text) - len(line.text.lstrip())])
        if match:
            # One space more or less is how people line up by hand, not a deeper level.
            while stack and indent < found[stack[-1]].indent + 2:
                stack.pop()
            content = indent + len(match[2]) + max(1, len(match[3]) if len(match[3]) < 5 else 1)
            found.append(Bullet(at, at, indent, content, len(stack), stack[-1] if stack else -1))
            ends.append(at)
            stack.append(len(found) - 1)
        elif (was_blank or line.text[0] in "|>#" or is_rule(line.text)) and not line.is_code:
            while stack and indent <= found[stack[-1]].indent:
                stack.pop()
        if stack:
            ends[stack[-1]] = at
        was_blank = False
    return _with_ends(found, ends)


def _with_ends(found: list[Bullet], ends: list[int]) -> list[Bullet]:
    """A bullet ends with the last of those it holds."""
    for index in range(len(found) - 1, -1, -1):
        parent = found[index].parent
        if parent >= 0:
            ends[parent] = max(ends[parent], ends[index])
    return [Bullet(b.first, ends[index], b.indent, b.content, b.depth, b.parent) for index, b in enumerate(found)]


def _width(space: str) -> int:
    return len(space.expandtabs(4)) if "\t" in space else len(space)


def bullet_text(text: str) -> str:
    """A line without its bullet."""
    found = _BULLET.match(text)
    return text[found.end() :] if found else text.strip()


def is_bullet(text: str) -> bool:
    return _BULLET.match(text) is not None


def dedented(lines: Sequence[Line], start: int, stop: int, width: int) -> list[Line]:
    """Lines with up to so many spaces less in front."""
    out = []
    for line in lines[start:stop]:
        text = line.text.expandtabs(4) if line.text[:1] == "\t" else line.text
        lead = len(text) - len(text.lstrip(" "))
        out.append(Line(line.number, text[min(lead, width) :], line.is_code))
    return out


def tables(lines: Sequence[Line], start: int, stop: int) -> list[Table]:
    """The tables between two lines. Rows behind a blank line still belong, when they have as many cells."""
    found: list[Table] = []
    at = start
    while at < stop:
        if not _is_row(lines[at]):
            at += 1
            continue
        end = at
        while end < stop and _is_row(lines[end]):
            end += 1
        group = _table(lines, at, end)
        if group and found and _goes_on(lines, found[-1], group, at):
            before = found.pop()
            group = Table(before.first, group.last, before.header, (*before.rows, (at, group.header), *group.rows))
        if group and group.header:
            found.append(group)
        at = end
    return found


def _is_row(line: Line) -> bool:
    return not line.is_code and "|" in line.text and (line.text.lstrip().startswith("|") or " | " in line.text)


def _table(lines: Sequence[Line], start: int, end: int) -> Table | None:
    """Rows with a header, or without one when there is no separator line and this may go on above."""
    has_separator = end - start > 1 and is_separator(lines[start + 1].text)
    if not has_separator and not lines[start].text.lstrip().startswith("|"):
        return None
    header = cells(lines[start].text)
    body = range(start + 2 if has_separator else start + 1, end)
    rows = tuple((at, cells(lines[at].text, len(header))) for at in body if not is_separator(lines[at].text))
    return Table(start, end - 1, header, rows)


def _goes_on(lines: Sequence[Line], above: Table, below: Table, at: int) -> bool:
    has_own_header = below.last > at and is_separator(lines[at + 1].text)
    return (
        not has_own_header
        and len(below.header) == len(above.header)
        and all(lines[between].is_blank for between in range(above.last + 1, at))
    )


def is_separator(text: str) -> bool:
    return "-" in text and "|" in text and not text.strip(" \t|:-")


def cells(text: str, expected: int = 0) -> tuple[str, ...]:
    """The cells of a row; a bar inside code does not end a cell, unless the number of cells says that it does."""
    row = text.strip().removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    out = [""]
    parts: list[str] = []
    for part in _CELL_PARTS.findall(row):
        if part == "|":
            out[-1] = "".join(parts)
            out.append("")
            parts = []
        else:
            parts.append("|" if part == "\\|" else part)
    out[-1] = "".join(parts)
    plain = row.split("|")
    if expected and len(out) != expected and len(plain) == expected:
        out = plain
    return tuple(cell.strip() for cell in out)


def unlinked(text: str) -> str:
    """Text with `[words](target)` reduced to its words."""
    return _LINK.sub(r"\1", text) if "](" in text else text


def link_targets(text: str) -> list[str]:
    return [target for _, target in _LINK.findall(text)] if "](" in text else []
