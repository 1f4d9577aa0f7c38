"""The headings of a log, and what each of them is: a group, an item, a part of an item, or an aside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from triage.debtlog.blocks import Bullet, Fence, Line, Table, bullet_text, bullets, headings, is_rule, tables
from triage.debtlog.entry import same_title
from triage.debtlog.fields import Value, core, read_values
from triage.debtlog.labels import CORE, Means, meaning
from triage.debtlog.sections import is_aside, is_generic, is_only_level, is_shape, section_state
from triage.debtlog.tables import title_column
from triage.debtlog.titles import Title, read_title
from triage.debtlog.words import words

# Labels that are also used as headings inside an item. 'Module' or 'Tests' as a heading is rather an area.
_FIELDS = CORE | {Means.STATUS, Means.RESOLUTION, Means.CLOSED}


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
    end: int = 0  # the end of everything below it
    children: list[int] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    bullets: list[Bullet] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    prose: int = 0  # words outside of lists, tables and code
    boxes: int = 0  # bullets with a box
    role: Role = Role.GROUP
    is_strong: bool = False  # is it an item by its labels or marks, not only by standing where an item would?

    @property
    def core(self) -> set[Means]:
        return core(self.values)

    @property
    def key(self) -> tuple[int, str]:
        return self.level, same_title(self.heading)

    @property
    def is_named_group(self) -> bool:
        """Does the title alone say that this is a group?"""
        return is_only_level(self.heading) or section_state(self.heading) is not None or is_generic(self.heading)

    @property
    def is_field(self) -> bool:
        return meaning(self.heading) in _FIELDS and not self.is_named_group

    @property
    def has_text(self) -> bool:
        return self.prose > 0 or bool(self.fences)


def outline(lines: Sequence[Line], fences: Sequence[Fence], prefixes: frozenset[str]) -> list[Section]:
    sections = _sections(lines, prefixes)
    remaining = iter(fences)
    fence = next(remaining, None)
    for section in sections:
        while fence and fence.first < section.stop:
            section.fences.append(fence)
            fence = next(remaining, None)
        _look_inside(section, lines)
    _decide(sections)
    return sections


def _sections(lines: Sequence[Line], prefixes: frozenset[str]) -> list[Section]:
    sections = [Section(0, 0, "", Title(""), 0, 0, len(lines), -1)]
    above = [0]
    for heading in headings(lines):
        sections[-1].stop = heading.at
        while sections[above[-1]].level >= heading.level:
            sections[above.pop()].end = heading.at
        title, index = read_title(heading.title, prefixes), len(sections)
        new = Section(index, heading.level, heading.title, title, heading.at, heading.body, len(lines), above[-1])
        sections[new.parent].children.append(index)
        sections.append(new)
        above.append(index)
    for index in above:
        sections[index].end = len(lines)
    return sections


def _look_inside(section: Section, lines: Sequence[Line]) -> None:
    section.values = read_values(lines[section.start : section.stop])
    section.bullets = bullets(lines, section.start, section.stop)
    section.tables = tables(lines, section.start, section.stop)
    tops = [bullet for bullet in section.bullets if bullet.depth == 0]
    section.boxes = sum(bullet_text(lines[bullet.first].text)[:3].lower() in ("[ ]", "[x]") for bullet in tops)
    listed = {at for bullet in tops for at in range(bullet.first, bullet.last + 1)}
    section.prose = sum(
        len(lines[at].text.split())
        for at in range(section.start, section.stop)
        if at not in listed and not lines[at].is_code and lines[at].text[:1] not in "|>" and not is_rule(lines[at].text)
    )


def document_title(sections: Sequence[Section]) -> int:
    """The heading that names the whole file: the first, when it is above all the others or speaks of debt."""
    if len(sections) < 2:
        return -1
    first, others = sections[1], sections[2:]
    is_above = all(section.level > first.level for section in others)
    speaks_of_debt = is_generic(first.heading) or not {"debt", "debts"}.isdisjoint(words(first.heading))
    return 1 if is_above or speaks_of_debt else -1


def _decide(sections: list[Section]) -> None:
    repeated = _repeated_parts(sections)
    for section in sections[1:]:
        section.is_strong = _is_strong(section, sections, repeated)
    holds_strong = _holds_strong(sections)
    levels = Counter(section.level for section in sections if section.is_strong)
    # The level at which labels or ids repeat is the item level.
    item_level = max(levels, key=lambda level: (levels[level], -level)) if levels else 0
    for section in sections[1:]:
        above = sections[section.parent].role
        if above in (Role.ITEM, Role.PART):
            section.role = Role.PART
        elif above is Role.ASIDE or _is_aside(section):
            section.role = Role.ASIDE
        elif section.is_strong and not (holds_strong[section.index] and section.level < item_level):
            section.role = Role.ITEM
    _decide_plain(sections, item_level)


def _repeated_parts(sections: list[Section]) -> set[tuple[int, str]]:
    """Sub-headings that come back under one heading after another are fields, in whatever language."""
    seen: dict[tuple[int, str], set[int]] = {}
    for section in sections[1:]:
        if section.parent > 0 and not section.children and not section.title.is_marked and not section.is_named_group:
            seen.setdefault(section.key, set()).add(section.parent)
    # Areas come back too, but under headings that are severities or states.
    return {
        key for key, where in seen.items() if len(where) > 1 and not any(sections[at].is_named_group for at in where)
    }


def _is_strong(section: Section, sections: list[Section], repeated: set[tuple[int, str]]) -> bool:
    if section.title.is_placeholder or section.is_field or section.key in repeated:
        return False
    if section_state(section.heading) is not None:
        return False
    if section.title.id or section.title.has_box:
        return True
    parts = [sections[child] for child in section.children]
    fields = [part for part in parts if part.is_field or part.key in repeated]
    if fields and len(fields) * 2 >= len(parts):
        return not section.is_named_group
    if section.is_named_group:
        return len(section.core) > 1 and not parts and _labels_lead(section)
    return (bool(section.core) and _labels_lead(section)) or (section.title.state is not None and not parts)


def _labels_lead(section: Section) -> bool:
    """A list of areas may hold one bullet such as 'Fix: the menu'; an item has its labels in most of its bullets."""
    labelled = [value for value in section.values if value.label and value.means is not Means.OTHER]
    tops = sum(bullet.depth == 0 for bullet in section.bullets)
    return any(not value.is_bullet for value in labelled) or (len(labelled) * 2 >= tops and not section.boxes)


def _holds_strong(sections: list[Section]) -> list[bool]:
    holds = [False] * len(sections)
    for section in reversed(sections[1:]):
        if section.is_strong or holds[section.index]:
            holds[section.parent] = True
    return holds


def _is_aside(section: Section) -> bool:
    if section.title.is_placeholder:
        return True
    if not is_aside(section.title.text) or section_state(section.heading) is not None:
        return False
    is_item = section.is_strong and (section.title.is_marked or len(section.core) > 1)
    return is_shape(section.heading) or not is_item


def _decide_plain(sections: list[Section], item_level: int) -> None:
    """Headings without labels or ids: items when they lead text, groups when they lead lists or tables."""
    document = document_title(sections)
    leaves = [
        section
        for section in sections[1:]
        if section.role is Role.GROUP and _is_leaf(section, sections) and section.index != document
    ]
    leaves = [section for section in leaves if not section.is_named_group and not _is_register(section)]
    telling = Counter(section.level for section in leaves if section.has_text)
    listing = Counter(section.level for section in leaves if not section.has_text and section.bullets)
    strong = [section.index for section in sections if section.is_strong]
    for section in leaves:
        if section.has_text and section.is_field:
            section.role = Role.ASIDE  # an essay on debt has chapters such as 'Impact'
        elif len(strong) > 1:
            # Beside labelled items, a heading with mere text is one of them only in their midst.
            is_between = strong[0] < section.index < strong[-1] or section.parent > document > 0
            if section.level >= item_level and is_between:
                section.role = Role.ITEM
        elif section.has_text or telling[section.level] > listing[section.level]:
            section.role = Role.ITEM


def _is_leaf(section: Section, sections: list[Section]) -> bool:
    return all(sections[child].role in (Role.ASIDE, Role.PART) for child in section.children)


def _is_register(section: Section) -> bool:
    """Are its items in a table or a checklist?"""
    has_table = any(
        not section.prose or title_column(table, is_only_table=False) is not None for table in section.tables
    )
    return has_table or (section.boxes > 0 and not section.prose)
