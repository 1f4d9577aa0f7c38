"""How a migration runs: on the application's engine, in one transaction where the database can."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

config = context.config
extension = current_app.extensions["migrate"]


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=extension.db.metadata,
        transaction_per_migration=True,
        process_revision_directives=numbered,
        render_item=plain,
        include_name=modelled,
        **extension.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


def numbered(_context, _revision, directives) -> None:
    """Migrations are counted: 0001, 0002 …"""
    newest = context.script.get_current_head()
    directives[0].rev_id = f"{int(newest or 0) + 1:04}"


def plain(kind, item, _autogen):
    """A migration names the database's types: our own may be gone when it runs."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def modelled(name, kind, _parents) -> bool:
    """The words for finding items (0004) are the database's own affair: no model has them."""
    return kind != "table" or not name.startswith("item_words")


with extension.db.engine.connect() as connection:
    # To change a column SQLite copies the table and drops the old one: rows that refer to it must not stop that.
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    run(connection)
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        assert not dangling, f"rows refer to rows that do not exist: {dangling[:5]}"  # noqa: S101
    connection.commit()
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
