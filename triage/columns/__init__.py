"""The board as everyone sees it: four columns of cards."""

from flask import Flask

from triage.columns import views
from triage.columns.cards import KeptCards


def init_app(app: Flask) -> None:
    app.extensions["cards"] = KeptCards()
    app.register_blueprint(views.bp)
