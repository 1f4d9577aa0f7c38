"""Migrations run up, down and up again, and end where the models are."""

from pathlib import Path

import pytest
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect

from triage.config import ROOT
from triage.database import db


def test_up_down_up_ends_where_the_models_are(in_app):
    tables = set(inspect(db.engine).get_table_names())
    assert {"user", "team", "board", "item", "commitment", "event"} <= tables
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == tables
    check()


@pytest.mark.parametrize("path", sorted((ROOT / "migrations" / "versions").glob("*.py")), ids=lambda path: path.name)
def test_a_migrations_name_begins_with_a_number_and_a_verb(path: Path):
    number, verb, *_rest = path.stem.split("_")
    assert number.isdecimal()
    assert len(number) == 4
    assert verb in {"create", "add", "drop", "rename", "change", "move", "fill"}
