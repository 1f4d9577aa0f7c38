"""Debt items and their verbs."""

from flask import Flask

from triage.items import commenting, dialogs, undo, undoing, views
from triage.items.drafts import (
    BringBackDraft,
    CommentDraft,
    InterestDraft,
    ItemDraft,
    MergeDraft,
    RefusalDraft,
    ReportDraft,
    SplitDraft,
    WaiverDraft,
)
from triage.items.duration import minutes
from triage.items.exits import stays
from triage.items.likeness import likeness_of
from triage.items.spread import Spread

__all__ = ["commenting", "dialogs", "undo"]

DRAFTS = (
    BringBackDraft,
    CommentDraft,
    InterestDraft,
    ItemDraft,
    MergeDraft,
    RefusalDraft,
    ReportDraft,
    SplitDraft,
    WaiverDraft,
)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        Spread=Spread,
        did_on=undoing.did_on,
        likeness_of=likeness_of,
        stays=stays,
        **{draft.__name__: draft for draft in DRAFTS},
    )
    app.jinja_env.filters["minutes"] = minutes
    app.register_blueprint(views.bp)
