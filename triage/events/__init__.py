"""The spine: what happened, by whom, why. Append-only; every verb writes to it, nothing ever changes it."""

from flask import Flask

from triage.events import sentences


def init_app(app: Flask) -> None:
    app.jinja_env.filters["sentence"] = sentences.sentence_html
