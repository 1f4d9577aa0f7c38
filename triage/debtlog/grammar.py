"""Our own TECH_DEBT.md: writing it and reading it back without loss."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from triage.boards.category import Category
from triage.debtlog.entry import Entry, Log, same_title, tidy, tidy_line
from triage.items.spread import Spread
from triage.items.state import State

T = TypeVar("T")

MARKER = "<!-- triage:1 Kept with Triage: edit it here or on the board. -->"
SECTIONS = (Category.CATASTROPHIC, Category.EXPENSIVE, Category.CHEAP, Category.INBOX)
RESOLVED = "resolved"
TEXTS = ("Reason", "Why", "Fix")

_MARKER = re.compile(r"<!-- triage:([0-9]+)\b")
_NUMBERED = re.compile(r"D-([0-9]{1,9})(?::\s*|\s+[\u2013\u2014-]\s+|$)(.*)")
_FIELD = re.compile(r"[-*+] +\*{0,2}([A-Za-z][A-Za-z ]{0,30})(?::\*\*|\*\*:|:)(?: +(.*)|$)")
# A text that opens with one of these is a block of its own and starts on the line below its label.
_BLOCK = re.compile(r"\s|[-*+] |[0-9]+[.)] |#|>|\||```|~~~|<")


def write(board_name: str, entries: Iterable[Entry]) -> str:
    """The log of a board as Markdown; parse() gives the same entries back.

    Titles, the board's name, sizes, paths, tags and links are as tidy_line() leaves them, the other texts as tidy()
    does, and no title is empty. A path has no backtick, a tag no comma, a link no space, "<" or ">".
    """
    entries = list(entries)
    lines = [f"# Technical debt: {board_name}".rstrip(), "", MARKER]
    for category in SECTIONS:
        here = [e for e in entries if e.state is State.OPEN and (e.category or Category.INBOX) is category]
        lines += _section(category, here)
    resolved = [e for e in entries if e.state is not State.OPEN]
    lines += _section(RESOLVED, sorted(resolved, key=lambda e: (e.number is None, e.number or 0)))
    return "\n".join(lines) + "\n"


def _section(name: str, entries: list[Entry]) -> Iterator[str]:
    if entries:
        yield from ("", f"## {name.capitalize()}")
    for entry in entries:
        yield from ("", f"### {_heading(entry)}")
        fields = [line for label, text in _fields(entry) if text for line in _written(label, text)]
        if fields:
            yield from ("", *fields)


def _heading(entry: Entry) -> str:
    if entry.number is not None:
        return f"D-{entry.number}: {entry.title}"
    # A new item whose title looks like a numbered one must not come back with that number.
    return "\\" + entry.title if entry.title.startswith("\\") or _NUMBERED.fullmatch(entry.title) else entry.title


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.state is not State.OPEN:
        yield "State", entry.state
    yield "Closed", entry.closed.isoformat() if entry.closed else ""
    if entry.state is not State.OPEN:
        yield "Category", entry.category or ""
    yield "Reason", entry.reason
    yield "Size", entry.size
    yield "Spread", entry.spread
    yield "Paths", ", ".join(f"`{path}`" for path in entry.paths)
    yield "Tags", ", ".join(entry.tags)
    yield "Links", ", ".join(f"<{link}>" for link in entry.links)
    yield "Why", entry.why
    yield "Fix", entry.fix


def _written(label: str, text: str) -> Iterator[str]:
    is_block = label in TEXTS and _BLOCK.match(text)
    first, *rest = ["", *text.split("\n")] if is_block else text.split("\n")
    yield f"- **{label}:** {first}".rstrip()
    yield from (f"  {line}".rstrip() for line in rest)


def parse(text: str) -> Log | None:
    """The log in a file that write() made and people may have edited since, or None when it is not such a file."""
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")]
    version = _version(lines)
    if version is None:
        return None
    if version != "1":
        return Log(notes=(f"This file has format {version} of Triage, and this Triage reads format 1.",))
    return _Parser().read(lines)


def _version(lines: list[str]) -> str | None:
    for line in lines:
        if line.startswith(("## ", "### ")):
            return None
        if found := _MARKER.match(line):
            return found[1]
    return None


@dataclass
class _Item:
    title: str
    section: str
    first: int
    last: int
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    is_in_field: bool = False
    was_blank: bool = True

    def add(self, line: str, number: int) -> None:
        if line:
            self.last = number
        if found := _FIELD.match(line):
            self.fields.append((found[1].strip().casefold(), [found[2] or ""]))
            self.is_in_field = True
        elif self.is_in_field and (not line or line.startswith("  ") or self._continues(line)):
            self.fields[-1][1].append(line.removeprefix("  "))
        else:
            self.is_in_field = self.is_in_field and not line
            self.loose.append(line)
        self.was_blank = not line

    def _continues(self, line: str) -> bool:
        """Markdown lets a paragraph in a bullet go on without indentation."""
        return not self.was_blank and not _BLOCK.match(line)


class _Parser:
    def __init__(self) -> None:
        self.notes: list[str] = []
        self.numbers: set[int] = set()

    def read(self, lines: list[str]) -> Log:
        items: list[_Item] = []
        stray: list[int] = []
        section, item = Category.INBOX.value, None
        for number, line in enumerate(lines, 1):
            if line.startswith("## "):
                section, item = self._section(line[3:], number), None
            elif line.startswith("### "):
                item = _Item(tidy_line(line[4:]), section, number, number)
                items.append(item)
            elif item:
                item.add(line, number)
            elif line and not line.startswith("# ") and not _MARKER.match(line):
                stray.append(number)
        if stray:
            self.notes.append(f"Lines {stray[0]}-{stray[-1]}: the text outside any item was left out.")
        return Log(tuple(self._entry(item) for item in items), tuple(self.notes))

    def _section(self, title: str, number: int) -> str:
        name = title.strip().casefold()
        if name not in {*SECTIONS, RESOLVED}:
            self.notes.append(f"Line {number}: '{title.strip()}' is not a category, so its items went to the inbox.")
            name = Category.INBOX
        return name

    def _entry(self, item: _Item) -> Entry:
        number, title = self._title(item)
        known = _Fields(item, self.notes)
        state, category = known.state_and_category()
        return Entry(
            number=number,
            title=title,
            state=state,
            category=category,
            closed=known.closed(),
            reason=known.text("reason"),
            size=known.line("size"),
            spread=known.spread(),
            paths=known.paths(),
            tags=known.tags(),
            links=known.links(),
            fix=known.text("fix"),
            why=known.why(),
            origin=same_title(title) if number is None else f"D-{number}",
            lines=(item.first, item.last),
        )

    def _title(self, item: _Item) -> tuple[int | None, str]:
        found = _NUMBERED.fullmatch(item.title)
        number, title = (int(found[1]), found[2].strip()) if found else (None, item.title.removeprefix("\\"))
        if number in self.numbers:
            self.notes.append(f"Line {item.first}: D-{number} stands twice, so this one was read as a new item.")
            number = None
        elif number is not None:
            self.numbers.add(number)
        if not title:
            self.notes.append(f"Line {item.first}: this item has no title.")
        return number, title or "Untitled"


class _Fields:
    """The fields of one item. What it cannot understand ends in why, with a note; nothing is lost."""

    def __init__(self, item: _Item, notes: list[str]) -> None:
        self.item, self.notes = item, notes
        self.found: dict[str, list[str]] = {}
        for label, lines in item.fields:
            self.found.setdefault(label, []).append(tidy("\n".join(lines)))
        self.left: list[str] = []

    def text(self, label: str) -> str:
        return "\n\n".join(part for part in self.found.pop(label, []) if part)

    def line(self, label: str) -> str:
        return tidy_line(self.text(label))

    def state_and_category(self) -> tuple[State, Category | None]:
        """An open item has the category of its section; a resolved one says it in a field, or not at all."""
        is_resolved = self.item.section == RESOLVED
        state = self._one_of(_state, "state", State.PAID if is_resolved else State.OPEN)
        category = self._one_of(Category, "category", None)
        if not is_resolved:
            return state, Category(self.item.section)
        return state, category or (Category.INBOX if state is State.OPEN else None)

    def spread(self) -> Spread:
        return self._one_of(Spread, "spread", Spread.UNKNOWN)

    def closed(self) -> date | None:
        text = self.line("closed")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self._leave("closed", text)
            return None

    def paths(self) -> tuple[str, ...]:
        return self._list("paths", r"`([^`]+)`|([^`,\s][^`,]*)")

    def tags(self) -> tuple[str, ...]:
        return self._list("tags", r"([^,]+)()")

    def links(self) -> tuple[str, ...]:
        text = self.text("links")
        if re.sub(r"<[^<>\s]+>|https?://[^\s<>,)]+|[\s,]", "", text):
            self._leave("links", text)
        self.found["links"] = [text]
        return self._list("links", r"<([^<>\s]+)>|(https?://[^\s<>,)]+)")

    def why(self) -> str:
        """Called last, when the other fields have taken theirs."""
        parts = [self.text("why")]
        for label in list(self.found):
            self._leave(label, self.text(label))
        loose = tidy("\n".join(self.item.loose))
        if loose:
            self.notes.append(f"Lines {self.item.first}-{self.item.last}: text outside the fields was put into why.")
        return "\n\n".join(part for part in (*parts, *self.left, loose) if part)

    def _one_of(self, kind: Callable[[str], T], label: str, otherwise: T) -> T:
        text = self.line(label)
        try:
            return kind(text.casefold()) if text else otherwise
        except ValueError:
            self._leave(label, text)
            return otherwise

    def _list(self, label: str, pattern: str) -> tuple[str, ...]:
        words = (tidy_line(quoted or bare) for quoted, bare in re.findall(pattern, self.line(label)))
        return tuple(word for word in words if word)

    def _leave(self, label: str, text: str) -> None:
        self.notes.append(f"Line {self.item.first}: '{label.capitalize()}: {text[:60]}' was not understood; see why.")
        self.left.append(f"{label.capitalize()}: {text}".rstrip())


def _state(text: str) -> State:
    """A log says how an item ended; that it was merged, and into which, only the board knows."""
    if (state := State(text)) is State.MERGED:
        raise ValueError(text)
    return state
