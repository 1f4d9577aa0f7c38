"""Doorbells: every open page hears at once that its board has changed."""

from flask import Flask

from triage.live import bus, views
from triage.live.room import Rooms
from triage.live.stream import News


def init_app(app: Flask) -> None:
    bus.init_app(app)
    app.extensions["news"] = News()
    app.extensions["rooms"] = Rooms()
    views.init_app(app)
