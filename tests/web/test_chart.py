"""Pictures from numbers: what is drawn, what is left out, and what is there for those who do not see colours."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.config import ROOT
from triage.web.chart import PATTERNS, SHAPES, Lane, Layer, Mark, lanes, reach, stacks

CSS = (ROOT / "static/css/parts/chart.css").read_text(encoding="utf-8")
SCRIPT = "<script>alert('&')</script>"

words = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60)
amounts = st.floats(-1e300, 1e300, allow_subnormal=False) | st.integers(0, 40)
kinds = st.sampled_from(list(PATTERNS))


@st.composite
def stacked(draw):
    """What a chart of columns may be made of."""
    count = draw(st.integers(1, 60))
    values = st.lists(st.none() | amounts, min_size=count, max_size=count)
    marks = st.builds(Mark, st.integers(0, count - 1), st.sampled_from(list(SHAPES)), words)
    return {
        "labels": draw(st.lists(words, min_size=count, max_size=count)),
        "layers": draw(st.lists(st.builds(Layer, words, kinds, values, st.booleans()), min_size=1, max_size=5)),
        "marks": draw(st.lists(marks, max_size=8)),
        "unit": draw(words),
    }


def read(figure):
    """The figure as a tree; raises when it is not well-formed."""
    return ElementTree.fromstring(str(figure))  # noqa: S314 - it is our own


def columns(*layers, **more):
    labels = [f"Sprint {number}" for number in range(1, len(layers[0].values) + 1)]
    return read(stacks(**{"id": "debt", "title": "Open debt", "desc": "", "labels": labels, "layers": layers} | more))


def bars(tree):
    """The kind, left, top, right and bottom of every bar of the drawing."""
    found = []
    for rect in tree.findall("./svg//g/rect") + tree.findall("./svg/rect"):
        x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        found.append((rect.get("class"), x, y, x + width, y + height))
    return [bar for bar in found if bar[0] != "hit"]


def heights(tree, kind):
    return [bottom - top for found, _, top, _, bottom in bars(tree) if found == f"of-{kind}"]


def titles(tree, within):
    return [group.findtext("title") for group in tree.findall(f"./svg//g{within}")]


def stretches(tree, kind):
    """From where to where a line goes."""
    lines = "".join(path.get("d") for path in tree.findall(f"./svg/path[@class='{kind}']"))
    return [(float(left), float(right)) for left, right in re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", lines)]


def texts(tree):
    return [text.text for text in tree.iter("text")]


def names(tree):
    return ["".join(entry.itertext()) for entry in tree.iter("li")]


def holds_together(tree):
    """What is true of every chart: ids resolve, and nothing is drawn outside of it."""
    svg = tree.find("svg")
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    assert set(svg.get("aria-labelledby").split()) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", ElementTree.tostring(tree, "unicode"))) <= set(ids)
    _, _, wide, tall = map(float, svg.get("viewBox").split())
    for _, left, top, right, bottom in bars(tree):
        assert -0.01 <= left < right <= wide + 0.01
        assert -0.01 <= top < bottom <= tall + 0.01
    for element in tree.iter():
        assert element.get("style") is None
        for name in {"x", "y", "width", "height"} & set(element.keys()):
            assert re.fullmatch(r"-?(0|[1-9]\d*)(\.[1-9])?", element.get(name))


@given(stacked())
def test_columns_of_any_numbers_hold_together(chart):
    holds_together(read(stacks(id="any", title="Any", desc="Any", **chart)))


@given(st.lists(st.builds(Lane, words, amounts, words, kinds, words), min_size=1, max_size=10), words)
def test_lanes_of_any_numbers_hold_together(drawn, unit):
    holds_together(read(lanes(id="any", title="Any", desc="Any", lanes=drawn, unit=unit)))


@given(st.none() | st.integers(0, 100), st.none() | st.integers(0, 100), words)
def test_any_forecast_holds_together(one, other, start):
    likely, sure = sorted((one, other), key=lambda sprints: 101 if sprints is None else sprints)
    holds_together(
        read(
            reach(
                id="any", title="Any", desc="Any", likely=likely, sure=sure, percent=85, horizon=100, start_label=start
            )
        )
    )


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=26))
def test_what_is_stacked_is_as_high_as_its_sum(pairs):
    tree = columns(
        Layer("cheap", "cheap", [a for a, _ in pairs]), Layer("expensive", "expensive", [b for _, b in pairs])
    )
    most = max(a + b for a, b in pairs)
    for group, (a, b) in zip(tree.findall(".//g[@class='pile']"), pairs, strict=True):
        drawn = [float(rect.get("height")) for rect in group.findall("rect")[1:]]
        assert sum(drawn) == pytest.approx(240 * (a + b) / most if most else 0, abs=0.11)


def test_heights_are_in_proportion():
    assert heights(columns(Layer("cheap", "cheap", [1, 2, 4])), "cheap") == [60, 120, 240]


def test_what_is_paid_down_goes_down_from_zero():
    tree = columns(Layer("taken on", "cheap", [3, 1]), Layer("paid down", "kept", [1, 1], is_below=True))
    (_, _, _, _, zero), *_ = (bar for bar in bars(tree) if bar[0] == "of-cheap")
    assert [top for kind, _, top, _, _ in bars(tree) if kind == "of-kept"] == [zero, zero]
    assert heights(tree, "cheap") == [180, 60]
    assert heights(tree, "kept") == [60, 60]


def test_a_sprint_without_a_record_is_a_gap():
    tree = columns(Layer("cheap", "cheap", [2, 3, None, 4]), Layer("expensive", "expensive", [1, 1, None, 1]))
    ((left, right),) = stretches(tree, "gap")
    assert (left, right) == (352, 492)
    assert all(bar[3] <= left or bar[1] >= right for bar in bars(tree))
    for kind in ("grid", "zero"):
        assert all(end <= left or start >= right for start, end in stretches(tree, kind))
    assert titles(tree, "[@class='pile']")[2] == "Sprint 3: no record"
    assert "No record" in names(tree)


def test_nothing_is_not_the_same_as_no_record():
    tree = columns(Layer("cheap", "cheap", [0, None, 3]))
    assert titles(tree, "[@class='pile']") == ["Sprint 1: 0 cheap", "Sprint 2: no record", "Sprint 3: 3 cheap"]
    assert len(bars(tree)) == 1
    assert len(stretches(tree, "gap")) == 1
    assert len(stretches(tree, "zero")) == 2


def test_a_layer_without_a_record_leaves_the_others():
    tree = columns(Layer("cheap", "cheap", [2]), Layer("kept", "kept", [None]))
    assert titles(tree, "[@class='pile']") == ["Sprint 1: 2 cheap"]
    assert not stretches(tree, "gap")


def test_a_column_says_its_numbers():
    debt = Layer("Cheap", "cheap", [1200]), Layer("Expensive", "expensive", [1.5])
    assert titles(columns(*debt), "[@class='pile']") == ["Sprint 1: 1,200 cheap, 1.5 expensive"]
    assert titles(columns(*debt, unit="days"), "[@class='pile']") == ["Sprint 1, days: 1,200 cheap, 1.5 expensive"]
    assert titles(columns(debt[1], unit="days"), "[@class='pile']") == ["Sprint 1: 1.5 days"]


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(7, "5"), (4, "2 4"), (1, "1"), (24, "20"), (0.12, "0.1"), (1e-9, "1e-09"), (2e300, "2e+300")],
)
def test_the_scale_has_round_numbers(most, ticks):
    assert texts(columns(Layer("cheap", "cheap", [most]), labels=[""]))[:-1] == ["0", *ticks.split()]


def test_zero_everywhere_is_drawn_as_a_line():
    tree = columns(Layer("cheap", "cheap", [0, 0, 0]))
    assert not bars(tree)
    assert stretches(tree, "zero") == [(72, 632)]


@pytest.mark.parametrize("count", [1, 6, 13, 26, 60, 500])
def test_labels_are_thinned_out_but_for_the_last(count):
    tree = columns(Layer("cheap", "cheap", [1] * count))
    drawn = texts(tree)
    numbers = [int(label) for label in drawn[drawn.index("Sprint") + 1 :]]
    assert numbers[0] == count
    assert len(numbers) <= 13
    assert len({later - earlier for later, earlier in pairwise(numbers)}) <= 1


def test_a_mark_has_a_line_shape_and_words_of_its_own():
    marks = [Mark(0, "meeting", "3 Mar"), Mark(0, "meeting", "5 Mar"), Mark(1, "waiver", "Old login")]
    tree = columns(Layer("cheap", "cheap", [1, 1]), marks=marks)
    meeting, waiver = (group for group in tree.findall("./svg/g") if group.get("class") is None)
    assert meeting.findtext("title") == "Sprint 1: 3 Mar; 5 Mar"
    assert meeting.findtext("text") == "2"
    assert waiver.findtext("title") == "Sprint 2: Old login"
    assert waiver.find("text") is None
    assert meeting.find("path").get("d") != waiver.find("path").get("d")
    assert names(tree) == ["Meeting", "Waiver"]


def test_a_legend_names_what_there_is_more_than_one_of():
    cheap, kept = Layer("Cheap", "cheap", [1]), Layer("Kept", "kept", [1])
    assert names(columns(cheap)) == []
    assert names(columns(cheap, kept)) == ["Cheap", "Kept"]


def test_words_are_words_and_never_markup():
    layer, mark, lane = (
        Layer(SCRIPT, "cheap", [1]),
        Mark(0, "merge", SCRIPT),
        Lane(SCRIPT, 1, SCRIPT, href='"><script>'),
    )
    common = {"id": "x", "title": SCRIPT, "desc": SCRIPT}
    for figure in (
        stacks(**common, labels=[SCRIPT], layers=[layer, layer], marks=[mark, mark], unit=SCRIPT),
        lanes(**common, lanes=[lane], unit=SCRIPT),
        reach(**common, likely=1, sure=2, percent=85, horizon=100, start_label=SCRIPT),
    ):
        assert "<script" not in figure
        assert read(figure).findtext("./svg/desc") == SCRIPT


def test_a_long_name_is_cut_and_said_in_full():
    name = "Every login reads the whole table of users and sorts it in memory before it looks for one of them"
    tree = read(lanes(id="old", title="", desc="", lanes=[Lane(name, 11, "11 sprints")], unit="sprints"))
    long, short, text = texts(tree)
    assert len(name) > len(long) > len(short) > 30
    assert long.endswith("…")
    assert short.endswith("…")
    assert text == "11 sprints"
    assert titles(tree, "") == [f"{name}: 11 sprints"]


def test_wide_letters_are_cut_sooner():
    tree = read(lanes(id="old", title="", desc="", lanes=[Lane("債" * 60, 1, "")], unit=""))
    assert texts(tree)[1] == "債" * 23 + "…"


def test_a_lane_is_a_link_when_it_leads_somewhere():
    linked = read(lanes(id="old", title="", desc="", lanes=[Lane("One", 1, "", href="/items/1?a=1&b=2")], unit=""))
    assert linked.find("./svg/a").get("href") == "/items/1?a=1&b=2"
    assert linked.find("svg").get("role") == "group"
    plain = read(lanes(id="old", title="", desc="", lanes=[Lane("One", 1, "")], unit=""))
    assert plain.find("./svg/a") is None
    assert plain.find("svg").get("role") == "img"


def test_lanes_are_in_proportion():
    three = [Lane("a", 10, ""), Lane("b", 5, ""), Lane("c", 0, "")]
    tree = read(lanes(id="old", title="", desc="", lanes=three, unit=""))
    assert [right - left for _, left, _, right, _ in bars(tree)] == [640, 320]


def forecast_of(likely, sure):
    return read(
        reach(id="f", title="", desc="", likely=likely, sure=sure, percent=85, horizon=100, start_label="Sprint 12")
    )


def test_a_forecast_is_solid_and_then_hatched():
    tree = forecast_of(11, 22)
    (solid, start, _, half, _), (hatched, again, _, end, _) = bars(tree)
    assert (solid, hatched) == ("of-plain", "of-open")
    assert (start, half) == (0, again)
    assert end == pytest.approx(2 * half, abs=0.1)
    assert texts(tree) == ["11 as likely as not", "22 with 85 % certainty", "Sprint 12", "20 sprints"]


def test_what_is_not_sure_leaves_the_scale_as_an_arrow():
    tree = forecast_of(40, None)
    assert [kind for kind, *_ in bars(tree)] == ["of-plain"]
    assert tree.find("./svg/path[@class='of-open']") is not None
    assert "over 100 with 85 % certainty" in texts(tree)
    assert bars(forecast_of(None, None)) == []


def test_without_anything_to_draw_nothing_is_drawn():
    with pytest.raises(ValueError, match="nothing to draw"):
        stacks(id="x", title="", desc="", labels=[], layers=[Layer("a", "plain", [])])
    with pytest.raises(ValueError, match="nothing to draw"):
        stacks(id="x", title="", desc="", labels=["Sprint 1"], layers=[])
    with pytest.raises(ValueError, match="nothing to draw"):
        lanes(id="x", title="", desc="", lanes=[], unit="")
    with pytest.raises(ValueError, match="one value per label"):
        columns(Layer("a", "plain", [1, 2]), labels=["Sprint 1"])


@pytest.mark.parametrize("kind", PATTERNS)
def test_every_kind_has_its_colour(kind):
    assert re.search(rf"\.chart \.of-{kind} {{ color: var\(--\w+\); }}", CSS)


def test_every_kind_can_be_told_in_grey():
    drawn = {}
    for kind in PATTERNS:
        pattern = columns(Layer(kind, kind, [1])).find(".//pattern")
        assert pattern.get("class") == f"of-{kind}"
        drawn[kind] = pattern.find("path").get("d")
    assert not [pair for pair in combinations(drawn, 2) if drawn[pair[0]] == drawn[pair[1]]]
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_the_same_numbers_give_the_same_picture():
    chart = {"id": "x", "title": "", "desc": "", "labels": ["Sprint 1"], "layers": [Layer("a", "plain", [1])]}
    assert stacks(**chart) == stacks(**chart)
