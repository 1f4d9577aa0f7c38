"""From the pieces of an item to an entry."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from triage.boards.category import Category
from triage.debtlog.blocks import unlinked
from triage.debtlog.entry import Entry, same_title, tidy, tidy_line
from triage.debtlog.fields import Value
from triage.debtlog.labels import Means
from triage.debtlog.places import is_only_places, links, paths
from triage.debtlog.sections import is_only_level
from triage.debtlog.titles import Title
from triage.debtlog.words import any_level, day, is_bare_state, is_closed, leading_level, state, vocabulary, words
from triage.items.state import State

# 'Fixed in #12', 'Resolved 2026-01-04': a paragraph that begins so tells how the item ended.
_ENDING = re.compile(
    r"(?:\*\*|_)?(?:resolved|fixed|landed|done|completed|closed|shipped|merged|implemented|resolution)\b(?:\*\*|_)?:?\s*"
    r"(?:(?:in|on|by|via|with|as of)\b|\(?[12][0-9]{3}-|`|#[0-9]|\(?(?:PR|commit)\b)|已于.{0,40}(?:修复|修復|完成)",
    re.IGNORECASE,
)
_NOTHING = vocabulary("none nothing n/a tbd todo no empty ninguna ninguno aucune keine нет 無 なし 없음")
_LONGEST_TAG = 40


@dataclass
class Found:
    """An item as it was found, before its pieces are put in their places."""

    form: str
    title: Title
    values: list[Value]
    lines: tuple[int, int]
    severity: str = ""  # from the headings above, as the next two
    state: State | None = None
    areas: tuple[str, ...] = ()
    name: str = ""  # the heading as it stands, to be recognised by links to it
    is_strong: bool = True  # is it an item by its form, not only by its place?
    words: int = 0
    more: list["Found"] = field(default_factory=list)  # the same item told again

    @property
    def identity(self) -> str:
        ids = (tidy_line(value.text).strip("`*~[] ") for value in self.values if value.means is Means.ID)
        return self.title.id or next(ids, "")


def is_item_title(title: Title) -> bool:
    """Does it name something, unlike 'None yet' or '[Title]'?"""
    text = title.text.strip("*_`. :").casefold()
    is_nothing = text in _NOTHING or text.startswith(("none yet", "no items", "nothing "))
    return bool(words(text)) and not is_nothing and not title.is_placeholder


def entry(found: Found, origin: str) -> Entry:
    return _Reading(found).entry(origin)


class _Reading:
    def __init__(self, found: Found) -> None:
        self.title = found.title
        self.tellings = [found, *found.more]
        self.values = _once(value for each in self.tellings for value in each.values)
        self.state = next((how for each in self.tellings if (how := _state(each)) is not State.OPEN), State.OPEN)
        self.is_done = self.state is not State.OPEN
        self.severity = next(self._severities(), "")

    def entry(self, origin: str) -> Entry:
        size, steps = self._size()
        places = [value.text for value in self._of(Means.PATHS)]
        texts = [*(value.text for value in self.values), *(each.name for each in self.tellings), self.title.rest]
        named = (tidy_line(value.text).casefold() for value in self._of(Means.AREA, Means.SEVERITY))
        return Entry(
            title=tidy_line(self.title.text) or "Untitled",
            state=self.state,
            category=next((Category(name) for name in named if name in set(Category)), None),
            why=_joined(self._why()),
            fix=_joined([*self._fix(), *steps]),
            size=tidy_line(size),
            paths=tuple(dict.fromkeys(tidy_line(path) for text in places for path in paths(text))),
            tags=tuple(dict.fromkeys(self._tags())),
            links=tuple(dict.fromkeys(link for text in texts for link in links(text))),
            origin=origin,
            closed=next(self._days(), None) if self.is_done else None,
            reason=_joined(self._reasons()) if self.is_done else "",
            lines=max((each.lines for each in self.tellings), key=lambda lines: lines[1] - lines[0]),
        )

    def _of(self, *means: Means) -> list[Value]:
        return [value for value in self.values if value.means in means and value.text]

    def _severities(self) -> Iterator[str]:
        """Its own field first, then title and headings, then 'Impact: LOW', which is how some teams write it."""
        told = [any_level(value.text) for value in self._of(Means.SEVERITY)]
        told += [each.title.severity or each.severity for each in self.tellings]
        told += [leading_level(value.text) for value in self._of(Means.IMPACT) if value.lines[0]]
        return (word for word in told if word)

    def _tags(self) -> Iterator[str]:
        if self.severity:
            yield f"severity-{self.severity}"
        for value in self._of(Means.AREA):
            plain = re.sub(r"[(（][^()（）]*[)）]", "", tidy_line(value.text)[:300])
            for part in re.split(r"[,;、]|\s\+\s", plain)[:5]:
                yield from _tag(part, value.label)
        for area in (area for each in self.tellings for area in each.areas):
            yield from _tag(area)

    def _size(self) -> tuple[str, list[str]]:
        """The first estimate, and as part of the fix what stands below it."""
        values = [value for value in self._of(Means.SIZE) if not is_closed(value.text)]
        if not values:
            return next((each.title.size for each in self.tellings if each.title.size), ""), []
        first, *steps = values[0].text.split("\n")
        return first.strip(" -*"), ["\n".join(steps), *(_labelled(value) for value in values[1:])]

    def _why(self) -> Iterator[str]:
        plain = [value.text for value in self.values if not value.label and not self._is_ending(value)]
        yield self.title.rest
        yield from plain
        for at, value in enumerate(self._of(Means.WHY)):
            yield _labelled(value) if plain or at else value.text
        for value in self._of(Means.IMPACT) + self._of(Means.CAUSE):
            yield _labelled(value)
        yield from (_labelled(value) for value in self.values if value.label and self._has_no_other_place(value))

    def _has_no_other_place(self, value: Value) -> bool:
        """Whatever is not told elsewhere in the entry keeps its label, so that nothing is lost."""
        match value.means:
            case Means.SEVERITY:
                return bool(words(value.text)) and not is_only_level(value.text)
            case Means.STATUS:
                return not self.is_done and not is_bare_state(value.text)
            case Means.PATHS | Means.LINKS:
                return not is_only_places(value.text)
            case Means.AREA:
                return "(" in value.text or len(value.text) > _LONGEST_TAG
            case Means.OWNER | Means.REPORTED | Means.MEASURE | Means.TRIGGER | Means.WORKAROUND | Means.OTHER:
                return True
            case _:
                return False

    def _fix(self) -> Iterator[str]:
        remedies = self._of(Means.FIX) if self.is_done else self._of(Means.FIX, Means.RESOLUTION)
        for at, value in enumerate(remedies):
            yield _labelled(value) if at else value.text
        yield from (_labelled(value) for value in self._of(Means.DONE_WHEN))

    def _reasons(self) -> Iterator[str]:
        yield from (each.title.reason for each in self.tellings)
        yield from (value.text for value in self.values if self._is_ending(value))

    def _is_ending(self, value: Value) -> bool:
        match value.means:
            case Means.RESOLUTION:
                return self.is_done
            case Means.OTHER:
                return self.is_done and not value.label and _ENDING.match(value.text) is not None
            case Means.SIZE:
                return is_closed(value.text)
            case Means.STATUS:
                return self.is_done and not is_bare_state(value.text)
            case Means.CLOSED:
                return self.is_done and not (day(value.text) and len(words(value.text)) <= 3)
            case _:
                return False

    def _days(self) -> Iterator[date]:
        told = [each.title.closed for each in self.tellings]
        told += [day(f"{v.label} {v.text}") for v in self._of(Means.CLOSED) + self._of(Means.RESOLUTION, Means.STATUS)]
        return (each for each in told if each)


def _state(found: Found) -> State:
    """The item's own status first, then the marks in its title, then how it says it ended, then its section."""
    told = [state(value.text) for value in found.values if value.means is Means.STATUS]
    told.append(found.title.state)
    told += [State.PAID for value in found.values if _tells_end(value)]
    told.append(found.state)
    return next((how for how in told if how), State.OPEN)


def _tells_end(value: Value) -> bool:
    if value.means is Means.CLOSED:
        return day(value.text) is not None or is_closed(value.text)
    if value.means is Means.RESOLUTION:
        return bool(day(value.label) or day(value.text[:40]) or is_closed(value.text))
    return value.means is Means.OTHER and not value.label and _ENDING.match(value.text) is not None


def _once(values: Iterable[Value]) -> list[Value]:
    """The values without those that only repeat another one."""
    kept: dict[tuple[Means, str], Value] = {}
    for value in values:
        kept.setdefault((value.means, same_title(value.text)), value)
    return list(kept.values())


def _labelled(value: Value) -> str:
    gap = "\n" if value.text.startswith(("-", "*", "1.", "```", "|")) else " "
    return f"{value.label}:{gap}{value.text.strip()}" if value.label else value.text


def _joined(parts: Iterable[str]) -> str:
    texts = (tidy(part).replace("~~", "") for part in parts)
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def _tag(text: str, label: str = "") -> Iterator[str]:
    """A short tag; a mere number, as in 'Track: 2', takes its label along."""
    parts = words(re.sub(r"[`*_]", "", unlinked(text))[:80])
    if not any(part.strip("0123456789-") for part in parts):
        parts = [*words(label), *parts] if label and parts else []
    tag = "-".join(parts)[:_LONGEST_TAG].strip("-'")
    if tag not in ("", "n-a", "none", "all"):
        yield tag
