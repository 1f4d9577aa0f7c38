"""Reading the debt logs that teams have: headings, tables, lists, checklists, blocks, in any mix."""

from collections.abc import Iterator, Sequence
from statistics import median

from triage.debtlog import grammar
from triage.debtlog.blocks import Table, scan
from triage.debtlog.entry import Log
from triage.debtlog.fields import read_values
from triage.debtlog.item import Found, entry
from triage.debtlog.labels import Means
from triage.debtlog.lists import columns, fence_items, list_items, table_items, title_column
from triage.debtlog.merge import Register
from triage.debtlog.outline import Role, Section, document_title, outline
from triage.debtlog.titles import id_prefixes
from triage.debtlog.words import any_level, is_essay, is_generic, is_only_level, level, section_state


def read(text: str) -> Log:
    """The items of a debt log in whatever form, with notes about what was not understood."""
    return grammar.parse(text) or _Reader(text).log()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines, fences = scan(text)
        self.prefixes = id_prefixes(line.text for line in self.lines if not line.is_code)
        self.sections = outline(self.lines, fences, self.prefixes)
        self.notes: list[str] = []
        self.register = Register()

    def log(self) -> Log:
        found = list(self._primary())
        if self._is_essay(found):
            found = [item for item in found if item.is_strong]
            if not found:
                return Log((), ("This looks like an essay, not a debt log: no items found.",))
        for item in sorted(found, key=lambda each: each.lines):
            self.register.add(item)
        self._complete()
        if not self.register.items:
            self.notes.insert(0, "No items found.")
        entries = tuple(entry(item, origin) for item, origin in self.register.origins())
        return Log(entries, tuple(self.notes))

    def _primary(self) -> Iterator[Found]:
        """Everything that is told as an item, outside of asides."""
        has_headings = any(section.role is Role.ITEM for section in self.sections)
        tables = self._registers([s for s in self.sections if s.role is Role.GROUP])
        has_others = has_headings or bool(tables)
        for section in self.sections:
            if section.role is Role.ITEM:
                yield self._heading_item(section)
            elif section.role is Role.GROUP:
                blocks = list(fence_items(section, self.lines, self.prefixes))
                rows = [
                    row
                    for table, at in tables.get(section.index, [])
                    for row in table_items(table, self.lines, at, self.prefixes)
                ]
                yield from (self._placed(item, section) for item in (*blocks, *rows))
                if not blocks and not rows and self._may_list(section, has_others):
                    yield from (self._placed(item, section) for item in list_items(section, self.lines, self.prefixes))

    def _registers(self, sections: Sequence[Section]) -> dict[int, list[tuple[Table, int]]]:
        """The tables whose rows are items. One without a clear title counts only when there is no better one."""
        every = [(section, table) for section in sections for table in section.tables]
        clear = {id(table): title_column(table, is_only_table=False) for _, table in every}
        has_clear = any(at is not None for at in clear.values())
        chosen: dict[int, list[tuple[Table, int]]] = {}
        for section, table in every:
            at = clear[id(table)] if has_clear else title_column(table, is_only_table=True)
            if at is not None:
                chosen.setdefault(section.index, []).append((table, at))
            else:
                self.notes.append(
                    f"Lines {self.lines[table.first].number}-{self.lines[table.last].number}: the table"
                    f"{f' under {section.heading!r}' if section.heading else ''} has no column that names an item, so it was left out."
                )
        return chosen

    def _may_list(self, section: Section, has_others: bool) -> bool:
        """Bullets are items where nothing else is; beside other items only under 'Resolved', 'High' and the like, or with boxes."""
        if not section.bullets:
            return False
        is_leaf = all(self.sections[child].role is Role.ASIDE for child in section.children)
        if section.index == 0:
            return is_leaf and not has_others
        return is_leaf and (not has_others or section.is_named_group or section.boxes > 0)

    def _heading_item(self, section: Section) -> Found:
        body = self.lines[section.start : section.end]
        last = next(
            (line.number for line in reversed(body) if not line.is_blank and line.text.strip("-*_ ")),
            self.lines[section.first].number,
        )
        is_strong = (
            bool(section.core)
            or section.title.is_marked
            or any(self.sections[child].is_field for child in section.children)
        )
        found = Found(
            "heading", section.title, read_values(body), (self.lines[section.first].number, last),
            name=section.heading, is_strong=is_strong, words=section.prose,
        )  # fmt: skip
        return self._placed(found, section)

    def _placed(self, found: Found, section: Section) -> Found:
        """The item with what the headings above it say about it."""
        above = section.parent if found.form == "heading" else section.index
        while above > 0:
            title = self.sections[above].heading
            state, severity = section_state(title), any_level(title) if is_only_level(title) else level(title)
            found.state = found.state or state
            found.severity = found.severity or severity
            if not (state or severity or is_generic(title)) and above != document_title(self.sections):
                found.areas += (self.sections[above].title.text.split("(")[0].split(" — ")[0],)
            above = self.sections[above].parent
        return found

    def _is_essay(self, found: list[Found]) -> bool:
        """Long running text under headings, or a few lists in much text, is about debt, not a list of it."""
        weak = [item for item in found if not item.is_strong]
        if not weak or any(item.form in ("table", "block") for item in found):
            return False
        title = self.sections[1].heading if len(self.sections) > 1 else ""
        told = [item.words for item in weak if item.form == "heading" and item.words]
        asides = sum(1 for section in self.sections if section.role is Role.ASIDE)
        prose = sum(section.prose for section in self.sections if section.role is not Role.ITEM)
        listed = sum(item.words for item in weak if item.form == "list")
        return (
            is_essay(title)
            or (bool(told) and median(told) > 150)
            or (asides > 3 and asides >= 2 * len(weak))
            or (listed > 0 and not told and prose > 150 and prose > 2 * listed)
        )

    def _complete(self) -> None:
        """Summaries and plans repeat items: they may add to them, and tell new ones only when nothing else does."""
        asides = [section for section in self.sections if section.role is Role.ASIDE]
        is_only_source = not self.register.items
        left: list[str] = []
        for section in asides:
            rows = self._aside_items(section)
            if is_only_source:
                for row in rows:
                    if row.form == "table":
                        self.register.add(self._placed(row, section))
            elif (
                not sum(self.register.complete(row) for row in rows)
                and self.sections[section.parent].role is not Role.ASIDE
            ):
                left.append(f"'{section.heading}' (line {self.lines[section.first].number})")
        if left:
            self.notes.append(f"Read as explanation, not as items: {', '.join(left[:20])}.")

    def _aside_items(self, section: Section) -> list[Found]:
        rows = []
        for table in section.tables:
            at = title_column(table, is_only_table=True)
            at = next((at for at, means in enumerate(columns(table)) if means is Means.ID), None) if at is None else at
            if at is not None:
                rows += table_items(table, self.lines, at, self.prefixes)
        for item in list_items(section, self.lines, self.prefixes):
            if word := any_level(item.title.rest):
                item.severity = word
                item.values, item.title = [], item.title
                rows.append(item)
        return rows
