"""Debt items and their verbs."""

from flask import Flask

from triage.items import dialogs, undo, views
from triage.items.drafts import InterestDraft, ItemDraft, MergeDraft, RefusalDraft, ReportDraft, WaiverDraft
from triage.items.duration import minutes
from triage.items.spread import Spread

__all__ = ["dialogs", "undo"]

DRAFTS = (InterestDraft, ItemDraft, MergeDraft, RefusalDraft, ReportDraft, WaiverDraft)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(Spread=Spread, **{draft.__name__: draft for draft in DRAFTS})
    app.jinja_env.filters["minutes"] = minutes
    app.register_blueprint(views.bp)
