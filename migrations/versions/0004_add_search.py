"""add search

The words of each item, for finding it: title, number, tags, paths, why, fix and comments. The database keeps them right
by triggers. On SQLite a later `batch_alter_table` of item or comment copies the table and loses its triggers: such a
migration must make those of its table anew, as they stand here (tests/finding/test_words.py fails otherwise).
"""

import sqlalchemy as sa
from alembic import op

# ruff: noqa: S608 - all of the SQL is written here
revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A word of an item with a hundred long comments is still written in milliseconds, and PostgreSQL takes 1 MB at most.
COMMENTS = """
    SELECT substr({joined}, 1, 100000)
    FROM (SELECT text FROM comment WHERE item_id = {item} ORDER BY id DESC LIMIT 100) AS latest
"""

SQLITE_COMMENTS = COMMENTS.format(joined="group_concat(text, char(10))", item="{item}")
SQLITE_WORDS = """
    'D-' || {item}.number || ' D' || {item}.number,
    {item}.title,
    (SELECT group_concat(value, char(10)) FROM json_each({item}.tags)),
    (SELECT group_concat(value, char(10)) FROM json_each({item}.paths)),
    {item}.why,
    {item}.fix
"""
SQLITE = (
    # remove_diacritics 2: "cafe" finds "café", however that is encoded. The prefix index makes "se" as quick as "session".
    """
    CREATE VIRTUAL TABLE item_words USING fts5(
        number, title, tags, paths, why, fix, comments,
        tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )
    """,
    "INSERT INTO item_words (item_words, rank) VALUES ('rank', 'bm25(8, 8, 4, 4, 2, 2, 1)')",
    f"""
    INSERT INTO item_words (rowid, number, title, tags, paths, why, fix, comments)
    SELECT item.id, {SQLITE_WORDS.format(item="item")}, ({SQLITE_COMMENTS.format(item="item.id")}) FROM item
    """,
    f"""
    CREATE TRIGGER item_words_reported AFTER INSERT ON item BEGIN
        INSERT INTO item_words (rowid, number, title, tags, paths, why, fix)
        VALUES (new.id, {SQLITE_WORDS.format(item="new")});
    END
    """,
    # A move changes none of these columns, and so costs nothing here.
    f"""
    CREATE TRIGGER item_words_edited AFTER UPDATE OF number, title, tags, paths, why, fix ON item BEGIN
        UPDATE item_words SET (number, title, tags, paths, why, fix) = ({SQLITE_WORDS.format(item="new")})
        WHERE rowid = new.id;
    END
    """,
    "CREATE TRIGGER item_words_deleted AFTER DELETE ON item BEGIN DELETE FROM item_words WHERE rowid = old.id; END",
    *(
        f"""
        CREATE TRIGGER item_words_comment_{name} AFTER {when} ON comment BEGIN
            UPDATE item_words SET comments = ({SQLITE_COMMENTS.format(item="item_words.rowid")})
            WHERE rowid IN ({items});
        END
        """
        for name, when, items in (
            ("written", "INSERT", "new.item_id"),
            ("edited", "UPDATE OF text, item_id", "old.item_id, new.item_id"),
            ("deleted", "DELETE", "old.item_id"),
        )
    ),
)
SQLITE_TRIGGERS = ("reported", "edited", "deleted", "comment_written", "comment_edited", "comment_deleted")

POSTGRESQL = (
    "CREATE TABLE item_words (item_id integer PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX ix_item_words_words ON item_words USING gin (words)",
    # Accents are taken off, and what joins words is a space: PostgreSQL would take "src/app.py" for one word, and
    # nobody would find it by "app".
    r"""
    CREATE FUNCTION plain_words(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
        SELECT regexp_replace(
            regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g'),
            '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u2190-\u2bff\u3000-\u3003\u3008-\u3020\U0001f000-\U0001faff]+',
            ' ', 'g'
        )
    $$
    """,
    f"""
    CREATE FUNCTION write_item_words(wanted integer) RETURNS void LANGUAGE sql AS $$
        INSERT INTO item_words (item_id, words)
        SELECT
            item.id,
            setweight(to_tsvector('simple', plain_words('D-' || number || ' D' || number || ' ' || title)), 'A')
            || setweight(to_tsvector('simple', plain_words(concat_ws(
                ' ',
                (SELECT string_agg(tag, ' ') FROM json_array_elements_text(tags) AS tag),
                (SELECT string_agg(path, ' ') FROM json_array_elements_text(paths) AS path)
            ))), 'B')
            || setweight(to_tsvector('simple', plain_words(why || ' ' || fix)), 'C')
            || setweight(to_tsvector('simple', plain_words(coalesce(
                ({COMMENTS.format(joined="string_agg(text, ' ')", item="item.id")}), ''
            ))), 'D')
        FROM item WHERE item.id = wanted
        ON CONFLICT (item_id) DO UPDATE SET words = excluded.words
    $$
    """,
    """
    CREATE FUNCTION item_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM write_item_words(new.id);
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION comment_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN PERFORM write_item_words(old.item_id); END IF;
        IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND new.item_id <> old.item_id THEN
            PERFORM write_item_words(new.item_id);
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER item_words_written AFTER INSERT OR UPDATE OF number, title, tags, paths, why, fix ON item
    FOR EACH ROW EXECUTE FUNCTION item_written()
    """,
    """
    CREATE TRIGGER item_words_commented AFTER INSERT OR DELETE OR UPDATE OF text, item_id ON comment
    FOR EACH ROW EXECUTE FUNCTION comment_written()
    """,
    "SELECT write_item_words(id) FROM item",
)
POSTGRESQL_DOWN = (
    "DROP TRIGGER item_words_written ON item",
    "DROP TRIGGER item_words_commented ON comment",
    "DROP FUNCTION item_written(), comment_written(), write_item_words(integer), plain_words(text)",
)


def upgrade():
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_search_user_id_user")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_saved_search_board_id_board")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_saved_search_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_team_id"), "saved_search", ["team_id"], unique=False)
    op.create_index(
        "uq_saved_search_user_id_board_id_name", "saved_search", ["user_id", "board_id", "name"], unique=True
    )
    for statement in SQLITE if _is_sqlite() else POSTGRESQL:
        _run(statement)


def downgrade():
    triggers = [f"DROP TRIGGER item_words_{name}" for name in SQLITE_TRIGGERS]
    for statement in triggers if _is_sqlite() else POSTGRESQL_DOWN:
        _run(statement)
    op.drop_table("item_words")
    op.drop_index("uq_saved_search_user_id_board_id_name", table_name="saved_search")
    op.drop_index(op.f("ix_saved_search_team_id"), table_name="saved_search")
    op.drop_table("saved_search")


def _is_sqlite():
    return op.get_bind().dialect.name == "sqlite"


def _run(statement):
    """As it stands: nothing in it is a parameter."""
    op.get_bind().exec_driver_sql(statement)
