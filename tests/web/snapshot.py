"""The whole database as plain rows, to compare before and after."""

from typing import Any

from flask import Flask

from triage.database import Base, db

Rows = dict[str, list[dict[str, Any]]]


def rows(app: Flask) -> Rows:
    """Every row of every table, read past the session and its locks."""
    with app.app_context(), db.engine.connect() as connection:
        reader = connection.execution_options(isolation_level="AUTOCOMMIT")
        return {
            table.name: [dict(row._mapping) for row in reader.execute(table.select().order_by(table.c.id))]
            for table in Base.metadata.sorted_tables
        }


def changed(before: Rows, after: Rows) -> set[str]:
    """The names of the tables that differ."""
    return {name for name in before if before[name] != after[name]}


def but_versions(rows: Rows) -> Rows:
    """Without the versions of teams: whoever takes a team's lock and commits has given it a new one."""
    teams = [{name: value for name, value in team.items() if name != "version"} for team in rows["team"]]
    return rows | {"team": teams}
