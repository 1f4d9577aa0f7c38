"""The board as everyone sees it: four columns of cards."""

from flask import Flask

from triage.columns import views
from triage.columns.cards import KeptCards
from triage.columns.records import record_of


def init_app(app: Flask) -> None:
    app.extensions["cards"] = KeptCards()
    app.jinja_env.globals["record_of"] = record_of
    app.register_blueprint(views.bp)
