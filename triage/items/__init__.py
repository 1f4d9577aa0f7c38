"""Debt items and their verbs."""

from flask import Flask

from triage.items import interest, views, waiver  # noqa: F401 - their tables
from triage.items.drafts import ItemDraft, ReportDraft
from triage.items.spread import Spread


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(Spread=Spread, ItemDraft=ItemDraft, ReportDraft=ReportDraft)
    app.register_blueprint(views.bp)
