"""What a title carries besides its words: an id, a box, a done mark, a severity, a size."""
# ruff: noqa: RUF001 - dashes and colons as people type them

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from triage.debtlog.blocks import link_targets, unlinked
from triage.debtlog.entry import State
from triage.debtlog.words import DONE_MARKS, any_level, day, is_bare_state, is_only_level, level, state, words

_ID = re.compile(
    r"[\[(]?(?P<id>(?P<prefix>[A-Z][A-Z0-9]{0,11}(?:[-_][A-Z]{1,12}){0,2})[-_ ]?[0-9]{1,5}(?:\.[0-9]{1,3})?[a-z]?|P[0-4]-[0-9]{1,4}"
    r"|(?P<slug>TD|DEBT)-[a-z][a-z0-9-]{1,60})[\])]?(?P<end>\s*[:.：、|]\s*|\s+[–—·-]+\s+|\s*$|(?=\s))"
)
_NUMBER = re.compile(r"(?:#?[0-9]{1,3}(?:\.[0-9]{1,3}){1,3}[.):]?|#?[0-9]{1,4}[.):：、]|#[0-9]{1,4})\s+")
_BOX = re.compile(r"\[([ xX✓✔-]?)\]\s*")
_BRACKET = re.compile(r"\s*[\[(（【]([^\[\](（）)【】]{1,80})[\])）】]\s*[:：–—-]?\s*")
_TAIL = re.compile(r"\s*(?:\s[-–—|:]+\s|:\s)\s*([^–—|]{1,100})$")
_LOUD = re.compile(r"\s+(RESOLVED|FIXED|DONE|CLOSED|COMPLETED?|PAID|WONTFIX)\b[^\w]*$")
_HEAD = re.compile(r"([\w' ]{2,20}?)\s*(?:[:：]|\s[-–—])\s+")
_SIZES = re.compile(
    r"(?:XS|S|M|L|XL|XXL|[SML]/[SML]|~?[0-9.–-]+ ?(?:h|hrs?|hours?|d|days?|w|weeks?|min))", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"\b(?:X{2,}|XYZ|N{2,}|YYYY|\?\?+)\b|^[\[<{](?:short |item |debt |brief )?(?:title|name|description|issue)\b", re.I
)
_JUNK = " \t*_~-–—:：|·•🔴🟠🟡🟢🔵⚪⚫🟣🟤⚠🚧❌❓❗🔥📌🚨⬜☐☑✅✔🎉🐛🔧📝💡\ufe0f"
_END = _JUNK.translate(str.maketrans("", "", "*_:："))
_KNOWN = {"TD", "DEBT", "DT", "TECHDEBT", "TECH-DEBT", "TDR"}
_LONGEST = 200


@dataclass(frozen=True)
class Title:
    text: str
    id: str = ""
    state: State | None = None
    severity: str = ""
    size: str = ""
    closed: date | None = None
    reason: str = ""
    anchors: tuple[str, ...] = ()
    has_box: bool = False
    rest: str = ""  # what stood behind the title proper

    @property
    def is_marked(self) -> bool:
        """Does it have what only the title of an item has?"""
        return bool(self.id or self.has_box or self.state)

    @property
    def is_placeholder(self) -> bool:
        return _PLACEHOLDER.search(self.text[:200]) is not None or "XX" in self.id


def id_prefixes(texts: Iterable[str]) -> frozenset[str]:
    """The prefixes that make ids in this file: they recur, each time with another number."""
    seen: Counter[str] = Counter()
    for identity in {
        (found["prefix"], found["id"]) for text in texts if (found := _ID.match(text.lstrip(" #*+-|~>`[]xX")[:120]))
    }:
        if identity[0]:
            seen[identity[0]] += 1
    return frozenset(prefix for prefix, count in seen.items() if count > 1) | _KNOWN


def read_title(raw: str, prefixes: frozenset[str]) -> Title:
    anchors = tuple(target[1:] for target in link_targets(raw[:2000]) if target.startswith("#"))
    text, rest = _cut(unlinked(raw[: _LONGEST * 20]).strip())
    struck = text.count("~~") >= 2 and len(text.split("~~")[1]) * 2 > len(text.replace("~~", "")) - 20
    title = Title(
        text.replace("~~", "").replace("**", "").replace("__", "") if "``" not in text else text, anchors=anchors
    )
    if struck or any(mark in text for mark in DONE_MARKS):
        title = replace(title, state=State.PAID)
    title = _without_tail(_without_head(title, prefixes))
    return replace(
        title,
        text=title.text.strip(_JUNK.replace("_", "").replace("*", "")),
        rest=rest or ("" if len(raw) < _LONGEST * 20 else raw),
    )


def _cut(text: str) -> tuple[str, str]:
    """A bold lead is the title and the rest explains it; without one a long text gives its first sentence."""
    for mark in ("**", "__"):
        start = text[:12].find(mark)
        end = text.find(mark, start + 2, 400)
        if start >= 0 and end > 0 and not text[:start].strip(_JUNK + "[]xX0123456789."):
            lead, after = text[: end + 2], text[end + 2 :]
            if not after.strip() or re.match(
                r"\s*(?:\([^()]{0,60}\)|\[[^\[\]]{0,60}\])?\s*(?:[:：.–—]|-\s|\s-)", after
            ):
                if words(lead) and not _is_only_id(lead):
                    return lead, after.strip(" \t:：.–—-") if len(after) > 2 else ""
    if len(text) <= _LONGEST:
        return text, ""
    sentence = re.match(r".{20,200}?[.!?。](?=\s|$)|.{20,199}?。", text)
    if sentence:
        return sentence[0], text[sentence.end() :].strip()
    short = text[: _LONGEST - 1].rsplit(" ", 1)[0]
    return short + "…", text


def _is_only_id(lead: str) -> bool:
    found = _ID.match(lead.strip(" *_:~[]xX"))
    return found is not None and not found.string[found.end() :].strip(" *_:")


def _without_head(title: Title, prefixes: frozenset[str]) -> Title:
    """Boxes, numbers, ids, severities and states stand before the title in any order."""
    for _ in range(6):
        text = title.text.lstrip(_JUNK)
        if found := _BOX.match(text):
            done = found[1].lower() in ("x", "✓", "✔") and found[1] != ""
            title = replace(title, has_box=True, state=State.PAID if done else title.state)
        elif not title.id and (found := _ID.match(text)) and _is_id(found, prefixes):
            title = replace(title, id=found["id"])
        elif found := _NUMBER.match(text):
            pass
        elif ((found := _BRACKET.match(text)) and (read := _bracketed(title, found[1]))) or ((found := _HEAD.match(text)) and (read := _bracketed(title, found[1]))):
            title = read
        else:
            return replace(title, text=text)
        title = replace(title, text=text[found.end() :])
    return title


def _is_id(found: re.Match[str], prefixes: frozenset[str]) -> bool:
    if found["slug"] or not found["prefix"]:
        return bool(found["end"]) or found.string[found.end() - 1] in ")]"
    is_set_off = bool(found["end"]) or found.string[found.end() - 1] in ")]"
    return found["prefix"] in prefixes and (is_set_off or found["prefix"] in _KNOWN)


def _bracketed(title: Title, text: str) -> Title | None:
    """A title with what a bracket or a prefix said, or None when it is part of the wording."""
    how = state(text)
    if how is State.DROPPED and is_bare_state(text) and not re.match(r"\W*won", text, re.IGNORECASE):
        return None  # "(obsolete)" may be what is wrong with the thing
    if how and how is not State.OPEN and (is_bare_state(text) or day(text) or len(words(text)) <= 5):
        return replace(
            title, state=how, closed=day(text) or title.closed, reason="" if is_bare_state(text) else text.strip()
        )
    if is_only_level(text) or (
        level(text) and len(words(text)) <= 3 and not re.search(r"[A-Za-z]{3,} [a-z]{3,}", text)
    ):
        return replace(title, severity=title.severity or any_level(text))
    if "," in text and (bad := any_level(text)) and len(words(text)) <= 3:
        return replace(title, severity=title.severity or bad)
    return replace(title, size=text.strip()) if _SIZES.fullmatch(text.strip()) else None


def _without_tail(title: Title) -> Title:
    for _ in range(3):
        text = title.text.rstrip(_END)
        if found := _LOUD.search(text[-60:]):
            how = state(found[1])
            title = replace(title, text=text[: len(text[:-60]) + found.start()], state=how)
            continue
        last = _last_bracket(text)
        if last is not None and (read := _bracketed(title, text[last + 1 : -1])):
            # "RESOLVED (false positive)": the bracket explains the word before it.
            title = replace(read, text=text[:last])
            continue
        if last is not None and (loud := _LOUD.search(text[max(0, last - 60) : last])):
            how = state(loud[1] + " " + text[last:])
            cut = max(0, last - 60) + loud.start()
            return replace(title, text=text[:cut], state=how, reason=text[cut:].strip(_JUNK))
        if found := _tail(text):
            how = state(found[1])
            if how in (State.PAID, State.DROPPED) and _is_verdict(found[1]):
                return replace(
                    title,
                    text=text[: found.start()],
                    state=how,
                    closed=day(found[1]) or title.closed,
                    reason=_reason(found[1]),
                )
        return title
    return title


def _tail(text: str) -> re.Match[str] | None:
    start = max(0, len(text) - 120)
    return _TAIL.search(text, start)


def _last_bracket(text: str) -> int | None:
    if text.endswith((")", "]", "）")):
        opened = max(text.rfind("(", -90), text.rfind("[", -90), text.rfind("（", -90))
        return opened if opened > 0 else None
    return None


def _is_verdict(text: str) -> bool:
    """'resolved 2026-02-01' or 'fixed in #12' says that it is done; 'fixed width layout' does not."""
    after = words(text)[1:2]
    return (
        not after
        or after[0][0].isdigit()
        or after[0] in {"in", "by", "on", "via", "with", "as", "see", "pr", "commit", "at"}
    )


def _reason(text: str) -> str:
    return "" if is_bare_state(text) else text.strip()
