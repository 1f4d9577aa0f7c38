"""Decisions as Markdown: the log as a table, and one of them as a stub of an architecture decision record."""

import re
from collections.abc import Callable, Iterable

from triage.finding.words import folded
from triage.history.decisions import Decision
from triage.items.models import Item
from triage.rooms.document import plain
from triage.web.filters import day, moment

Link = Callable[[str, int], str]  # the whole address of an `item` or a `meeting`

# What is decided, as the title of a record; the event's own words fill it in.
TITLES = {
    "item.rated": "Treat {subject} as {now}",
    "item.refused": "Refuse {subject}",
    "item.dropped": "Drop {subject}",
    "item.paid": "Pay {subject} down",
    "waiver.granted": "Let {subject} stand until {until}",
    "waiver.declined": "Do not let {subject} stand until {until}",
    "waiver.ended": "End the waiver of {subject}",
    "commitment.made": "Pay {subject} down in sprint {sprint}",
    "commitment.proposed": "Pay {subject} down in sprint {sprint}",
    "meeting.committed_to_nothing": "Commit to nothing",
}

STUB = """\
# {title}

- Status: accepted
- Date: {date}
- Decided by: {who}
{item}
## Context

{context}

## Decision

{decision}

## Consequences

What becomes easier:

What becomes harder:

We will see that it was right when:
"""


def log_md(heading: str, sentence: str, decisions: Iterable[Decision], link: Link, time_zone: str) -> str:
    """The log as a table, the newest first."""
    rows = [
        " | ".join(
            [
                moment(one.event.at, time_zone),
                plain(str(one)),
                plain(one.why),
                _item_link(one, link),
                _meeting_link(one, link),
            ]
        )
        for one in decisions
    ]
    head = ["| When | Decision | Reason | Item | Triage |", "| --- | --- | --- | --- | --- |"]
    table = [*head, *(f"| {row} |" for row in rows)] if rows else []
    return "\n".join([f"# {plain(heading)}", "", f"{plain(sentence)}.", "", *table, ""])


def stub(decision: Decision, item: Item | None, link: Link, time_zone: str) -> str:
    """Half a page to begin with."""
    event = decision.event
    who = plain(event.by.name) if event.by else "the command line"
    meeting = _meeting_link(decision, link)
    reason = _sentence(plain(decision.why)) if decision.why else "No reason was written down."
    return STUB.format(
        title=plain(title(decision)),
        date=moment(event.at, time_zone),
        who=f"{who}, in the {meeting}" if meeting else who,
        item=f"- Item: {_item_link(decision, link)}\n" if item else "",
        context=_context(item) if item else "What led to it?",
        decision=f"{_sentence(plain(str(decision)))} {reason}",
    )


def title(decision: Decision, subject: str = "") -> str:
    event = decision.event
    words = {"subject": subject or event.subject} | event.what
    return TITLES.get(event.action, "Verdict on {subject}").format_map(words)


def file_name(decision: Decision, item: Item | None) -> str:
    """`0017-drop-deploys-by-hand.md`: by the number of the item, which everybody knows it by."""
    words = re.findall(r"[a-z0-9]+", folded(title(decision, item.title if item else "")))
    name = "-".join(words)[:60].strip("-") or "decision"
    return f"{item.number if item else decision.event.id:04}-{name}.md"


def _context(item: Item) -> str:
    parts = (("Why the shortcut was taken", item.why), ("What fixing it requires", item.fix))
    return "\n\n".join(f"{name}:\n\n{_quoted(text)}" if text else f"{name}: not written down." for name, text in parts)


def _quoted(text: str) -> str:
    """What people wrote in Markdown, without becoming part of the record's own."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _item_link(decision: Decision, link: Link) -> str:
    event = decision.event
    return f"[{event.subject.partition(' ')[0]}]({link('item', event.item_id)})" if event.item_id else ""


def _meeting_link(decision: Decision, link: Link) -> str:
    meeting = decision.meeting
    if meeting is None or meeting.started_at is None:
        return ""
    return f"[triage of {day(meeting.started_at)}]({link('meeting', meeting.id)})"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
