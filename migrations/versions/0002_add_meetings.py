"""add meetings"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_interest_board_id_board")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_interest_by_id_user")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_interest_item_id_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_interest_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    with op.batch_alter_table("interest", schema=None) as batch_op:
        batch_op.create_index("ix_interest_board_id_at", ["board_id", "at"], unique=False)
        batch_op.create_index("ix_interest_item_id_at", ["item_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_interest_team_id"), ["team_id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "status", sa.Enum("planned", "live", "closed", name="status", native_enum=False, length=30), nullable=False
        ),
        sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "phase",
            sa.Enum("review", "intake", "vote", "sort", "commit", "close", name="phase", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("chair_id", sa.Integer(), nullable=True),
        sa.Column("sprint_number", sa.Integer(), nullable=True),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.Column("dots_per_item", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_itself", sa.Boolean(), nullable=False),
        sa.Column("ballots_revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dots_revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("focus_id", sa.Integer(), nullable=True),
        sa.Column("focused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nothing_why", sa.String(length=500), nullable=False),
        sa.Column("link_round", sa.Integer(), nullable=False),
        sa.Column("turned", sa.Integer(), nullable=False),
        sa.Column("first_version", sa.Integer(), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=True),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_meeting_board_id_board")),
        sa.ForeignKeyConstraint(["chair_id"], ["user.id"], name=op.f("fk_meeting_chair_id_user")),
        sa.ForeignKeyConstraint(["focus_id"], ["item.id"], name=op.f("fk_meeting_focus_id_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_meeting_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_board_id", ["board_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_team_id"), ["team_id"], unique=False)
        batch_op.create_index(
            "uq_meeting_board_id_live",
            ["board_id"],
            unique=True,
            sqlite_where=sa.text("status = 'live'"),
            postgresql_where=sa.text("status = 'live'"),
        )

    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_waiver_board_id_board")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_waiver_by_id_user")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_waiver_item_id_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_waiver_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index("ix_waiver_board_id_until", ["board_id", "until"], unique=False)
        batch_op.create_index("ix_waiver_item_id", ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiver_team_id"), ["team_id"], unique=False)

    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum("waiting", "settled", "sorted", "later", name="standing", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("cheap", sa.Integer(), nullable=False),
        sa.Column("expensive", sa.Integer(), nullable=False),
        sa.Column("catastrophic", sa.Integer(), nullable=False),
        sa.Column(
            "agreed",
            sa.Enum("inbox", "cheap", "expensive", "catastrophic", name="category", native_enum=False, length=30),
            nullable=True,
        ),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_agenda_item_item_id_item")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_agenda_item_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
    )
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_item_team_id"), ["team_id"], unique=False)
        batch_op.create_index("uq_agenda_item_meeting_id_item_id", ["meeting_id", "item_id"], unique=True)

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("guest_name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("ready_turn", sa.Integer(), nullable=True),
        sa.Column("dots_spent", sa.Integer(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("dots_spent >= 0", name=op.f("ck_attendance_dots_spent")),
        sa.CheckConstraint("worth between 1 and 5", name=op.f("ck_attendance_worth")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_attendance_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_attendance_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_attendance_token_hash")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_team_id"), ["team_id"], unique=False)
        batch_op.create_index("uq_attendance_meeting_id_user_id", ["meeting_id", "user_id"], unique=True)

    op.create_table(
        "ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "category",
            sa.Enum("inbox", "cheap", "expensive", "catastrophic", name="category", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attendance_id"], ["attendance.id"], name=op.f("fk_ballot_attendance_id_attendance")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_ballot_item_id_item")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_ballot_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ballot_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index("ix_ballot_meeting_id_item_id", ["meeting_id", "item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ballot_team_id"), ["team_id"], unique=False)
        batch_op.create_index("uq_ballot_attendance_id_item_id", ["attendance_id", "item_id"], unique=True)

    op.create_table(
        "dot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_dot_count")),
        sa.ForeignKeyConstraint(["attendance_id"], ["attendance.id"], name=op.f("fk_dot_attendance_id_attendance")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_dot_item_id_item")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_dot_meeting_id_meeting")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_dot_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dot")),
    )
    with op.batch_alter_table("dot", schema=None) as batch_op:
        batch_op.create_index("ix_dot_meeting_id_item_id", ["meeting_id", "item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dot_team_id"), ["team_id"], unique=False)
        batch_op.create_index("uq_dot_attendance_id_item_id", ["attendance_id", "item_id"], unique=True)

    op.add_column("commitment", sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE commitment SET accepted_at = made_at")  # nobody was asked until now
    # Written with the column, so that SQLite need not make these tables anew.
    op.add_column(
        "event", sa.Column("undoes_id", sa.Integer(), sa.ForeignKey("event.id"), nullable=True), inline_references=True
    )
    op.create_index("ix_event_undoes_id", "event", ["undoes_id"], unique=False)
    op.add_column(
        "item",
        sa.Column("merged_into_id", sa.Integer(), sa.ForeignKey("item.id"), nullable=True),
        inline_references=True,
    )
    op.add_column("team", sa.Column("guests_vote", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("team", sa.Column("capacity", sa.Double(), nullable=True))
    op.add_column("user", sa.Column("uses_keys", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade():
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_column("uses_keys")

    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_column("capacity")
        batch_op.drop_column("guests_vote")

    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_undoes_id")
        batch_op.drop_column("undoes_id")

    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_column("accepted_at")

    with op.batch_alter_table("dot", schema=None) as batch_op:
        batch_op.drop_index("uq_dot_attendance_id_item_id")
        batch_op.drop_index(batch_op.f("ix_dot_team_id"))
        batch_op.drop_index("ix_dot_meeting_id_item_id")

    op.drop_table("dot")
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.drop_index("uq_ballot_attendance_id_item_id")
        batch_op.drop_index(batch_op.f("ix_ballot_team_id"))
        batch_op.drop_index("ix_ballot_meeting_id_item_id")

    op.drop_table("ballot")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index("uq_attendance_meeting_id_user_id")
        batch_op.drop_index(batch_op.f("ix_attendance_team_id"))

    op.drop_table("attendance")
    with op.batch_alter_table("agenda_item", schema=None) as batch_op:
        batch_op.drop_index("uq_agenda_item_meeting_id_item_id")
        batch_op.drop_index(batch_op.f("ix_agenda_item_team_id"))

    op.drop_table("agenda_item")
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiver_team_id"))
        batch_op.drop_index("ix_waiver_item_id")
        batch_op.drop_index("ix_waiver_board_id_until")

    op.drop_table("waiver")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_meeting_board_id_live",
            sqlite_where=sa.text("status = 'live'"),
            postgresql_where=sa.text("status = 'live'"),
        )
        batch_op.drop_index(batch_op.f("ix_meeting_team_id"))
        batch_op.drop_index("ix_meeting_board_id")

    op.drop_table("meeting")
    with op.batch_alter_table("interest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interest_team_id"))
        batch_op.drop_index("ix_interest_item_id_at")
        batch_op.drop_index("ix_interest_board_id_at")

    op.drop_table("interest")
