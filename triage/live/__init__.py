"""Doorbells: every open page hears at once that its board has changed."""

from flask import Flask

from triage.live import bus, views


def init_app(app: Flask) -> None:
    bus.init_app(app)
    app.register_blueprint(views.bp)
