"""The headings of a log, and what each of them is: a group, an item, a part of an item, or an aside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from triage.debtlog.blocks import Bullet, Fence, Line, Table, bullet_text, bullets, headings, tables
from triage.debtlog.entry import same_title
from triage.debtlog.fields import Value, core, read_values
from triage.debtlog.labels import Means, likely_meaning
from triage.debtlog.titles import Title, read_title
from triage.debtlog.words import is_aside, is_generic, is_only_level, never_holds_items, section_state, words


class Role(Enum):
    GROUP = auto()  # holds items; its title may tell their severity, state or area
    ITEM = auto()
    PART = auto()  # of the item above
    ASIDE = auto()  # explains, plans or sums up


@dataclass
class Section:
    """A heading with the text up to the next one. Section 0 is what stands before the first heading."""

    index: int
    level: int
    heading: str
    title: Title
    first: int  # index of the heading's line
    start: int  # the body: from here
    stop: int  # up to here
    parent: int
    end: int = 0  # the last index of everything below it, plus one
    children: list[int] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    bullets: list[Bullet] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    prose: int = 0  # words outside of lists, tables and code
    role: Role = Role.GROUP

    @property
    def core(self) -> set[Means]:
        return core(self.values)

    @property
    def boxes(self) -> int:
        return self._boxes

    _boxes: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.prose or self.bullets or self.tables or self.fences)

    @property
    def is_named_group(self) -> bool:
        """Does the title alone say that this is a group?"""
        return is_only_level(self.heading) or section_state(self.heading) is not None or is_generic(self.heading)

    @property
    def is_field(self) -> bool:
        return self.index > 0 and likely_meaning(self.heading) is not None and not self.is_named_group


def outline(lines: Sequence[Line], fences: Sequence[Fence], prefixes: frozenset[str]) -> list[Section]:
    sections = _sections(lines, prefixes)
    _assign_fences(sections, fences)
    for section in sections:
        _look_inside(section, lines)
    _decide(sections)
    return sections


def _sections(lines: Sequence[Line], prefixes: frozenset[str]) -> list[Section]:
    sections = [Section(0, 0, "", Title(""), 0, 0, len(lines), -1)]
    open_ones = [0]
    for heading in headings(lines):
        sections[-1].stop = heading.at
        while sections[open_ones[-1]].level >= heading.level:
            sections[open_ones.pop()].end = heading.at
        title, index = read_title(heading.title, prefixes), len(sections)
        new = Section(index, heading.level, heading.title, title, heading.at, heading.body, len(lines), open_ones[-1])
        sections[new.parent].children.append(index)
        sections.append(new)
        open_ones.append(index)
    for index in open_ones:
        sections[index].end = len(lines)
    return sections


def _assign_fences(sections: list[Section], fences: Sequence[Fence]) -> None:
    at = 0
    for section in sections:
        while at < len(fences) and fences[at].first < section.stop:
            section.fences.append(fences[at])
            at += 1


def _look_inside(section: Section, lines: Sequence[Line]) -> None:
    body = lines[section.start : section.stop]
    section.values = read_values(body)
    section.bullets = bullets(lines, section.start, section.stop)
    section.tables = tables(lines, section.start, section.stop)
    section._boxes = sum(1 for b in section.bullets if b.depth == 0 and _has_box(lines[b.first].text))
    covered = 0
    for each in section.bullets:
        if each.depth == 0:
            covered += sum(len(line.text.split()) for line in lines[each.first : each.last + 1])
    inside = sum(
        len(line.text.split())
        for line in body
        if not line.is_code and "|" not in line.text[:1] and line.text[:1] != ">"
    )
    section.prose = max(0, inside - covered)


def _has_box(text: str) -> bool:
    return bullet_text(text)[:3].lower() in ("[ ]", "[x]") or bullet_text(text)[:2] == "[]"


def _decide(sections: list[Section]) -> None:
    repeated = _repeated_parts(sections)
    strong = [_is_strong(section, sections, repeated) for section in sections]
    strong_below = _strong_below(sections, strong)
    levels = Counter(s.level for s in sections if strong[s.index])
    # The level at which labels or ids repeat is the item level.
    item_level = max(levels, key=lambda level: (levels[level], -level)) if levels else 0
    for section in sections[1:]:
        parent = sections[section.parent]
        if parent.role in (Role.ITEM, Role.PART):
            section.role = Role.PART
        elif parent.role is Role.ASIDE or _is_aside(section, strong[section.index]):
            section.role = Role.ASIDE
        elif strong[section.index] and not (strong_below[section.index] and section.level < item_level):
            section.role = Role.ITEM
        else:
            section.role = Role.GROUP
    _decide_plain(sections, item_level)


def _repeated_parts(sections: list[Section]) -> set[tuple[int, str]]:
    """Sub-headings that come back under one heading after another are fields, in whatever language."""
    seen: dict[tuple[int, str], set[int]] = {}
    for section in sections[1:]:
        if section.parent > 0 and not section.children and not section.title.is_marked:
            seen.setdefault((section.level, same_title(section.heading)), set()).add(section.parent)
    parents = Counter(key[0] for key, where in seen.items() for _ in where)
    del parents
    return {
        key
        for key, where in seen.items()
        if len(where) > 1
        and not any(sections[parent].is_named_group for parent in where)
        and not is_only_level(key[1])
        and section_state(key[1]) is None
    }


def _is_strong(section: Section, sections: list[Section], repeated: set[tuple[int, str]]) -> bool:
    """Is this heading an item by more than its text?"""
    if section.index == 0 or section.title.is_placeholder or section.is_field:
        return False
    if section_state(section.heading) is not None or (section.level, same_title(section.heading)) in repeated:
        return False
    if section.title.id or section.title.has_box:
        return True
    parts = [sections[child] for child in section.children]
    fields = [part for part in parts if part.is_field or (part.level, same_title(part.heading)) in repeated]
    if fields and len(fields) * 2 >= len(parts):
        return not is_only_level(section.heading)
    if is_only_level(section.heading) or is_generic(section.heading):
        return False
    return (bool(section.core) and _labels_lead(section)) or (section.title.state is not None and not section.children)


def _labels_lead(section: Section) -> bool:
    """A list of areas may hold one bullet such as 'Fix: the menu'; an item has its labels in most of its bullets."""
    labelled = [value for value in section.values if value.label and value.means is not Means.OTHER]
    if all(value.is_bullet for value in labelled):
        tops = sum(1 for bullet in section.bullets if bullet.depth == 0)
        return len(labelled) * 2 >= tops and not section.boxes
    return True


def _strong_below(sections: list[Section], strong: list[bool]) -> list[bool]:
    below = [False] * len(sections)
    for section in reversed(sections[1:]):
        if strong[section.index] or below[section.index]:
            below[section.parent] = True
    return below


def _is_aside(section: Section, is_strong: bool) -> bool:
    if section.title.is_placeholder:
        return True
    if not is_aside(section.title.text) or section_state(section.heading) is not None:
        return False
    return never_holds_items(section.heading) or not (is_strong and (section.title.is_marked or len(section.core) > 1))


def _decide_plain(sections: list[Section], item_level: int) -> None:
    """Headings without labels or ids: items when they lead text, groups when they lead lists, tables or headings."""
    leaves = [s for s in sections[1:] if s.role is Role.GROUP and _is_leaf(s, sections) and not s.is_named_group]
    telling = Counter(s.level for s in leaves if _tells(s))
    listing = Counter(s.level for s in leaves if not _tells(s) and s.bullets)
    document = document_title(sections)
    for section in leaves:
        if section.index == document or (section.tables and _is_mostly_table(section)) or section.boxes:
            continue
        if item_level and section.level < item_level and not _tells(section):
            continue
        if section.is_empty:
            is_item = telling[section.level] > 0 or (item_level == section.level and item_level > 0)
        elif _tells(section):
            is_item = True
        else:
            is_item = item_level == section.level or telling[section.level] > listing[section.level]
        if is_item:
            section.role = Role.ITEM
            for child in section.children:
                if sections[child].role is Role.GROUP:
                    sections[child].role = Role.PART


def _is_leaf(section: Section, sections: list[Section]) -> bool:
    return all(sections[child].role in (Role.ASIDE, Role.PART) for child in section.children)


def _tells(section: Section) -> bool:
    return section.prose > 0 or bool(section.fences)


def _is_mostly_table(section: Section) -> bool:
    return sum(len(table.rows) for table in section.tables) > 0


def document_title(sections: list[Section]) -> int:
    """The heading that names the whole file: the first, when it is above all the others or says 'technical debt'."""
    if len(sections) < 2:
        return -1
    others = [section.level for section in sections[2:]]
    is_above = not others or min(others) > sections[1].level
    return (
        1 if is_above or is_generic(sections[1].heading) or {"debt", "debts"} & set(words(sections[1].heading)) else -1
    )
