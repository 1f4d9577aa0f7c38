"""TECH_DEBT.md: our own format, the logs that teams really have, and the exchange with a board."""

from flask import Flask


def init_app(app: Flask) -> None:
    from triage.debtlog import views

    app.register_blueprint(views.bp)
