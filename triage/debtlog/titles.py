"""What a title carries besides its words: an id, a box, a done mark, a severity, a size."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from triage.debtlog.blocks import link_targets, unlinked
from triage.debtlog.sections import is_only_level
from triage.debtlog.words import DONE_MARKS, any_level, day, is_bare_state, is_closed, leading_level, state, words
from triage.items.state import State

_ID = re.compile(
    r"[\[(]?(?P<id>P[0-4]-[0-9]{1,4}|(?P<slug>TD|DEBT)-[a-z][a-z0-9-]{1,60}"
    r"|(?P<prefix>[A-Z][A-Z0-9]{0,11}(?:[-_][A-Z]{1,12}){0,2})[-_ ]?[0-9]{1,5}(?:\.[0-9]{1,3})?[a-z]?)"
    r"(?P<end>[\])]\s*[:.：–—-]?\s*|\s*[:.：、|]\s*|\s+[–—·-]+\s+|\s*$|(?=\s))"
)
# Prefixes that are ids even when nothing but a space follows: 'UTF-16 names' is no item 16.
_KNOWN = frozenset({"TD", "DEBT", "DT", "TECHDEBT", "TECH-DEBT", "TDR"})
_NUMBER = re.compile(r"(?:#?[0-9]{1,3}(?:\.[0-9]{1,3}){1,3}[.):]?|#?[0-9]{1,4}[.):：、]|#[0-9]{1,4})\s+")
_BOX = re.compile(r"\[([ xX✓✔-]?)\]\s*")
_BRACKET = re.compile(r"[\[(（【]([^\[\](（）)【】]{1,80})[\])）】]\s*[:：–—-]?\s*")
_PREFIX = re.compile(r"([\w' ]{2,20}?)\s*(?:[:：]|\s[-–—])\s+")
_TAIL = re.compile(r"(?:\s[-–—|]+|:)\s+([^–—|]{1,100})$")
_LOUD = re.compile(r"\s(RESOLVED|FIXED|DONE|CLOSED|COMPLETED?|PAID|WONTFIX)$")
_LEAD_ENDS = re.compile(r"\s*(?:\([^()]{0,60}\)|\[[^\[\]]{0,60}\])?\s*(?:[:：.–—]|-\s|\s-|$)")
_SIZES = re.compile(
    r"(?:XS|S|M|L|XL|XXL|[SML]/[SML]|~?[0-9.–-]+ ?(?:h|hrs?|hours?|d|days?|w|weeks?|min))", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"\W*(?:[A-Z]{1,10}[-_])?(?:X{2,}|XYZ|N{2,}|YYYY)\b"
    r"|[\[<{](?i:(?:short|item|debt|brief) )?(?i:title|name|description|issue)\b"
)
_JUNK = " \t*_~-–—:：|·•🔴🟠🟡🟢🔵⚪⚫🟣🟤⚠🚧❌❓❗🔥📌🚨⬜☐🐛🔧📝💡\ufe0f" + DONE_MARKS
_TRAILING_JUNK = _JUNK.translate(str.maketrans("", "", "*_:："))
_LONGEST = 200


@dataclass
class Title:
    text: str
    id: str = ""
    state: State | None = None
    severity: str = ""
    size: str = ""
    closed: date | None = None
    reason: str = ""
    anchors: tuple[str, ...] = ()  # where it links to in the same file
    has_box: bool = False
    rest: str = ""  # the explanation behind a bold lead or a first sentence

    @property
    def is_marked(self) -> bool:
        """Does it have what only the title of an item has?"""
        return bool(self.id or self.has_box or self.state)

    @property
    def is_placeholder(self) -> bool:
        return _PLACEHOLDER.match(self.text) is not None


def id_prefixes(texts: Iterable[str]) -> frozenset[str]:
    """The prefixes that make ids in this file: they come back, each time with another number."""
    found = (_ID.match(text.lstrip(" #*+-|~>`[]xX")[:120]) for text in texts)
    seen = Counter(prefix for prefix, _ in {(each["prefix"], each["id"]) for each in found if each})
    return frozenset(prefix for prefix, count in seen.items() if prefix and count > 1) | _KNOWN


def read_title(raw: str, prefixes: frozenset[str]) -> Title:
    anchors = tuple(target[1:] for target in link_targets(raw[:2000]) if target.startswith("#"))
    text, rest = _cut(unlinked(raw).strip())
    title = Title(text, anchors=anchors, rest=rest)
    _take_strike(title)
    _take_done_mark(title)
    _take_head(title, prefixes)
    _take_tail(title)
    if "`" not in title.text:
        title.text = title.text.replace("**", "").replace("__", "")
    title.text = title.text.replace("**", "").lstrip(_JUNK).rstrip(_TRAILING_JUNK)
    return title


def _cut(text: str) -> tuple[str, str]:
    """A bold lead is the title and the rest explains it; without one, a long text gives its first sentence."""
    for mark in ("**", "__"):
        start = text[:12].find(mark)
        end = text.find(mark, start + 2, 400)
        if start >= 0 and end > 0 and not text[:start].strip(_JUNK + "[]xX0123456789."):
            lead, after = text[: end + 2], text[end + 2 :]
            if _is_only_id(lead):
                text = text.replace(mark, "", 2)
            elif _LEAD_ENDS.match(after) and words(lead):
                return lead, after.strip(" \t:：.–—-")
    if len(text) <= _LONGEST:
        return text, ""
    if sentence := re.match(r".{20,200}?(?:[.!?](?=\s|$)|。)", text):
        return sentence[0], text[sentence.end() :].strip()
    return text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…", text


def _is_only_id(lead: str) -> bool:
    text = lead.strip(" *_:~[]xX")
    found = _ID.match(text)
    return found is not None and not text[found.end() :].strip(" *_:")


def _take_strike(title: Title) -> None:
    """'~~Title~~ what became of it'; a word struck out inside a title says nothing."""
    parts = title.text.split("~~", 2)
    if len(parts) == 3:
        before, struck, after = parts
        if len(struck) >= len(before) and len(struck) * 2 >= len(after):
            title.state = State.PAID
            after = "" if _take_verdict(title, after) else after
        title.text = f"{before}{struck}{after}".replace("~~", "")


def _take_done_mark(title: Title) -> None:
    at = next((at for at, mark in enumerate(title.text) if mark in DONE_MARKS), None)
    if at is not None:
        title.state = title.state or State.PAID
        if title.text[:at].strip(_JUNK) and _take_verdict(title, title.text[at + 1 :]):
            title.text = title.text[:at]


def _take_head(title: Title, prefixes: frozenset[str]) -> None:
    """Boxes, numbers, ids, severities and states stand before the title in any order."""
    for _ in range(6):
        text = title.text = title.text.lstrip(_JUNK)
        if found := _BOX.match(text):
            title.has_box = True
            title.state = State.PAID if found[1].strip("- ") else title.state
        elif not title.id and (found := _ID.match(text)) and _is_id(found, prefixes):
            title.id = found["id"]
        elif not (
            (found := _NUMBER.match(text))
            or ((found := _BRACKET.match(text)) and _take_remark(title, found[1]))
            or ((found := _PREFIX.match(text)) and _take_remark(title, found[1], is_bracketed=False))
        ):
            return
        title.text = text[found.end() :]


def _is_id(found: re.Match[str], prefixes: frozenset[str]) -> bool:
    is_set_off = bool(found["end"])
    if is_only_level(found["id"]) and "-" not in found["id"]:
        return False  # P1 is a severity
    if found["slug"] or not found["prefix"]:
        return is_set_off
    return found["prefix"] in prefixes and (is_set_off or found["prefix"] in _KNOWN)


def _take_tail(title: Title) -> None:
    """'Title — RESOLVED 2026-01-04', 'Title (High)', 'Title CLOSED (false positive)'."""
    for _ in range(3):
        text = title.text = title.text.rstrip(_TRAILING_JUNK)
        opened = _last_bracket(text)
        loud_end = len(text) if opened is None else len(text[:opened].rstrip())
        loud = _LOUD.search(text, max(0, loud_end - 40), loud_end)
        if loud and _take_verdict(title, text[loud.start() :]):
            title.text = text[: loud.start()]
        elif opened is not None and _take_remark(title, text[opened + 1 : -1]):
            title.text = text[:opened]
        elif (tail := _TAIL.search(text, max(0, len(text) - 120))) and _is_verdict(tail[1]):
            _take_verdict(title, tail[1])
            title.text = text[: tail.start()]
        else:
            return


def _last_bracket(text: str) -> int | None:
    if text.endswith((")", "]", "）")):
        opened = max(text.rfind(bracket, len(text) - 90 if len(text) > 90 else 0) for bracket in "([（")
        return opened if opened > 0 else None
    return None


def _is_verdict(text: str) -> bool:
    """'resolved 2026-02-01' or 'fixed in #12' says that it is done; 'fixed width layout' does not."""
    after = words(text)[1:2]
    by = {"in", "by", "on", "via", "with", "as", "see", "pr", "commit", "at"}
    return is_closed(text) and (not after or after[0][0].isdigit() or after[0] in by)


def _take_verdict(title: Title, text: str) -> bool:
    if not is_closed(text):
        return False
    title.state = state(text)
    title.closed = title.closed or day(text)
    title.reason = title.reason or ("" if is_bare_state(text) else text.strip(_JUNK))
    return True


def _take_remark(title: Title, text: str, *, is_bracketed: bool = True) -> bool:
    """Take what a bracket or a prefix says about the item, unless it is part of the wording."""
    count = len(words(text))
    if is_closed(text) and (is_bare_state(text) or day(text) or count <= 4):
        # '(obsolete)' may be what is wrong with the thing.
        return words(text)[:1] != ["obsolete"] and _take_verdict(title, text)
    if is_only_level(text) or (
        is_bracketed and count <= 3 and (leading_level(text) or ("," in text and any_level(text)))
    ):
        title.severity = title.severity or any_level(text)
        return True
    if _SIZES.fullmatch(text.strip()):
        title.size = text.strip()
        return True
    return False
