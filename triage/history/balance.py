"""Are we paying down? Debt taken on against debt paid down, what is open, and how long it would take."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from triage.boards.category import Category
from triage.history.forecast import HORIZON, SURE, Forecast, forecast
from triage.history.series import Told
from triage.history.story import CATEGORIES, NO_PICTURE, Figure, History, by_category
from triage.history.table import Rows, Table, Value
from triage.web import chart
from triage.web.chart import Layer
from triage.web.filters import plural, size

WORST = [Category.CATASTROPHIC.value]


def flow(history: History) -> Figure:
    told = history.told
    taken, paid, gone = (sum(counts) for counts in zip(*map(_counts, told), strict=True))
    growth = sum(each.life.growth() for each in told)
    change = f"{abs(growth)} {'more' if growth > 0 else 'fewer'} than before" if growth else "as many as before"
    left = f", {gone} dropped or refused" if gone else ""
    sentence = f"{taken} taken on, {paid} paid down{left} in {history.range}: {change}."
    was_taken, was_paid = (sum(len(those) for those in each) for each in _both(history.earlier))
    sizes = [(_sum(history, each.life.taken), _sum(history, each.life.paid)) for each in told]
    added, removed = (size(round(sum(each), 2), history.unit) for each in zip(*sizes, strict=True))
    notes = [f"By today's sizes, {added} taken on and {removed} paid down."]
    reshaped = {"came in from another log": "brought", "split off another": "split", "merged into another": "merged"}
    for how, name in reshaped.items():
        if count := sum(len(getattr(each.life, name)) for each in told):
            were = "" if name == "brought" else "was " if count == 1 else "were "
            notes.append(f"{plural(count, 'item')} {were}{how}, which is the same debt in another shape.")
    taken_on, paid_down = _both(told)
    return Figure(
        key="flow",
        name="Taken on and paid down",
        is_answer=True,
        sentence=sentence,
        before=history.compared(f"{was_taken} taken on, {was_paid} paid down"),
        notes=notes,
        picture=history.stacks(
            "flow",
            "Debt taken on above the line, paid down below it",
            [
                *(_gapped(history, layer) for layer in by_category("taken on", taken_on)),
                *(_gapped(history, layer) for layer in by_category("paid down", paid_down, is_below=True)),
            ],
            desc=sentence,
        ),
        tables=[
            Table(
                "flow",
                "Sprint by sprint",
                (
                    "Sprint",
                    *(f"Taken on, {category}" for category in CATEGORIES),
                    *(f"Paid down, {category}" for category in CATEGORIES),
                    "Dropped or refused",
                    "Brought in",
                    f"Taken on in {history.unit}",
                    f"Paid down in {history.unit}",
                ),
                [
                    (
                        span.number,
                        *_by_category(each.life.taken),
                        *_by_category(each.life.paid),
                        len(each.life.gone),
                        len(each.life.brought),
                        *of_both,
                    )
                    for span, each, of_both in [*zip(history.spans, told, sizes, strict=True)][::-1]
                ],
            ),
            Table(
                "flow-items",
                "Item by item",
                ("Sprint", "Item", "What", "Category", f"Size in {history.unit}"),
                _items(history),
            ),
        ],
    )


def open_debt(history: History) -> Figure:
    end = history.told[-1]
    parts = [f"{end.open[name].count} {name}" for name in CATEGORIES if end.open[name].count]
    when = "" if history.facts.is_present else f" at the end of sprint {history.facts.last}"
    sentence = f"{end.count} open{when}: {', '.join(parts)}."
    if not end.count:
        sentence = f"Nothing was open{when}." if when else "Nothing is open."
    sized, unsized = (sum(getattr(each, what) for each in end.open.values()) for what in ("size", "unsized"))
    without = f", {unsized} of them without a size" if unsized else ""
    was = str(history.earlier[-1].count) if history.earlier else ""
    return Figure(
        key="open",
        name="Open debt",
        sentence=sentence,
        before=history.compared_at_end(was),
        notes=[f"Together {size(round(sized, 2), history.unit)} to fix{without}."] if end.count else [],
        picture=history.stacks(
            "open",
            "Open debt at the end of each sprint",
            [
                Layer(name.capitalize(), name, history.gaps([told.open[name].count for told in history.told]))
                for name in CATEGORIES
            ],
            desc=sentence,
            has_marks=True,
        ),
        tables=[
            Table(
                "open",
                "At the end of each sprint",
                (
                    "Sprint",
                    *(name.capitalize() for name in CATEGORIES),
                    "All",
                    *(f"{name.capitalize()} in {history.unit}" for name in CATEGORIES),
                ),
                [
                    (
                        span.number,
                        *(told.open[name].count for name in CATEGORIES),
                        told.count,
                        *(told.open[name].size for name in CATEGORIES),
                    )
                    for span, told in history.latest_first
                ],
            ),
            Table(
                "open-items",
                "Item by item",
                ("Item", "Category", f"Size in {history.unit}", "Reported"),
                _open_items(history),
            ),
        ],
    )


def forecasts(history: History) -> tuple[Forecast, Forecast]:
    """Of all open debt, and of the catastrophic alone."""
    today = [thing.stands_as for thing in history.facts.open.values()]
    return (
        forecast(len(today), history.facts.growths()),
        forecast(sum(name in WORST for name in today), history.facts.growths(WORST)),
    )


def to_zero(history: History) -> Figure:
    every, worst = forecasts(history)
    sentence, of_worst = every.sentence("open debt"), worst.sentence("catastrophic debt")
    if every.open and every.is_known:
        if not worst.open:
            of_worst = "Nothing catastrophic is open."
        sentence += f" {of_worst}" if of_worst != sentence else " The same holds for catastrophic debt alone."
    drawn = (("forecast-all", "open debt", every), ("forecast-worst", "catastrophic debt", worst))
    return Figure(
        key="forecast",
        name="Sprints to zero",
        sentence=sentence,
        notes=[every.assumptions] if every.assumptions else [],
        picture=NO_PICTURE.join(_reach(id, what, one) for id, what, one in drawn if one.open and one.likely),
        tables=[
            Table(
                "forecast",
                "The forecast",
                ("Debt", "Open", "Sprints, as likely as not", "Sprints, with 85 % certainty"),
                [(what, one.open, one.likely, one.sure) for _id, what, one in drawn],
            )
        ],
    )


def _reach(id: str, what: str, one: Forecast) -> Markup:
    return chart.reach(
        id=id,
        title=f"Sprints until no {what} is left",
        desc=one.sentence(what),
        likely=one.likely,
        sure=one.sure,
        percent=SURE,
        horizon=HORIZON,
        start_label="now",
    )


def _counts(told: Told) -> tuple[int, int, int]:
    return len(told.life.taken), len(told.life.paid), len(told.life.gone)


def _both(told: list[Told]) -> tuple[list[dict[int, str]], list[dict[int, str]]]:
    """What was taken on in each sprint, and what was paid down."""
    return [each.life.taken for each in told], [each.life.paid for each in told]


def _gapped(history: History, layer: Layer) -> Layer:
    return replace(layer, values=history.gaps(layer.values))


def _by_category(those: Mapping[int, str]) -> list[int]:
    found = list(those.values())
    return [found.count(category) for category in CATEGORIES]


def _sum(history: History, those: Mapping[int, str]) -> float:
    things = history.facts.things
    return round(sum(things[id].size or 0 for id in those), 2)


def _open_items(history: History) -> Rows[tuple[int, str]]:
    """The worst first, of each category the oldest."""
    stood, thing = history.facts.open_at_end, history.facts.thing

    def parts() -> Iterator[tuple[int, str]]:
        return iter(sorted(stood.items(), key=lambda one: (CATEGORIES.index(one[1]), thing(one[0]).reported, one)))

    def rows(some: Sequence[tuple[int, str]]) -> list[tuple[Value, ...]]:
        names = history.facts.named(id for id, _category in some)
        return [(names[id], category, thing(id).size, history.day_of(thing(id).reported)) for id, category in some]

    return Rows(len(stood), parts, rows)


def _items(history: History) -> Rows[tuple[int, int, str, str]]:
    whats = (("paid down", "paid"), ("taken on", "taken"), ("dropped or refused", "gone"), ("brought in", "brought"))
    sprints = [(span.number, told.life) for span, told in history.latest_first]
    found = [(number, what, getattr(life, name)) for number, life in sprints for what, name in whats]

    def parts() -> Iterator[tuple[int, int, str, str]]:
        return ((number, id, what, those[id]) for number, what, those in found for id in sorted(those))

    def rows(some: Sequence[tuple[int, int, str, str]]) -> list[tuple[Value, ...]]:
        names, thing = history.facts.named(id for _sprint, id, _what, _category in some), history.facts.thing
        return [(sprint, names[id], what, category, thing(id).size) for sprint, id, what, category in some]

    return Rows(sum(len(those) for _number, _what, those in found), parts, rows)
