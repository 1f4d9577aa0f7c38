"""The paydown history of a board: what was committed, and what became of it."""

from flask import Flask

from triage.history import views


def init_app(app: Flask) -> None:
    app.register_blueprint(views.bp)
