"""Trust."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "trust_root",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_trust_root")),
    )
    op.create_table(
        "trust_authority",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=16), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("crl_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_trust_authority_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "root", name=op.f("pk_trust_authority")),
    )
    op.create_table(
        "trust_certificate",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("root", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("special", sa.String(length=24), nullable=True),
        sa.Column("thumbprint", sa.String(length=43), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("organisation_identifier", sa.String(length=80), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("not_before", sa.String(length=27), nullable=False),
        sa.Column("not_after", sa.String(length=27), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.Column("revocation", sa.String(length=24), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "app_id"],
            ["app.workspace_id", "app.id"],
            name=op.f("fk_trust_certificate_workspace_id_app_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "serial", name=op.f("pk_trust_certificate")),
    )
    with op.batch_alter_table("trust_certificate", schema=None) as batch_op:
        batch_op.create_index("ix_trust_certificate_app", ["workspace_id", "app_id"], unique=False)


def downgrade() -> None:
    """Take this revision back."""
    with op.batch_alter_table("trust_certificate", schema=None) as batch_op:
        batch_op.drop_index("ix_trust_certificate_app")

    op.drop_table("trust_certificate")
    op.drop_table("trust_authority")
    op.drop_table("trust_root")
