"""Somebody else who changes the first board at the same time, and does not wait for a lock."""

import sqlite3
from contextlib import closing

import psycopg

CHANGE = "UPDATE board SET version = version + 1 WHERE id = 1"


def write_as_another(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute(CHANGE)
            other.commit()
    else:
        with psycopg.connect(database_url, options="-c lock_timeout=1") as other:
            other.execute(CHANGE)
