"""Numbers → pictures: SVG that can be read in grey, on paper, aloud and on a phone. Pure functions, no colours.

Lengths are in units of the drawing, which is WIDE of them wide. Each kind is a class with a colour in chart.css and a
pattern here, so that no picture depends on its colours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import ceil, floor, log10
from unicodedata import east_asian_width

from markupsafe import Markup

WIDE = 640
LEFT, RIGHT = 72, 632  # between them are the columns, left of them is the scale
TALL = 240
WIDEST_BAR = 44
MOST_LABELS = 13
LETTER, SMALL_LETTER = 12.5, 8.5  # how wide one is on a phone, where letters are largest, and on other screens
LANE = 60

# What is painted on each tile of 8 by 8 units. The categories grow denser from the inbox on: they are read in grey too.
PATTERNS = {
    "cheap": "M2.4 4a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0-3.2 0z",
    "expensive": "M0 8L8 0H4.6L0 4.6zM8 8V4.6L4.6 8z",
    "catastrophic": "M0 0L8 8H1.4L0 6.6zM1.4 0H8V6.6z",
    "inbox": "",
    "kept": "M0 0h8v7H0z",
    "partly": "M0 0h4v8H0z",
    "missed": "M1.4 2l.6-.6 2 2 2-2 .6.6-2 2 2 2-.6.6-2-2-2 2-.6-.6 2-2z",
    "dropped": "M0 3.5h8v1H0z",
    "open": "M0 0L8 8V6.6L1.4 0zM0 8V6.6L1.4 8z",
    "interest": "M0 5L4 2L8 5V6.4L4 3.4L0 6.4z",
    "plain": "M0 0h8v8H0z",
}

# A lozenge, an hourglass, and two that become one; around their middle, 12 units wide. None is a category's shape.
SHAPES = {
    "meeting": "M0-6L6 0L0 6L-6 0z",
    "waiver": "M-5-6H5L0 0L5 6H-5L0 0z",
    "merge": "M-6-6H-3L0 0L3-6H6L1.5 2V6H-1.5V2z",
}


@dataclass(frozen=True)
class Layer:
    """One amount in every column; None where there is no record of it. Its kind is one of PATTERNS.

    `short` is its name in the legend, which layers above and below the line may share.
    """

    name: str
    kind: str
    values: Sequence[float | None]
    is_below: bool = False
    short: str = ""


@dataclass(frozen=True)
class Mark:
    """Something that happened in the column at `place`. Its kind is one of SHAPES."""

    place: int
    kind: str
    text: str


@dataclass(frozen=True)
class Lane:
    """One bar that lies on its side; `text` is its value as people say it."""

    name: str
    value: float
    text: str
    kind: str = "plain"
    href: str = ""


def stacks(
    *,
    id: str,
    title: str,
    desc: str,
    labels: Sequence[str],
    layers: Sequence[Layer],
    marks: Sequence[Mark] = (),
    unit: str = "",
) -> Markup:
    """Stacked columns, one per label. A column without any record stays empty above a dotted line.

    Raises ValueError when there is no column or no layer, and when a layer has not one value per label.
    """
    if not (labels and layers):
        raise ValueError("nothing to draw")
    if any(len(layer.values) != len(labels) for layer in layers):
        raise ValueError("a layer has one value per label")
    places = range(len(labels))
    pitch = (RIGHT - LEFT) / len(labels)
    piles = [_pile(layers, place) for place in places]
    is_known = [any(layer.values[place] is not None for layer in layers) for place in places]
    kinds = [kind for kind in SHAPES if any(mark.kind == kind for mark in marks)]

    top, body = 4, []
    if unit:
        top, body = 30, [_text(unit, 0, 14, "start")]
    for kind in kinds:
        row, height = _row(kind, marks, labels, pitch, top)
        top += height
        body.append(row)
    ends = [0, *(end for pile in piles for _, _, end in pile)]
    scale = _Scale(max(ends), min(ends), top + 8)

    for tick in scale.ticks:
        body.append(_level("grid", scale.y(tick), is_known, pitch))
        body.append(_text(_number(abs(tick)), LEFT - 12, scale.y(tick), "end"))
    for place in places:
        words = _said(labels[place], layers, place, unit)
        body.append(_column(id, words, piles[place], LEFT + place * pitch, pitch, scale))
    body.append(_level("zero", scale.y(0), is_known, pitch))
    body.append(_level("gap", scale.y(0), [not known for known in is_known], pitch))
    body.append(_names(labels, pitch, scale.bottom + 28))

    legend = {layer.short or layer.name: _bar(id, layer.kind, -7, -7, 7, 7) for layer in layers if len(layers) > 1}
    legend |= {kind.capitalize(): _path("sign", SHAPES[kind]) for kind in kinds}
    if not all(is_known):
        legend["No record"] = _path("gap", "M-8 0H8")
    return _figure(id, title, desc, scale.bottom + 46, body, [layer.kind for layer in layers], legend)


def lanes(*, id: str, title: str, desc: str, lanes: Sequence[Lane], unit: str) -> Markup:
    """Bars that lie on their sides, each under its name. A value of zero or below has no bar.

    Raises ValueError when there is no lane.
    """
    if not lanes:
        raise ValueError("nothing to draw")
    longest = max(lane.value for lane in lanes)
    body = []
    for row, lane in enumerate(lanes):
        top = row * LANE
        drawn = Markup("<g><title>{}: {} {}</title>").format(lane.name, _number(lane.value), unit)
        drawn += _hit(0, top, WIDE, LANE)
        for screen, letter in (("long", SMALL_LETTER), ("short", LETTER)):
            name = _cut(lane.name, int(WIDE / letter) - len(lane.text) - 2)
            drawn += _text(name, 0, top + 18, "start", f"main {screen}")
        drawn += _text(lane.text, WIDE, top + 18, "end")
        drawn += _path("grid", f"M0 {top + 49}H{WIDE}")
        if lane.value > 0:
            drawn += _bar(id, lane.kind, 0, top + 37, lane.value / longest * WIDE, top + 49)
        drawn += Markup("</g>")
        body.append(Markup('<a href="{}">{}</a>').format(lane.href, drawn) if lane.href else drawn)
    # A screen reader takes an image as a whole, and would not find the links in it.
    role = "group" if any(lane.href for lane in lanes) else "img"
    return _figure(id, title, desc, len(lanes) * LANE, body, [lane.kind for lane in lanes], role=role)


def reach(
    *,
    id: str,
    title: str,
    desc: str,
    likely: int | None,
    sure: int | None,
    percent: int,
    horizon: int,
    start_label: str,
) -> Markup:
    """A forecast, in sprints from now: solid until it is as likely as not, hatched until it is `percent` certain.

    None is more than `horizon`: the bar leaves the scale as an arrow.
    """
    end = max(4, horizon if sure is None else ceil(sure * 1.1))
    rim = WIDE - 32  # the arrow is drawn beyond the scale
    half = rim * (likely or 0) / end
    most = WIDE if sure is None else rim * sure / end

    body = [_bar(id, "plain", 0, 40, half, 64)]
    if sure is None:
        arrow = f"M{_at(half)} 40H{rim}L{WIDE} 52L{rim} 64H{_at(half)}z"
        body.append(_path("of-open", arrow, f"url(#{id}-open)"))
    else:
        body.append(_bar(id, "open", half, 40, most, 64))
    for sprints, words, x, y, leader in (
        (likely, "as likely as not", half if likely is not None else WIDE, 14, "28V40"),
        (sure, f"with {percent} % certainty", most, 90, "64V76"),
    ):
        if sprints is not None:
            body.append(_path("zero", f"M{_at(x)} {leader}"))
        body.append(_text(f"{f'over {horizon}' if sprints is None else sprints} {words}", x, y, _anchor(x), "main"))

    body += [_path("zero", f"M0 116H{rim}M0 112V120"), _text(start_label, 0, 138, "start")]
    ticks = [tick for tick in _Scale(end, 0, 0).ticks if tick]
    for tick in ticks:
        x = rim * tick / end
        words = f"{_number(tick)} sprints" if tick == ticks[-1] else _number(tick)
        body += [_path("zero", f"M{_at(x)} 112V120"), _text(words, x, 138, _anchor(x))]
    return _figure(id, title, desc, 150, body, ["plain", "open"])


@dataclass(frozen=True)
class _Scale:
    """Amounts → heights in the drawing, from its `top` down. `most` is zero or above, `least` zero or below."""

    most: float
    least: float
    top: float

    @property
    def high(self) -> float:
        return self.most if self.most > self.least else 1

    @property
    def bottom(self) -> float:
        return self.top + TALL

    def y(self, amount: float) -> float:
        return self.top + (self.high - amount) / (self.high - self.least) * TALL

    @property
    def ticks(self) -> list[float]:
        """Zero, and one or two multiples of 1, 2 or 5 on either side."""
        largest = max(self.high, -self.least)
        power = 10.0 ** floor(log10(largest))
        step = max(n * power for n in (0.5, 1, 2, 5) if n * power <= largest)
        return [n * step for n in range(-2, 3) if self.least <= n * step <= self.high]


def _pile(layers: Sequence[Layer], place: int) -> list[tuple[str, float, float]]:
    """The kind, start and end of each piece of a column, from zero outwards."""
    pile, ends = [], {True: 0.0, False: 0.0}
    for layer in layers:
        amount = layer.values[place] or 0
        signed = -amount if layer.is_below else amount
        start = ends[signed < 0]
        ends[signed < 0] = start + signed
        pile.append((layer.kind, start, start + signed))
    return pile


def _column(
    id: str, words: str, pile: Sequence[tuple[str, float, float]], left: float, pitch: float, scale: _Scale
) -> Markup:
    middle, half = left + pitch / 2, min(pitch * 0.7, WIDEST_BAR) / 2
    column = Markup('<g class="pile"><title>{}</title>').format(words) + _hit(left, scale.top, pitch, TALL)
    for kind, start, end in pile:
        upper, lower = sorted((scale.y(start), scale.y(end)))
        column += _bar(id, kind, middle - half, upper, middle + half, lower)
    return column + Markup("</g>")


def _said(label: str, layers: Sequence[Layer], place: int, unit: str) -> str:
    """`Sprint 7: 3 cheap, 1 expensive`, `Sprint 7: 12 days`."""
    known = [(layer.name.lower(), value) for layer in layers if (value := layer.values[place]) is not None]
    if unit and len(layers) == 1:
        known = [(unit, value) for _, value in known]
    elif unit:
        label = f"{label}, {unit}"
    return f"{label}: {', '.join(f'{_number(value)} {name}' for name, value in known) or 'no record'}"


def _level(kind: str, y: float, is_there: Sequence[bool], pitch: float) -> Markup:
    """A line at one height, only over the columns where it is."""
    line, left = "", float(LEFT)
    for is_drawn, run in groupby(is_there):
        right = left + pitch * len(list(run))
        line += f"M{_at(left)} {_at(y)}H{_at(right)}" if is_drawn else ""
        left = right
    return _path(kind, line) if line else Markup()


def _names(labels: Sequence[str], pitch: float, y: float) -> Markup:
    """As many labels as have room, evenly, and always the last; `Sprint 7` as 7, beside one word for all."""
    is_sprints = all(label.startswith("Sprint ") for label in labels)
    short = [label.removeprefix("Sprint ") if is_sprints else label for label in labels]
    room = int((RIGHT - LEFT) / (LETTER * (max(map(len, short)) + 1)))
    step = ceil(len(short) / max(1, min(room, MOST_LABELS)))
    names = _text("Sprint", LEFT - 12, y, "end") if is_sprints else Markup()
    for place in range(len(short) - 1, -1, -step):
        names += _text(short[place], LEFT + (place + 0.5) * pitch, y)
    return names


def _row(kind: str, marks: Sequence[Mark], labels: Sequence[str], pitch: float, top: float) -> tuple[Markup, int]:
    """The marks of one kind and how much height they take: one shape per column, over how many it stands for."""
    found: dict[int, list[str]] = {}
    for mark in marks:
        if mark.kind == kind:
            found.setdefault(mark.place, []).append(mark.text)
    row = Markup()
    for place, texts in sorted(found.items()):
        x = LEFT + (place + 0.5) * pitch
        row += Markup("<g><title>{}: {}</title>").format(labels[place], "; ".join(texts))
        row += Markup('<path class="sign" d="{}" transform="translate({} {}) scale({})"/>').format(
            SHAPES[kind], _at(x), _at(top + 8), _at(min(1, pitch / 13))
        )
        if len(texts) > 1:
            row += _text(str(len(texts)), x, top + 26, kind="scale" if pitch > 1.5 * LETTER else "close")
        row += Markup("</g>")
    return row, 38 if any(len(texts) > 1 for texts in found.values()) else 20


def _figure(
    id: str,
    title: str,
    desc: str,
    height: float,
    body: Sequence[Markup],
    kinds: Sequence[str],
    legend: Mapping[str, Markup] | None = None,
    role: str = "img",
) -> Markup:
    """The drawing with its words and the patterns it needs, and a legend that names each swatch."""
    figure = Markup(
        '<figure class="chart"><svg viewBox="0 0 {} {}" role="{}" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc><defs>'
    ).format(WIDE, _at(height), role, id, id, id, title, id, desc)
    for kind in dict.fromkeys(kinds):
        figure += Markup(
            '<pattern id="{}-{}" class="of-{}" width="8" height="8" patternUnits="userSpaceOnUse">'
            '<rect width="8" height="8"/><path d="{}"/></pattern>'
        ).format(id, kind, kind, PATTERNS[kind])
    figure += Markup("</defs>{}</svg>").format(Markup().join(body))
    if legend:
        entry = Markup('<li><svg class="swatch" viewBox="-8 -8 16 16" aria-hidden="true">{}</svg>{}</li>')
        entries = Markup().join(entry.format(swatch, name) for name, swatch in legend.items())
        figure += Markup("<figcaption><ul>{}</ul></figcaption>").format(entries)
    return figure + Markup("</figure>")


def _bar(id: str, kind: str, left: float, top: float, right: float, bottom: float) -> Markup:
    # Edges are rounded, not lengths, so that what is stacked stays flush.
    width, height = round(right, 1) - round(left, 1), round(bottom, 1) - round(top, 1)
    if _at(width) == "0" or _at(height) == "0":
        return Markup()
    return Markup('<rect class="of-{}" x="{}" y="{}" width="{}" height="{}" fill="url(#{}-{})"/>').format(
        kind, _at(left), _at(top), _at(width), _at(height), id, kind
    )


def _hit(left: float, top: float, width: float, height: float) -> Markup:
    """Nothing to see: where a pointer finds what is said about a bar."""
    return Markup('<rect class="hit" x="{}" y="{}" width="{}" height="{}" fill="none" pointer-events="all"/>').format(
        _at(left), _at(top), _at(width), _at(height)
    )


def _path(kind: str, line: str, fill: str = "none") -> Markup:
    return Markup('<path class="{}" d="{}" fill="{}"/>').format(kind, line, fill)


def _text(text: str, x: float, y: float, anchor: str = "middle", kind: str = "scale") -> Markup:
    """Letters around the height `y`, whatever their size."""
    return Markup('<text class="{}" x="{}" y="{}" dy=".35em" text-anchor="{}">{}</text>').format(
        kind, _at(x), _at(y), anchor, text
    )


def _anchor(x: float) -> str:
    """Which end of a text is at `x`, so that the text stays inside the drawing."""
    return "start" if x < WIDE / 4 else "end" if x > WIDE * 3 / 4 else "middle"


def _at(length: float) -> str:
    return f"{round(length, 1) + 0:g}"


def _number(value: float) -> str:
    """`1,200`, `2.5`, `0.002`, `3e+09`."""
    is_long = value != 0 and not 1 <= abs(value) < 1e6
    return f"{value:.3g}" if is_long else f"{value:,.1f}".removesuffix(".0")


def _cut(text: str, room: int) -> str:
    """At most so many letters wide; Chinese and Japanese ones, and pictures, are two wide."""
    widths = accumulate(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    fitting = sum(width <= room for width in widths)
    return text if fitting == len(text) else text[: max(fitting - 1, 0)].rstrip() + "…"
