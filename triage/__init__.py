"""Triage: a thirty-minute meeting that sorts a team's technical debt and remembers what was decided."""

from flask import Flask
from flask_compress import Compress

from triage import (
    accounts,
    boards,
    columns,
    commitments,
    database,
    debtlog,
    events,
    finding,
    history,
    items,
    live,
    meetings,
    retrospectives,
    rooms,
    teams,
    web,
)
from triage.config import ROOT, load_settings

FEATURES = (
    *(events, accounts, teams, rooms, boards, items, commitments, columns, finding),
    *(retrospectives, meetings, history, debtlog, live),
)


def create_app(**overrides: object) -> Flask:
    """The application. `overrides` are settings (config.py) that win over the environment's."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["SETTINGS"] = load_settings(**overrides)
    for part in (database, web, *FEATURES):
        part.init_app(app)
    Compress(app)
    return app
