"""What will hurt next? What is old, what costs more and more, what worsened, what runs out, what nobody has sorted."""

from collections.abc import Iterator, Sequence
from statistics import mean, median
from typing import NamedTuple

from triage.boards.category import Category
from triage.clock import now
from triage.commitments.models import Commitment
from triage.history.series import DAY, Stay
from triage.history.story import NO_PICTURE, Figure, History, by_category, days, link
from triage.history.table import Named, Rows, Table, Value
from triage.items.duration import minutes as said
from triage.items.payback import Record
from triage.web import chart
from triage.web.chart import Lane, Layer
from triage.web.filters import day, plural

OLDEST = DEAREST = 10
FIRST = 5
RECENT = 2  # sprints


class Threat(NamedTuple):
    item: Named
    why: str
    category: str


def threats(history: History) -> list[Threat]:
    """What will hurt next, the worst first, each item once."""
    found: dict[int, str] = {}
    for item_id, why in _threats(history):
        found.setdefault(item_id, why)
    names, thing = history.facts.named(found), history.facts.thing
    return [Threat(names[item_id], why, thing(item_id).stands_as) for item_id, why in found.items()]


def coming(history: History) -> Figure:
    """All of them; the first few stand on top of the page, in the place of a picture."""
    found = threats(history)
    sentence = (
        "Nothing that the record knows of will hurt next: every catastrophic item has its exit, nothing rises, nothing"
        " became worse."
    )
    if found:
        named, more = _and([one.item.code for one in found[:FIRST]]), len(found) - FIRST
        sentence = f"{plural(len(found), 'item')} will hurt next: {named}."
        if more > 0:
            sentence = f"{plural(len(found), 'item')} will hurt next, first of all {named}."
    return Figure(
        key="threats",
        name="What will hurt next",
        sentence=sentence,
        is_answer=True,
        tables=[
            Table(
                "threats",
                "Item by item",
                ("Item", "Category", "Why"),
                [(one.item, one.category, one.why) for one in found],
            )
        ],
    )


def _threats(history: History) -> Iterator[tuple[int, str]]:
    facts = history.facts
    waived = {waiver.item_id: waiver for waiver, _item in facts.waivers}
    for item_id, thing in sorted(facts.open.items()):  # what is kept of them comes in any order
        if thing.stands_as == Category.CATASTROPHIC and item_id not in waived and item_id not in facts.committed:
            yield item_id, "is catastrophic and has no exit"
    for item_id, waiver in waived.items():
        if waiver.until <= facts.calendar.sprint(facts.present.number + 1).last_day:
            yield item_id, f"is waived only until {day(waiver.until)}"
    for item_id, times in Commitment.carried(facts.committed).items():
        if item_id in facts.open:
            yield item_id, f"is carried ×{times + 1}"
    for item_id, record in sorted(_records(history).items(), key=lambda pair: -sum(pair[1].minutes[-2:])):
        if record.is_rising and item_id in facts.open:
            yield item_id, f"costs more: {record.rise}"
    for span, told in history.latest_first[:RECENT]:
        for item_id, change in told.life.worsened.items():
            if facts.open.get(item_id) and facts.open[item_id].stands_as == change.now:
                yield item_id, f"became {change.now} in sprint {span.number}"


def ages(history: History) -> Figure:
    """Of what is open today."""
    aged = sorted(history.facts.open.items(), key=lambda pair: (pair[1].reported, pair[0]))[:OLDEST]
    oldest = [(history.facts.item(id), thing.stands_as, history.age(id)) for id, thing in aged]
    was = history.earlier[-1].median_age if history.earlier else None
    sentence = "Nothing is open."
    if oldest:
        item, _category, age = oldest[0]
        middle = median(history.age(item_id) for item_id in history.facts.open)
        sentence = f"Half of what is open is {days(middle)} old or older; {item}, the oldest, is {days(age)} old."
    return Figure(
        key="ages",
        name="Age",
        sentence=sentence,
        before=history.compared_at_end(days(was) if was is not None else ""),
        picture=chart.lanes(
            id="ages",
            title="The oldest open items",
            desc=sentence,
            lanes=[Lane(str(item), age, days(age), category, link(item)) for item, category, age in oldest],
            unit="days",
        )
        if oldest
        else NO_PICTURE,
        tables=[
            Table(
                "ages",
                f"The {OLDEST} oldest",
                ("Item", "Category", "Days"),
                [(item, category, int(age)) for item, category, age in oldest],
            )
        ],
    )


def interest(history: History) -> Figure:
    facts = history.facts
    costs = list(history.since_begin(facts.interest))
    records = _records(history)
    dear = sorted(_minutes(history).items(), key=lambda pair: (-pair[1], pair[0]))
    rising = [item_id for item_id, _minutes in dear if item_id in records and records[item_id].is_rising]
    known = [cost for cost, is_known in zip(costs, history.is_known, strict=True) if is_known]
    usual = round(mean(known)) if known else 0

    known_dear = [(item_id, minutes) for item_id, minutes in dear if facts.knows(item_id)]

    def rows(some: Sequence[tuple[int, int]]) -> list[tuple[Value, ...]]:
        names = facts.named(item_id for item_id, _minutes in some)
        return [(names[item_id], minutes, "rising" if item_id in rising else "") for item_id, minutes in some]

    sentence = "Nobody logged interest."
    if any(costs):
        sentence = f"About {said(usual)} of interest a sprint in {history.range}"
        names = [facts.item(item_id).code for item_id in rising if item_id in facts.open][:3]
        if facts.is_present:  # what rises is said of today
            are = "is" if len(names) == 1 else "are"
            sentence += f"; {_and(names)} {are} rising" if names else "; nothing is rising"
        sentence += "."
    was = history.before(facts.interest)
    return Figure(
        key="interest",
        name="Interest",
        sentence=sentence,
        before=history.compared(f"about {said(round(mean(was)))} a sprint" if any(was) else ""),
        picture=history.stacks(
            "interest",
            "Minutes of interest in each sprint",
            [Layer("Interest", "interest", history.gaps(costs))],
            desc=sentence,
            unit="min",
        ),
        tables=[
            Table(
                "interest",
                "Item by item",
                ("Item", "Minutes", "Rising"),
                Rows(len(known_dear), lambda: iter(known_dear), rows),
            ),
            Table(
                "interest-sprints",
                "Sprint by sprint",
                ("Sprint", "Minutes"),
                [(span.number, cost) for span, cost in zip(history.spans, costs, strict=True)][::-1],
            ),
        ],
    )


def worsened(history: History) -> Figure:
    moved = [
        (span.number, item_id, change.was, change.now)
        for span, told in history.latest_first
        for item_id, change in sorted(told.life.worsened.items())
    ]

    def rows(some: Sequence[tuple[int, int, str | None, str]]) -> list[tuple[Value, ...]]:
        names = history.facts.named(item_id for _sprint, item_id, _was, _now in some)
        return [(sprint, names[item_id], was, now) for sprint, item_id, was, now in some]

    was = sum(len(told.life.worsened) for told in history.earlier)
    ids = list(dict.fromkeys(item_id for _sprint, item_id, _was, _now in moved))
    names = history.facts.named(ids[:FIRST])
    codes = [names[item_id].code for item_id in ids[:FIRST]]
    named = f": {_and(codes)}" if 0 < len(ids) <= FIRST else ""
    sentence = f"{plural(len(ids), 'item')} became worse in {history.range}{named}."
    if not moved:
        sentence = f"Nothing became worse in {history.range}."
    worse = [{id: change.now for id, change in told.life.worsened.items()} for told in history.told]
    return Figure(
        key="worsened",
        name="Worsened",
        sentence=sentence,
        before=history.compared(plural(was, "time") if was else "nothing"),
        picture=history.stacks(
            "worsened", "What items became worse into, sprint by sprint", by_category("", worse), desc=sentence
        ),
        tables=[
            Table("worsened", "Items", ("Sprint", "Item", "From", "To"), Rows(len(moved), lambda: iter(moved), rows))
        ],
    )


def waivers(history: History) -> Figure:
    running = [(waiver, item, (waiver.until - history.facts.today).days) for waiver, item in history.facts.waivers]
    sentence = "No waiver runs."
    if running:
        first, item, left = running[0]
        many = f"{plural(len(running), 'waiver')} run{'s' if len(running) == 1 else ''}"
        ends = f"is over in {plural(left, 'day')}, on {day(first.until)}" if left else "runs today for the last time"
        sentence = f"{many}; that of {item} {ends}."
    return Figure(
        key="waivers",
        name="Waivers",
        sentence=sentence,
        picture=chart.lanes(
            id="waivers",
            title="Days until each waiver is over",
            desc=sentence,
            lanes=[
                Lane(str(item), left, f"{plural(left, 'day')}, until {day(waiver.until)}", "catastrophic", link(item))
                for waiver, item, left in running[:OLDEST]
            ],
            unit="days",
        )
        if running
        else NO_PICTURE,
        tables=[
            Table(
                "waivers",
                "Waivers",
                ("Item", "Until", "Days left", "Reason"),
                [(item, waiver.until, left, waiver.reason) for waiver, item, left in running],
            )
        ],
    )


def inbox(history: History) -> Figure:
    """How long debt waits to be sorted."""
    left = [stay.days for told in history.told for stay in told.life.stays]
    was = [stay.days for told in history.earlier for stay in told.life.stays]
    since = history.facts.in_inbox_since if history.facts.is_present else {}
    waiting = sorted(((id, (now() - at).total_seconds() / DAY) for id, at in since.items()), key=lambda pair: -pair[1])
    sentence = f"What was sorted in {history.range} had waited {days(median(left))}." if left else ""
    if waiting:
        wait = "waits" if len(waiting) == 1 else "wait"
        sentence += f" {plural(len(waiting), 'item')} {wait} now, the longest for {days(waiting[0][1])}."
    elif history.facts.is_present:
        sentence += " The inbox is empty."
    elif not left:
        sentence = f"Nothing was sorted in {history.range}."
    return Figure(
        key="inbox",
        name="Inbox",
        sentence=sentence.strip(),
        before=history.compared(days(median(was)) if was else ""),
        picture=history.stacks(
            "inbox",
            "Days in the inbox, the middle of what left it in each sprint",
            [Layer("Days", "inbox", history.gaps([told.life.wait or 0 for told in history.told]))],
            desc=sentence,
            unit="days",
        ),
        tables=[
            *([_waiting(history, waiting)] if history.facts.is_present else []),
            Table("inbox-items", "What was sorted", ("Sprint", "Item", "Days"), _sorted(history)),
            Table(
                "inbox-sprints",
                "Sprint by sprint",
                ("Sprint", "Sorted", "Days, the middle one"),
                [
                    (span.number, len(told.life.stays), None if told.life.wait is None else round(told.life.wait, 1))
                    for span, told in history.latest_first
                ],
            ),
        ],
    )


def _waiting(history: History, waiting: Sequence[tuple[int, float]]) -> Table:
    rows = [(history.facts.item(item_id), int(age)) for item_id, age in waiting]
    return Table("inbox", "Waiting now", ("Item", "Days"), rows)


def _sorted(history: History) -> Rows[tuple[int, Stay]]:
    """What left the inbox in each sprint, after the longest wait first."""
    stays = [
        (span.number, stay)
        for span, told in history.latest_first
        for stay in sorted(told.life.stays, key=lambda stay: (-stay.days, stay.item_id))
    ]

    def rows(some: Sequence[tuple[int, Stay]]) -> list[tuple[Value, ...]]:
        names = history.facts.named(stay.item_id for _sprint, stay in some)
        return [(sprint, names[stay.item_id], round(stay.days, 1)) for sprint, stay in some]

    return Rows(len(stays), lambda: iter(stays), rows)


def _records(history: History) -> dict[int, Record]:
    """What items cost in the last six sprints, by their ids."""
    return {id: Record(tuple(minutes)) for id, minutes in history.facts.recent_interest.items()}


def _minutes(history: History) -> dict[int, int]:
    """What items cost in all the sprints shown."""
    return {id: total for id, total in history.facts.interest_of_items.items() if total}


def _and(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
