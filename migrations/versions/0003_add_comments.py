"""add comments, splits and bring-backs"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_comment_board_id_board")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_comment_by_id_user")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_comment_item_id_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_comment_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index("ix_comment_board_id", ["board_id"], unique=False)
        batch_op.create_index("ix_comment_item_id", ["item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_team_id"), ["team_id"], unique=False)

    # Written with the column, so that SQLite need not make this table anew.
    op.add_column(
        "item",
        sa.Column("split_from_id", sa.Integer(), sa.ForeignKey("item.id"), nullable=True),
        inline_references=True,
    )
    op.add_column("item", sa.Column("bring_back_on", sa.Date(), nullable=True))
    op.add_column("item", sa.Column("bring_back_sprint", sa.Integer(), nullable=True))
    op.add_column("item", sa.Column("bring_back_when", sa.String(length=200), server_default="", nullable=False))
    op.add_column("item", sa.Column("postponed", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_item_merged_into_id", "item", ["merged_into_id"], unique=False)
    op.create_index("ix_item_split_from_id", "item", ["split_from_id"], unique=False)


def downgrade():
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index("ix_item_split_from_id")
        batch_op.drop_index("ix_item_merged_into_id")
        for column in ("postponed", "bring_back_when", "bring_back_sprint", "bring_back_on", "split_from_id"):
            batch_op.drop_column(column)

    op.drop_table("comment")
