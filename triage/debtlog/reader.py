"""Reading the debt logs that teams have: headings, tables, lists, checklists, blocks, in any mix."""

from collections.abc import Iterator
from statistics import median

from triage.debtlog import grammar
from triage.debtlog.blocks import Table, is_rule, scan
from triage.debtlog.entry import Log
from triage.debtlog.fields import core, read_values
from triage.debtlog.item import Found, entry
from triage.debtlog.labels import Means
from triage.debtlog.lists import fence_items, list_items
from triage.debtlog.merge import Register
from triage.debtlog.outline import Role, Section, document_title, outline
from triage.debtlog.sections import is_essay, is_generic, is_only_level, section_state
from triage.debtlog.tables import columns, table_items, title_column
from triage.debtlog.titles import id_prefixes
from triage.debtlog.words import any_level, leading_level

ESSAY = "This looks like an essay, not a debt log: no items found."


def read(text: str) -> Log:
    """The items of a debt log in whatever form, with notes about what was not understood."""
    return grammar.parse(text) or _Reader(text).log()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines, fences = scan(text)
        self.prefixes = id_prefixes(line.text for line in self.lines if not line.is_code)
        self.sections = outline(self.lines, fences, self.prefixes)
        self.document = document_title(self.sections)
        self.has_headings = any(section.role is Role.ITEM for section in self.sections)
        self.register = Register()
        self.notes: list[str] = []

    def log(self) -> Log:
        found = sorted(self._items(), key=lambda item: item.lines)
        if self._is_essay(found):
            found = [item for item in found if item.is_strong]
            if not found:
                return Log(notes=(ESSAY,))
        for item in found:
            self.register.add(item)
        self._read_asides()
        if not self.register.items:
            self.notes.insert(0, "No items found.")
        entries = tuple(entry(item, origin) for item, origin in self.register.origins())
        return Log(entries, tuple(self.notes))

    def _items(self) -> Iterator[Found]:
        """Everything that is told as an item, outside of asides."""
        registers = self._registers()
        has_others = self.has_headings or bool(registers)
        for section in self.sections:
            if section.role is Role.ITEM:
                yield self._placed(self._heading_item(section), section.parent)
            elif section.role is Role.GROUP:
                items = list(fence_items(section, self.lines, self.prefixes))
                for table, at in registers.get(section.index, []):
                    items += table_items(table, self.lines, at, self.prefixes)
                if not items and self._may_list(section, has_others):
                    items += list_items(section, self.lines, self.prefixes)
                if not items and section.index != self.document and self._is_leaf(section):
                    self._note_left_out(section)
                yield from (self._placed(item, section.index) for item in items)

    def _registers(self) -> dict[int, list[tuple[Table, int]]]:
        """The tables whose rows are items. One without a clear title counts only when there is no better one."""
        tables = [(s, table) for s in self.sections if s.role is Role.GROUP for table in s.tables]
        has_clear = any(title_column(table, is_only_table=False) is not None for _, table in tables)
        registers: dict[int, list[tuple[Table, int]]] = {}
        for section, table in tables:
            at = title_column(table, is_only_table=not has_clear)
            if at is not None:
                registers.setdefault(section.index, []).append((table, at))
            else:
                under = f" under '{section.heading}'" if section.heading else ""
                lines = f"{self.lines[table.first].number}-{self.lines[table.last].number}"
                self.notes.append(
                    f"Lines {lines}: the table{under} has no column that names an item, so it was left out."
                )
        return registers

    def _may_list(self, section: Section, has_others: bool) -> bool:
        """Bullets are items where nothing else is; else only with boxes, or under 'Resolved', 'High' and the like."""
        may_stand_beside = section.index > 0 and (section.is_named_group or section.boxes > 0)
        return bool(section.bullets) and self._is_leaf(section) and (not has_others or may_stand_beside)

    def _is_leaf(self, section: Section) -> bool:
        return all(self.sections[child].role is Role.ASIDE for child in section.children)

    def _heading_item(self, section: Section) -> Found:
        body = self.lines[section.start : self._end_of_item(section)]
        last = next(
            (line.number for line in reversed(body) if line.text.strip("-*_ ")), self.lines[section.first].number
        )
        found = Found("heading", section.title, read_values(body), (self.lines[section.first].number, last))
        found.name, found.is_strong, found.words = section.heading, section.is_strong, section.prose
        return found

    def _end_of_item(self, section: Section) -> int:
        """An item ends at a rule behind which there are no more labels: there the file says good-bye."""
        body = range(section.start, section.end)
        rule = next((at for at in reversed(body) if not self.lines[at].is_code and is_rule(self.lines[at].text)), None)
        if rule is None or core(read_values(self.lines[rule : section.end])):
            return section.end
        left = [line.number for line in self.lines[rule + 1 : section.end] if not line.is_blank]
        if left:
            self.notes.append(f"Lines {left[0]}-{left[-1]}: the text behind the last item was left out.")
        return rule

    def _placed(self, found: Found, above: int) -> Found:
        """The item with what the headings above it say about it."""
        while above > 0:
            heading = self.sections[above].heading
            state = section_state(heading)
            severity = any_level(heading) if is_only_level(heading) else leading_level(heading)
            found.state = found.state or state
            found.severity = found.severity or severity
            if not (state or severity or is_generic(heading)) and above != self.document:
                found.areas += (self.sections[above].title.text.split("(")[0],)
            above = self.sections[above].parent
        return found

    def _is_essay(self, found: list[Found]) -> bool:
        """Long text under headings, or a few lists in much text, is about debt and not a list of it."""
        weak = [item for item in found if not item.is_strong]
        if not weak or any(item.form in ("table", "block") for item in found):
            return False
        told = [item.words for item in weak if item.form == "heading" and item.words]
        listed = sum(item.words for item in weak if item.form == "list")
        asides = sum(section.role is Role.ASIDE for section in self.sections)
        prose = sum(section.prose for section in self.sections if section.role is not Role.ITEM)
        return (
            (len(self.sections) > 1 and is_essay(self.sections[1].heading))
            or (bool(told) and median(told) > 150)
            or (asides > 3 and asides >= 2 * len(weak))
            or (listed > 0 and not told and prose > max(150, 2 * listed))
        )

    def _read_asides(self) -> None:
        """Summaries and plans repeat items: they may add to them, and tell new ones only when nothing else does."""
        is_only_source = not self.register.items
        for section in self.sections:
            if section.role is Role.ASIDE:
                rows = list(self._aside_items(section))
                if is_only_source:
                    for row in rows:
                        if row.form == "table":
                            self.register.add(self._placed(row, section.index))
                elif not sum(self.register.complete(row) for row in rows):
                    self._note_left_out(section)

    def _aside_items(self, section: Section) -> Iterator[Found]:
        for table in section.tables:
            ids = [at for at, means in enumerate(columns(table)) if means is Means.ID]
            at = title_column(table, is_only_table=True)
            if at is not None or ids:
                yield from table_items(table, self.lines, ids[0] if at is None else at, self.prefixes)
        for item in list_items(section, self.lines, self.prefixes):
            if severity := any_level(item.title.rest):
                item.severity, item.values, item.title.rest = severity, [], ""
                yield item

    def _note_left_out(self, section: Section) -> None:
        """Once for an aside, not again for its parts; and not for 'High' with 'None yet' below it."""
        is_part = section.parent > 0 and self.sections[section.parent].role is Role.ASIDE
        has_something = section.bullets or (section.has_text and not section.is_named_group)
        if section.role is Role.ASIDE:
            has_something = any(not line.is_blank for line in self.lines[section.start : section.end])
        if section.heading and has_something and not is_part:
            lines = f"{self.lines[section.first].number}-{self.lines[section.end - 1].number}"
            self.notes.append(f"Lines {lines}: '{section.heading}' was read as explanation, not as items.")
