"""Finding items: by their words, by filters, and by searches that people save."""

import sqlite3
from enum import Enum

from flask import Flask

from triage.config import Settings
from triage.finding import views
from triage.finding.drafts import SavedSearchDraft, SearchDraft, Sort, Which


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    if settings.is_sqlite:
        _must_search()
    app.jinja_env.globals.update(SavedSearchDraft=SavedSearchDraft, SearchDraft=SearchDraft, Sort=Sort, Which=Which)
    app.jinja_env.filters["choices"] = _choices
    app.register_blueprint(views.bp)


def _choices(kind: type[Enum]) -> list[tuple[str, str]]:
    """What a select shows of an enumeration."""
    return [(member.value, member.label) for member in kind]  # type: ignore[attr-defined]


def _must_search() -> None:
    """Every SQLite of the last ten years has FTS5, unless somebody built it without."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    except sqlite3.Error:
        raise SystemExit(
            "The SQLite of this Python cannot search texts (it lacks FTS5)."
            " Use another Python, or PostgreSQL (TRIAGE_DATABASE_URL)."
        ) from None
    finally:
        connection.close()
