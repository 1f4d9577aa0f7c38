"""From the pieces of an item to an entry."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from triage.debtlog.blocks import link_targets, unlinked
from triage.debtlog.entry import Category, Entry, State, same_title, tidy, tidy_line
from triage.debtlog.fields import Value
from triage.debtlog.labels import Means
from triage.debtlog.titles import Title
from triage.debtlog.words import any_level, day, is_bare_state, is_only_level, level, state, words

_URL = re.compile(r"https?://[^\s<>\"'`|]+")
_TICKED = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.@~+*?{}\[\]()<>$,-]*(?:[/\\][\w.@~+*?{}\[\]()<>$,=-]*)+(?::[0-9]+(?:[-–:][0-9]+)?)?")  # noqa: RUF001
_FILE = re.compile(
    r"\.?[\w*@+-]+(?:\.[\w*-]+)*\.[A-Za-z*][A-Za-z0-9*]{0,9}(?::[0-9]+(?:[-–:][0-9]+)?)?|\.[A-Za-z][\w.-]+|(?:Make|Gem|Docker|Rake|Pip|Proc|Jenkins)file"
)
_PLAIN_PATH = re.compile(r"[/\\].*[/\\]|[/\\]$|[*]|\w\.[A-Za-z]{2,10}(?::[0-9]|[).,;:]*$)|^[A-Z][a-z]+file$")
_DONE_PROSE = re.compile(
    r"(?:\*\*|_)?(?:resolved|fixed|landed|done|completed|closed|shipped|merged|implemented|resolution)\b(?:\*\*|_)?:?\s*"
    r"(?:(?:in|on|by|via|with|as of)\b|\(?[12][0-9]{3}-|`|#[0-9]|\(?(?:PR|commit)\b)|已于.{0,40}(?:修复|修復|完成)",
    re.IGNORECASE,
)
_LABELLED = {Means.IMPACT: 1, Means.CAUSE: 2}
_LEFT_OUT = {
    Means.ID,
    Means.TITLE,
    Means.SEVERITY,
    Means.PATHS,
    Means.AREA,
    Means.LINKS,
    Means.STATUS,
    Means.SIZE,
    Means.RESOLUTION,
}


@dataclass
class Found:
    """An item as it was found, before its pieces are put in their places."""

    form: str
    title: Title
    values: list[Value]
    lines: tuple[int, int]
    severity: str = ""  # from the headings above
    state: State | None = None  # from the headings above
    areas: tuple[str, ...] = ()  # from the headings above
    name: str = ""  # the whole heading, to be recognised by links to it
    is_strong: bool = True  # is it surely an item, by its form?
    words: int = 0
    more: list["Found"] = field(default_factory=list)  # the same item told again

    @property
    def identity(self) -> str:
        return self.title.id or next(
            (tidy_line(v.text).strip("`*~[] ") for v in self.values if v.means is Means.ID), ""
        )


def entry(found: Found, origin: str) -> Entry:
    return _Reading(found).entry(origin)


class _Reading:
    def __init__(self, found: Found) -> None:
        self.all = [found, *found.more]
        self.found = found
        self.values = _once([value for each in self.all for value in each.values])
        self.title = found.title

    def entry(self, origin: str) -> Entry:
        how, is_done = self.state(), False
        is_done = how is not State.OPEN
        size, steps = self.size()
        return Entry(
            title=tidy_line(self.title.text) or "Untitled",
            state=how,
            category=self.category(),
            why=_joined(self.why(is_done)),
            fix=_joined([*self.fix(is_done), *steps]),
            size=tidy_line(size),
            paths=tuple(dict.fromkeys(self.paths())),
            tags=tuple(dict.fromkeys(self.tags())),
            links=tuple(dict.fromkeys(self.links())),
            origin=origin,
            closed=self.closed() if is_done else None,
            reason=_joined(self.reason()) if is_done else "",
            lines=self.found.lines,
        )

    def of(self, *means: Means) -> Iterator[Value]:
        return (value for value in self.values if value.means in means and value.text)

    def state(self) -> State:
        """The item's own words first, then its marks, then the section it stands in; done in one telling is done."""
        told = [_state_of(each) for each in self.all]
        return next((how for how in told if how is not State.OPEN), State.OPEN)

    def category(self) -> Category | None:
        named = [tidy_line(v.text).casefold() for v in self.of(Means.AREA, Means.SEVERITY)]
        return next((Category(name) for name in named if name in set(Category)), None)

    def severity(self) -> str:
        fields = (any_level(value.text) for value in self.of(Means.SEVERITY))
        heading = (each.title.severity or each.severity for each in self.all)
        # 'Impact: LOW' and 'Risk: High' are how some teams write a severity.
        hints = (level(v.text) for v in self.of(Means.IMPACT) if v.lines[0] and _leads_with_level(v.text))
        return next((word for source in (fields, heading, hints) for word in source if word), "")

    def tags(self) -> Iterator[str]:
        if self.severity():
            yield f"severity-{self.severity()}"
        for value in self.of(Means.AREA):
            for part in re.split(r"[,;、]|\s\+\s", re.sub(r"[(（][^()（）]*[)）]", "", tidy_line(value.text)[:300]))[
                :5
            ]:
                yield from _slug(part, value.label)
        for each in self.all:
            for area in each.areas:
                yield from _slug(area, "")

    def size(self) -> tuple[str, list[str]]:
        """The first estimate, and as part of the fix what stands below it."""
        values = list(self.of(Means.SIZE))
        if not values:
            return next((each.title.size for each in self.all if each.title.size), ""), []
        first, *steps = values[0].text.strip().split("\n")
        more = [_labelled(value) for value in values[1:]]
        return first.strip(" -*"), ["\n".join(steps), *more] if steps else more

    def why(self, is_done: bool) -> Iterator[str]:
        yield self.title.rest
        told = False
        for value in self.values:
            if value.means is Means.OTHER and not value.label and not (is_done and _DONE_PROSE.match(value.text)):
                told = True
                yield value.text
        for value in self.of(Means.WHY):
            yield _labelled(value) if told else value.text
            told = True
        for means in (Means.IMPACT, Means.CAUSE):
            yield from (_labelled(value) for value in self.of(means))
        yield from self.rest(is_done)

    def rest(self, is_done: bool) -> Iterator[str]:
        """Whatever has no place of its own keeps its label, so that nothing is lost."""
        for value in self.values:
            text = value.text
            if value.means in (Means.WHY, Means.IMPACT, Means.CAUSE, Means.FIX, Means.DONE_WHEN, Means.SIZE):
                keep = False
            elif value.means is Means.SEVERITY:
                keep = not is_only_level(text)
            elif value.means is Means.STATUS:
                keep = not is_done and not is_bare_state(text)
            elif value.means in (Means.PATHS, Means.LINKS):
                keep = _says_more(text)
            elif value.means is Means.AREA:
                keep = "(" in text or len(text) > 60
            elif value.means in (Means.CLOSED, Means.RESOLUTION):
                keep = False
            else:
                keep = bool(value.label) and value.means not in (Means.ID, Means.TITLE)
            if keep and (text.strip() or value.label):
                yield _labelled(value)

    def fix(self, is_done: bool) -> Iterator[str]:
        told = False
        for value in self.values:
            is_fix = value.means is Means.FIX or (value.means is Means.RESOLUTION and not is_done)
            if is_fix and value.text:
                yield _labelled(value) if told else value.text
                told = True
        yield from (_labelled(value) for value in self.of(Means.DONE_WHEN))

    def reason(self) -> Iterator[str]:
        yield from (each.title.reason for each in self.all)
        for value in self.values:
            if value.means is Means.RESOLUTION or (value.means is Means.OTHER and not value.label and _DONE_PROSE.match(value.text)) or (value.means is Means.STATUS and not is_bare_state(value.text)) or (value.means is Means.CLOSED and not _is_only_day(value.text)):
                yield value.text

    def closed(self) -> date | None:
        dates = [each.title.closed for each in self.all]
        for means in (Means.CLOSED, Means.RESOLUTION, Means.STATUS):
            dates += [day(f"{value.label} {value.text}") for value in self.of(means)]
        return next((each for each in dates if each), None)

    def paths(self) -> Iterator[str]:
        for value in self.of(Means.PATHS):
            yield from _paths(value.text)

    def links(self) -> Iterator[str]:
        texts = [value.text for value in self.values] + [self.found.name, self.title.rest]
        for text in texts:
            if "http" in text:
                yield from (_closed_brackets(url) for url in _URL.findall(text))


def _state_of(found: Found) -> State:
    for value in found.values:
        if value.means is Means.STATUS and (how := state(value.text)):
            return how
    if found.title.state:
        return found.title.state
    for value in found.values:
        if value.means is Means.CLOSED and (day(value.text) or state(value.text) in (State.PAID, State.DROPPED)):
            return State.PAID
        if value.means is Means.RESOLUTION and (
            day(value.label) or day(value.text[:40]) or state(value.text) is State.PAID
        ):
            return State.PAID
        if value.means is Means.OTHER and not value.label and _DONE_PROSE.match(value.text):
            return State.PAID
    return found.state or State.OPEN


def _once(values: list[Value]) -> list[Value]:
    """The values without those that only repeat another one."""
    seen: set[tuple[Means, str]] = set()
    kept = []
    for value in values:
        key = (value.means, same_title(value.text))
        if key not in seen:
            kept.append(value)
        seen.add(key)
    return kept


def _labelled(value: Value) -> str:
    gap = "\n" if value.text.lstrip().startswith(("-", "*", "1.", "```", "|")) else " "
    return f"{value.label}:{gap}{value.text.strip()}" if value.label else value.text


def _joined(parts: Iterator[str] | list[str]) -> str:
    return "\n\n".join(dict.fromkeys(text for part in parts if (text := tidy(part).replace("~~", ""))))


def _leads_with_level(text: str) -> bool:
    start = text.strip()
    return bool(level(start)) and re.match(r"\W*\w+\s*(?:$|[-–—:.,;(\n])", start) is not None  # noqa: RUF001


def _slug(text: str, label: str) -> Iterator[str]:
    slug = "-".join(words(re.sub(r"[`*_]", "", unlinked(text))[:80]))[:40].strip("-'")
    if slug and not slug.strip("0123456789.-"):
        slug = f"{'-'.join(words(label))}-{slug}"
    if slug not in ("", "n-a", "none", "all", "-"):
        yield slug


def _paths(text: str) -> Iterator[str]:
    ticked = _TICKED.findall(text)
    targets = [target.split("#")[0] for target in link_targets(text) if "://" not in target]
    # Without code marks, 'request/response' is no path.
    plain = [word for word in re.split(r"[\s,;]+", _TICKED.sub(" ", unlinked(text))) if _PLAIN_PATH.search(word)]
    for word in (*ticked, *targets, *plain):
        # A comma or a bracket around a path is not of it.
        word = word.strip().rstrip(".,;:") if word.count("(") == word.count(")") else word.strip("().,;:")
        if (
            len(word) < 300
            and "://" not in word
            and (_PATH.fullmatch(word) or _FILE.fullmatch(word))
            and word.strip("/\\.-")
        ):
            yield word.strip("()") if word.startswith("(") else word


def _says_more(text: str) -> bool:
    """Is there more than paths and links?"""
    left = _URL.sub("", unlinked(_TICKED.sub("", text)))
    for path in _paths(left):
        left = left.replace(path, "")
    return bool(words(left))


def _is_only_day(text: str) -> bool:
    return day(text) is not None and len(words(text)) <= 3


def _closed_brackets(url: str) -> str:
    url = url.rstrip(".,;:!*_]")
    return url[: url.rfind(")")] if url.endswith(")") and url.count("(") < url.count(")") else url
