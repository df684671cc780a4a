"""Money moves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "delta_mark",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("book_id", sa.String(length=56), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
            name=op.f("fk_delta_mark_workspace_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "book_id"],
            ["book.workspace_id", "book.account_id"],
            name=op.f("fk_delta_mark_workspace_id_book_id"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "app_id", "person_id", "account_id", "book_id", name=op.f("pk_delta_mark")
        ),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("delta_mark")
