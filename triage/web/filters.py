"""How values are shown: dates, sizes, the time since, Markdown from people."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

from triage.clock import now

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_TAGS = "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul"


def init_app(app: Flask) -> None:
    for filter in (ago, day, moment, size, plural, markdown):
        app.jinja_env.filters[filter.__name__] = filter
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # The widgets of ui.html are at hand in every template, and in a region that is rendered alone.
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("ui.html").module


def ago(moment: datetime) -> str:
    """The time since a moment, as a person would say it."""
    seconds = (now() - moment).total_seconds()
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return f"{plural(int(seconds // length), unit)} ago"
    return "just now"


def day(value: date | datetime) -> str:
    """`3 Mar 2026`."""
    return f"{value.day} {value:%b %Y}"


def moment(value: datetime, time_zone: str) -> str:
    """`3 Mar 2026, 15:30`, as the clocks of a time zone show it."""
    local = value.astimezone(ZoneInfo(time_zone))
    return f"{day(local)}, {local:%H:%M}"


def size(value: float | None, unit: str) -> str:
    """`3 days`, `1 point`, `0.5 days`; nothing for no size."""
    return "" if value is None else f"{value:.10g} {unit.removesuffix('s') if value == 1 else unit}"


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 item`, `2 items`."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def markdown(text: str) -> Markup:
    """Markdown from people, made safe twice: no HTML in, only known tags out, and htmx kept away from it."""
    clean = nh3.clean(
        _markdown.render(text),
        tags=set(_TAGS.split()),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
    )
    return Markup('<div class="prose" hx-ignore>{}</div>').format(Markup(clean))  # noqa: S704 - cleaned just above
